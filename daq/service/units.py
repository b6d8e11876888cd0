"""The files of the service: as they are delivered, and filled in for one machine."""

import re
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path, PurePosixPath

import msgspec

from daq.service.errors import ServiceError
from daq.service.machine import Machine

UNIT = PurePosixPath("/etc/systemd/system/daq.service")
DROP_IN = PurePosixPath("/etc/systemd/system/daq.service.d/10-configuration.conf")
RULES = PurePosixPath("/etc/udev/rules.d/61-lab-daq.rules")
USERS = PurePosixPath("/etc/sysusers.d/lab-daq.conf")
CREDENTIALS = PurePosixPath("/etc/daq/credentials")
PACKAGED_UNIT = PurePosixPath("/usr/lib/systemd/system/daq.service")
"""Where the Debian package keeps the unit; then users and rules come with it, too."""

STATE = PurePosixPath("/var/lib/daq")
RUNTIME = PurePosixPath("/run/daq")
USER = "daq"
PROGRAM = "/opt/lab-daq/bin/daq"
CONFIG = "/etc/daq/daq.toml"

_CHECKOUT = Path(__file__).parents[2] / "systemd"
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_PLAIN_PATH = re.compile(r"/[A-Za-z0-9_./+@:,=-]+")
"""What systemd takes as it stands, without quotes or escapes."""


class Wanted(msgspec.Struct, frozen=True):
    """What the service shall be: the program, its configuration, and who runs it."""

    program: PurePosixPath
    config: PurePosixPath
    user: str = USER


def delivered(name: str) -> str:
    """The text of a file of ``systemd/``, from the checkout or from the installed package."""
    if (_CHECKOUT / name).is_file():
        return (_CHECKOUT / name).read_text("utf-8")
    return files("daq.service").joinpath("systemd", name).read_text("utf-8")


def unit(wanted: Wanted) -> str:
    """The unit for this machine.

    Raises:
        ServiceError: a path or the user's name would mean something else to systemd.
    """
    text = filled_in("daq.service", wanted)
    return re.sub(rf"(?m)^(User|Group)={USER}$", rf"\1={wanted.user}", text)


def filled_in(name: str, wanted: Wanted) -> str:
    """A unit with this machine's program and configuration.

    Raises:
        ServiceError: a path or the user's name would mean something else to systemd.
    """
    _refuse_odd(wanted)
    text = delivered(name)
    return text.replace(PROGRAM, str(wanted.program)).replace(CONFIG, str(wanted.config))


def users(wanted: Wanted) -> str:
    """The sysusers.d file: the user and its groups.

    Raises:
        ServiceError: the user's name is none.
    """
    _refuse_odd(wanted)
    return re.sub(
        rf"(?m)^([um]) {USER} ", rf"\1 {wanted.user} ", delivered("lab-daq.sysusers.conf")
    )


def rules() -> str:
    """The udev rules; the same everywhere."""
    return delivered("61-lab-daq.rules")


def drop_in(wanted: Wanted, credentials: dict[str, bool], writable: list[PurePosixPath]) -> str:
    """What the configuration demands of the unit; empty when nothing.

    ``credentials`` are the names it uses, True for those that are kept encrypted; ``writable``
    the folders it writes to outside the service's own.
    """
    lines = [_load(name, encrypted=kept) for name, kept in sorted(credentials.items())]
    lines += [f"ReadWritePaths={path}" for path in writable]
    if not lines:
        return ""
    head = (
        f"# Made by `daq install-service` from {wanted.config}; run it again after changes there."
    )
    return "\n".join([head, "[Service]", *lines, ""])


def credential_file(name: str, *, encrypted: bool) -> PurePosixPath:
    """Where a credential is kept; ``systemd-creds encrypt`` makes the encrypted ones."""
    return CREDENTIALS / (f"{name}.cred" if encrypted else name)


def missing(machine: Machine, credentials: Iterable[str]) -> list[str]:
    """What has to be said of credentials that are not there."""
    said: list[str] = []
    for name in credentials:
        plain, sealed = (credential_file(name, encrypted=kept) for kept in (False, True))
        if not (machine.has(plain) or machine.has(sealed)):
            said.append(f"Credential {name} is missing: write it to {plain}, mode 0600, first.")
    return said


def _load(name: str, *, encrypted: bool) -> str:
    key = "LoadCredentialEncrypted" if encrypted else "LoadCredential"
    return f"{key}={name}:{credential_file(name, encrypted=encrypted)}"


def _refuse_odd(wanted: Wanted) -> None:
    for path in (wanted.program, wanted.config):
        if not _PLAIN_PATH.fullmatch(str(path)):
            raise ServiceError(
                f"{path}: a unit takes absolute paths of letters, digits and _ . / + @ : , = -; "
                "choose another folder"
            )
    if not _USER.fullmatch(wanted.user):
        raise ServiceError(f"{wanted.user!r} is not the name of a system user")
