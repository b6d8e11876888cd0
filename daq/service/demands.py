"""What a configuration demands of the service that runs it. Pure."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import msgspec

from daq.config.annunciator import CommandAnnunciator
from daq.config.config import Config
from daq.config.secret import Secret, secrets_in
from daq.service.errors import ServiceError
from daq.service.units import RUNTIME, STATE

HIDDEN = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108 - not used, refused
"""Folders the service does not see, or sees empty (ProtectHome=, PrivateTmp=)."""

READ_ONLY = ("/etc", "/usr", "/boot", "/efi", "/opt", "/bin", "/lib", "/sbin", "/proc", "/sys")
"""Folders where no journal belongs."""

_CREDENTIAL = re.compile(r"[A-Za-z0-9_@-][A-Za-z0-9_.@-]*")


class Demands(msgspec.Struct, frozen=True):
    """Credentials by name, folders to write to, variables nobody sets in a service."""

    credentials: tuple[str, ...] = ()
    writable: tuple[PurePosixPath, ...] = ()
    variables: tuple[str, ...] = ()


def demands(config: Config, journal: PurePosixPath, socket: PurePosixPath) -> Demands:
    """What the service needs for this configuration.

    Raises:
        ServiceError: it keeps something where the service cannot have it.
    """
    found = _of_secrets([secret for _, secret in _secrets(config)])
    for name, each in config.annunciator.items():
        if isinstance(each, CommandAnnunciator):
            refuse_hidden(f"[annunciator.{name}] run", PurePosixPath(each.run[0]))
    folders = {*_folder("[journal] path", journal), *_folder("[control] socket", socket)}
    if config.journal.deposit is not None:
        folders |= {*_folder("[journal] deposit", PurePosixPath(config.journal.deposit) / "file")}
    if config.archive.path is not None:
        folders |= {*_folder("[archive] path", PurePosixPath(config.archive.path) / "file")}
    return msgspec.structs.replace(found, writable=tuple(sorted(folders)))


def _of_secrets(secrets: Sequence[Secret]) -> Demands:
    credentials = sorted({s.credential for s in secrets if s.credential is not None})
    for name in credentials:
        if not _CREDENTIAL.fullmatch(name):
            raise ServiceError(f"credential {name!r}: use letters, digits and _ . @ - in its name")
    variables = sorted({s.env for s in secrets if s.env is not None})
    return Demands(credentials=tuple(credentials), variables=tuple(variables))


def refuse_hidden(what: str, path: PurePosixPath) -> None:
    """See that the service can read a path.

    Raises:
        ServiceError: it is in a folder the service does not see.
    """
    if any(path.is_relative_to(folder) for folder in HIDDEN):
        raise ServiceError(
            f"{what} {path}: the service does not see {', '.join(HIDDEN)}; "
            "the program belongs in /opt/lab-daq, its configuration in /etc/daq"
        )


def _folder(what: str, file: PurePosixPath) -> list[PurePosixPath]:
    """The folder of a file the daemon writes, unless it is the service's own."""
    if any(file.is_relative_to(own) for own in (STATE, RUNTIME)):
        return []
    if any(file.is_relative_to(folder) for folder in (*HIDDEN, *READ_ONLY)):
        raise ServiceError(
            f"{what} is {file}, where the service cannot write; put it into {STATE}, "
            "or on a disk of its own such as /data/daq"
        )
    return [file.parent]


def page_demands(config: Config) -> Demands:
    """What the page's service needs: credentials and variables, nothing to write to.

    Raises:
        ServiceError: a credential has a name that systemd does not take.
    """
    return _of_secrets([secret for _, secret in secrets_in(config.web)])


def _secrets(config: Config) -> Iterator[tuple[tuple[str, ...], Secret]]:
    for path, secret in secrets_in(config):
        if path[0] != "web":  # the page has its own service
            yield path, secret
    for name, sink in config.sink.items():
        yield from secrets_in(sink, ("sink", name))
