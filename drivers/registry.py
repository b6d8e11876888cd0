"""Finds profiles by name or path, and builds the driver a profile asks for."""

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, cast

from drivers.asker import Asker
from drivers.driver import Driver
from drivers.errors import ProfileError
from drivers.found import profile_files
from drivers.profile import Profile
from drivers.tomlfile import Document, TomlError, did_you_mean

Framing: TypeAlias = Literal["rtu", "tcp"]

FAMILIES = {
    "modbus": "drivers.modbus.family",
    "text": "drivers.text.family",
    "binary": "drivers.binary.family",
}
"""The module of each family, imported when first needed; it is a ``Family``."""


class Family(Protocol):
    """What a family's module offers."""

    PROFILE: type[Profile]

    def build(
        self, profile: Profile, *, unit: int | None, address: str | None, framing: str
    ) -> Driver:
        """The driver; raises ProfileError as ``build_driver``."""
        ...

    def asker(self, profile: Profile, *, address: str | None) -> Asker | None:
        """What recognises an instrument; raises ProfileError as ``build_asker``."""
        ...


def available_profiles() -> list[str]:
    """Names of the bundled profiles and of those other packages offer, sorted.

    Raises:
        ProfileError: a package that offers profiles cannot be used.
    """
    return list(profile_files())


def load_profile(name_or_path: str | Path) -> Profile:
    """Load a profile by name, or one from a ``.toml`` file.

    A file that has not changed gives the same object again: a hundred instruments of one model
    share one profile.

    Raises:
        ProfileError: no such profile (with the nearest names), or the file is wrong (with every
            error, its line and key).
    """
    path = _find(name_or_path)
    try:
        return _read(path, _state(path))
    except TomlError as error:
        raise ProfileError(str(error)) from error


def build_driver(
    profile: Profile,
    *,
    unit: int | None = None,
    address: str | None = None,
    framing: Framing = "rtu",
) -> Driver:
    """The driver for one instrument of this profile: Modbus at ``unit``, others at ``address``.

    Raises:
        ProfileError: the family needs an address that is not given, or has no use for one.
    """
    family = _family(profile.profile.protocol)
    return family.build(profile, unit=unit, address=address, framing=framing)


def build_asker(profile: Profile, *, address: str | None = None) -> Asker | None:
    """What recognises an instrument of this profile without changing anything in it.

    None when the profile says nothing that could be asked, or speaks Modbus.

    Raises:
        ProfileError: the family needs an address that is not given, or has no use for one.
    """
    return _family(profile.profile.protocol).asker(profile, address=address)


@lru_cache(maxsize=256)
def _read(path: Path, state: tuple[int, ...]) -> Profile:
    del state  # only tells apart what the file holds
    document = Document.read(path)
    return document.model(_family(_protocol(document)).PROFILE)


def _state(path: Path) -> tuple[int, ...]:
    """What changes whenever the file does; empty when it cannot be read."""
    try:
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def _family(protocol: str) -> Family:
    return cast("Family", import_module(FAMILIES[protocol]))


def _find(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    if text.endswith(".toml"):
        return Path(text)
    known = profile_files()
    if text not in known:
        hint = did_you_mean(text, list(known))
        hint = hint or "a profile of your own is named by its path, x.toml"
        raise ProfileError(f"no profile {text!r}; there are: {', '.join(known)} ({hint})")
    return known[text]


def _protocol(document: Document) -> str:
    """The family, read first: it decides which keys the rest of the file may have."""
    head: object = document.data.get("profile")
    table = cast("dict[str, object]", head if isinstance(head, dict) else {})
    protocol = table.get("protocol")
    if isinstance(protocol, str) and protocol in FAMILIES:
        return protocol
    found = "is missing" if protocol is None else f"found {protocol!r}"
    allowed = f"allowed: {', '.join(FAMILIES)}"
    raise TomlError([document.problem(("profile", "protocol"), f"{found}; {allowed}")])
