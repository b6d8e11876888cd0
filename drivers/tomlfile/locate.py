"""Where in a TOML document a pydantic error is: its key, and its line."""

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

from drivers.tomlfile.show import dotted

__all__ = ["Path", "dotted", "locate", "resolve"]

Path: TypeAlias = tuple[str | int, ...]
"""Keys and array indices from the root of a document."""


def resolve(data: object, loc: Sequence[str | int]) -> tuple[Path, Path]:
    """Split a pydantic error location into the part that exists in the data and the rest.

    Pydantic puts the tag of a union's branch between the keys; what is not in the data but
    followed by something that is, is such a tag and left out.
    """
    path: list[str | int] = []
    rest: list[str | int] = []
    for part in loc:
        if _has(data, part):
            data = cast("Any", data)[part]
            path.append(part)
            rest.clear()
        else:
            rest.append(part)
    return tuple(path), tuple(rest)


def locate(text: str, loc: Sequence[str | int]) -> int | None:
    """The line (from 1) of a key; of its table's header when the key is missing.

    The root has line 1. None when the text is not TOML.
    """
    from drivers.tomlfile.lines import line_of  # noqa: PLC0415 - 40 ms that only errors need

    try:
        path, _ = resolve(tomllib.loads(text), loc)
    except tomllib.TOMLDecodeError:
        return None
    return line_of(text, path)


def _has(data: object, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(data, (list, tuple)) and part < len(cast("Sequence[object]", data))
    return isinstance(data, Mapping) and part in data
