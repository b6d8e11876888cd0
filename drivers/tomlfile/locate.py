"""On which line of a TOML text a key is.

Neither tomllib nor pydantic knows; tomlkit writes a document back character by character. So a
marker is put at the key, the document written out, and the lines before the marker counted.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from drivers.tomlfile.show import dotted

__all__ = ["Path", "dotted", "locate", "resolve"]

Path: TypeAlias = tuple[str | int, ...]
"""Keys and array indices from the root of a document."""

_MARKER = "\ue000here\ue000"


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
    try:
        document = tomlkit.parse(text)
    except TOMLKitError:
        return None
    path, _ = resolve(document, loc)
    return _line(text, path)


def _line(text: str, path: Path) -> int | None:
    if not path:
        return 1
    document = tomlkit.parse(text)
    parent: Any = document
    for part in path[:-1]:
        parent = parent[part]
    item = parent[path[-1]]
    if isinstance(item, (Table, AoT)) or not hasattr(item, "trivia"):
        return _table_line(text, path, document, item)
    parent[path[-1]] = _MARKER
    return _marked(document)


def _table_line(text: str, path: Path, document: tomlkit.TOMLDocument, item: Any) -> int | None:  # noqa: ANN401 - tomlkit's proxies have no public type
    if isinstance(item, Table):
        item.trivia.comment_ws, item.trivia.comment = " ", f"# {_MARKER}"
        found = _marked(document)
        if found is not None:
            return found
    # No header of its own (`a.b = 1`, or only `[a.b]`), or one of several in different places.
    first = 0 if isinstance(item, AoT) else next(iter(item), None)
    if first is None:
        return _line(text, path[:-1])
    line = _line(text, (*path, first))
    return line if isinstance(item, (Table, AoT)) else _header_above(text, line)


def _header_above(text: str, line: int | None) -> int | None:
    lines = text.split("\n")
    for number in range(line or 0, 0, -1):
        if lines[number - 1].lstrip().startswith("["):
            return number
    return line


def _marked(document: tomlkit.TOMLDocument) -> int | None:
    before, marker, _ = tomlkit.dumps(document).partition(_MARKER)
    return before.count("\n") + 1 if marker else None


def _has(data: object, part: str | int) -> bool:
    if isinstance(part, int):
        return isinstance(data, (list, tuple)) and part < len(cast("Sequence[object]", data))
    return isinstance(data, Mapping) and part in data
