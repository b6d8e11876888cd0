"""Which steps make a service of the daemon, and which take it away."""

from pathlib import PurePosixPath

from daq.service import page, units
from daq.service.demands import Demands, refuse_hidden
from daq.service.errors import ServiceError
from daq.service.machine import Machine
from daq.service.step import MakeFolder, Plan, RemoveFile, Run, Step, WriteFile

SERVICE = "daq.service"


def install(machine: Machine, wanted: units.Wanted, demands: Demands) -> Plan:
    """The steps to the service; on a machine that has it, only what is different.

    Raises:
        ServiceError: it could not work like that.
    """
    refuse_hidden("program", wanted.program)
    refuse_hidden("configuration", wanted.config)
    _refuse_person(machine, wanted.user)
    files = _files(machine, wanted, demands)
    changed = any(not isinstance(step, WriteFile) or step.state != "unchanged" for step in files)
    folders = [MakeFolder(units.CREDENTIALS, 0o700)] if demands.credentials else []
    missing = [path for path in demands.writable if not machine.has(path)]
    owned = [MakeFolder(path, 0o750, wanted.user) for path in missing]
    steps = (*files, *folders, *_users(machine), *owned, *_start(machine, changed=changed))
    return Plan(steps, _notes(machine, wanted, demands))


def uninstall(machine: Machine) -> Plan:
    """The steps that take the service away; readings, configuration and user stay.

    Raises:
        ServiceError: it belongs to a package, or is not there.
    """
    if machine.has(units.PACKAGED_UNIT):
        raise ServiceError("the service came with a package; remove that: apt remove lab-daq")
    ours = (*page.FILES, units.UNIT, units.DROP_IN, units.RULES, units.USERS)
    files = [RemoveFile(path) for path in ours if machine.has(path)]
    if not files:
        raise ServiceError("there is no service to take away")
    services = (*((page.SERVICE,) if page.is_installed(machine) else ()), SERVICE)
    stop = (*_systemctl(machine, "disable"), *(() if machine.is_image else ("--now",)), *services)
    after = () if machine.is_image else (_RELOAD_UNITS, *_udev(machine)[:1])
    steps = (Run(stop, "stops it in order; what was read is in the journal"), *files, *after)
    return Plan(
        steps,
        (
            f"The journal in {units.STATE} stays, and so do /etc/daq and the service's user.",
            "The program stays: remove its folder, or `pip uninstall lab-daq`.",
        ),
    )


_RELOAD_UNITS = Run(("systemctl", "daemon-reload"), "systemd reads the unit")
_RELOAD_RULES = Run(("udevadm", "control", "--reload"), "udev reads its rules")
_TRIGGER = Run(
    ("udevadm", "trigger", "--subsystem-match=tty", "--subsystem-match=usb-serial"),
    "names for adapters that are plugged in",
)


def _files(machine: Machine, wanted: units.Wanted, demands: Demands) -> list[Step]:
    kept = {
        name: machine.has(units.credential_file(name, encrypted=True))
        for name in demands.credentials
    }
    texts = {units.DROP_IN: units.drop_in(wanted, kept, [*demands.writable])}
    if not _is_packaged(machine, wanted):
        texts |= {
            units.UNIT: units.unit(wanted),
            units.USERS: units.users(wanted),
            units.RULES: units.rules(),
        }
    return [step for path, text in sorted(texts.items()) for step in _file(machine, path, text)]


def _file(machine: Machine, path: PurePosixPath, text: str) -> list[Step]:
    if text:
        return [WriteFile(path, text, machine.state_of(path, text))]
    return [RemoveFile(path)] if machine.has(path) else []


def _is_packaged(machine: Machine, wanted: units.Wanted) -> bool:
    unit = units.unit(wanted)
    return machine.state_of(units.PACKAGED_UNIT, unit) == "unchanged"


def _users(machine: Machine) -> list[Step]:
    if machine.is_image:
        words = ("systemd-sysusers", f"--root={machine.root}")
        return [Run(words, "makes the service's user")]
    return [Run(("systemd-sysusers",), "makes the service's user, in the group dialout")]


def _start(machine: Machine, *, changed: bool) -> list[Step]:
    enable = Run((*_systemctl(machine, "enable"), SERVICE), "started with the machine")
    if machine.is_image:
        return [enable]
    now = "restart" if changed or not machine.is_active() else "reload"
    start = Run(("systemctl", now, SERVICE), "until it is ready; journalctl -u daq tells")
    return [_RELOAD_UNITS, *_udev(machine), enable, start]


def _udev(machine: Machine) -> tuple[Run, ...]:
    """Nothing where the host manages devices, as in a container."""
    return (_RELOAD_RULES, _TRIGGER) if machine.has(_UDEV) else ()


def _systemctl(machine: Machine, verb: str) -> tuple[str, ...]:
    root = (f"--root={machine.root}",) if machine.is_image else ()
    return ("systemctl", *root, verb)


def _refuse_person(machine: Machine, user: str) -> None:
    if machine.is_person(user):
        raise ServiceError(
            f"user {user} is somebody's account here; a service needs one of its own: "
            "choose another name with --user"
        )


def _notes(machine: Machine, wanted: units.Wanted, demands: Demands) -> tuple[str, ...]:
    notes = [f"Who may ask it (`daq status`, `daq tail`): usermod -aG {wanted.user} NAME"]
    notes += units.missing(machine, demands.credentials)
    notes += [
        f"Variable {name} is not set in a service: write {{ credential = ... }} instead."
        for name in demands.variables
    ]
    notes += [
        f"{path} is there already: see that user {wanted.user} can write to it."
        for path in demands.writable
        if machine.has(path)
    ]
    if any(machine.has(folder / "85-brltty.rules") for folder in _RULE_FOLDERS):
        notes.append("brltty may take adapters from you; without a braille display: apt remove it.")
    return tuple(notes)


_UDEV = PurePosixPath("/run/udev/control")
_RULE_FOLDERS = (PurePosixPath("/usr/lib/udev/rules.d"), PurePosixPath("/lib/udev/rules.d"))
