"""Finds profiles by name or path, and builds the driver a profile asks for."""

import difflib
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

from pydantic import ValidationError

from drivers.driver import Driver
from drivers.errors import ProfileError
from drivers.profile import Profile

if TYPE_CHECKING:
    from collections.abc import Callable

Framing: TypeAlias = Literal["rtu", "tcp"]

BUNDLED = Path(__file__).parent / "profiles"
"""Where the profiles that come with this package are."""

FAMILIES = {"modbus": "drivers.modbus.family", "text": "drivers.text.family"}
"""Module of each family. It offers ``PROFILE`` (its Profile class) and
``build(profile, *, unit, address, framing) -> Driver``. Imported when first needed."""


def available_profiles() -> list[str]:
    """Names of the bundled profiles, sorted."""
    return sorted(path.stem for path in BUNDLED.glob("*.toml"))


def load_profile(name_or_path: str | Path) -> Profile:
    """Load a bundled profile by name, or one from a ``.toml`` file.

    Raises:
        ProfileError: no such profile (with the nearest names), or the file is wrong.
    """
    path = _find(name_or_path)
    raw = _read(path)
    head = cast("dict[str, Any]", raw.get("profile", {}))
    protocol = head.get("protocol")
    if protocol not in FAMILIES:
        raise ProfileError(
            f"{path}: profile.protocol: {protocol!r}; allowed: {', '.join(FAMILIES)}"
        )
    model = cast("type[Profile]", import_module(FAMILIES[protocol]).PROFILE)
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise ProfileError(f"{path}: {error}") from error


def build_driver(
    profile: Profile,
    *,
    unit: int | None = None,
    address: str | None = None,
    framing: Framing = "rtu",
) -> Driver:
    """The driver for one instrument of this profile: Modbus at ``unit``, text at ``address``.

    Raises:
        ProfileError: the family needs an address that is not given, or has no use for one.
    """
    build = cast("Callable[..., Driver]", import_module(FAMILIES[profile.profile.protocol]).build)
    return build(profile, unit=unit, address=address, framing=framing)


def _find(name_or_path: str | Path) -> Path:
    text = str(name_or_path)
    if text.endswith(".toml"):
        return Path(text)
    path = BUNDLED / f"{text}.toml"
    if "/" in text or not path.is_file():
        near = difflib.get_close_matches(text, available_profiles(), n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        raise ProfileError(f"no profile {text!r}{hint} (have: {', '.join(available_profiles())})")
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ProfileError(f"{path}: {error}") from error
