"""The steps that make a service of the page, beside that of the daemon."""

import re
from pathlib import PurePosixPath

from daq.service import units
from daq.service.machine import Machine
from daq.service.step import MakeFolder, Plan, RemoveFile, Run, Step, WriteFile

SERVICE = "daq-web.service"
UNIT = PurePosixPath("/etc/systemd/system/daq-web.service")
DROP_IN = PurePosixPath("/etc/systemd/system/daq-web.service.d/10-configuration.conf")
PACKAGED_UNIT = PurePosixPath("/usr/lib/systemd/system/daq-web.service")
FILES = (UNIT, DROP_IN)
_ENABLED = PurePosixPath("/etc/systemd/system/multi-user.target.wants/daq-web.service")


def is_installed(machine: Machine) -> bool:
    """Whether the page is a service already, which later installations keep right."""
    return machine.has(UNIT) or machine.has(_ENABLED)


def install_page(
    machine: Machine, wanted: units.Wanted, credentials: tuple[str, ...], variables: tuple[str, ...]
) -> Plan:
    """The steps to the page's service; those to the daemon's come before.

    ``credentials`` and ``variables`` are those ``[web]`` names.

    Raises:
        ServiceError: a path or a name would mean something else to systemd.
    """
    kept = {name: machine.has(units.credential_file(name, encrypted=True)) for name in credentials}
    files = [*_unit(machine, wanted), *_drop_in(machine, wanted, kept)]
    folders = [MakeFolder(units.CREDENTIALS, 0o700)] if credentials else []
    notes = [
        *units.missing(machine, credentials),
        *(f"Variable {name} is not set in the page's service." for name in variables),
    ]
    return Plan((*files, *folders, *_start(machine)), tuple(notes))


def unit(wanted: units.Wanted) -> str:
    """The unit of the page for this machine."""
    text = units.filled_in(SERVICE, wanted)
    return re.sub(
        rf"(?m)^SupplementaryGroups={units.USER}$", rf"SupplementaryGroups={wanted.user}", text
    )


def _unit(machine: Machine, wanted: units.Wanted) -> list[Step]:
    text = unit(wanted)
    if machine.state_of(PACKAGED_UNIT, text) == "unchanged":
        return []
    return [WriteFile(UNIT, text, machine.state_of(UNIT, text))]


def _drop_in(machine: Machine, wanted: units.Wanted, kept: dict[str, bool]) -> list[Step]:
    text = units.drop_in(wanted, kept, [])
    if text:
        return [WriteFile(DROP_IN, text, machine.state_of(DROP_IN, text))]
    return [RemoveFile(DROP_IN)] if machine.has(DROP_IN) else []


def _start(machine: Machine) -> list[Step]:
    if machine.is_image:
        words = ("systemctl", f"--root={machine.root}", "enable", SERVICE)
        return [Run(words, "started with the machine")]
    return [
        Run(("systemctl", "daemon-reload"), "systemd reads the unit"),
        Run(("systemctl", "enable", SERVICE), "started with the machine"),
        Run(("systemctl", "restart", SERVICE), "journalctl -u daq-web tells where the page is"),
    ]
