"""Finds lines by asking tomlkit to write a document back with a marker in it.

Neither tomllib nor pydantic knows lines; tomlkit keeps a document character by character. So a
marker is put at the key, the document written out, and the lines before the marker counted.
"""

import tomllib
from collections.abc import Sequence
from typing import Any, TypeAlias, cast

import tomlkit
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

Path: TypeAlias = tuple[str | int, ...]

_MARKER = "\ue000here\ue000"


def line_of(text: str, path: Path) -> int | None:
    """The line of a key or table that exists, from 1; None when the text is not TOML."""
    try:
        return _line(text, path)
    except TOMLKitError:
        return None


def _line(text: str, path: Path) -> int | None:
    if not path:
        return 1
    document = tomlkit.parse(text)
    parent: Any = document
    for part in path[:-1]:
        parent = parent[part]
    item = parent[path[-1]]
    if isinstance(item, (Table, AoT, OutOfOrderTableProxy)):
        return _header_line(text, path, document, item)
    parent[path[-1]] = _MARKER
    return _marked(document)


def _header_line(
    text: str, path: Path, document: tomlkit.TOMLDocument, table: Table | AoT | OutOfOrderTableProxy
) -> int | None:
    line = None
    if isinstance(table, Table):
        table.trivia.comment_ws, table.trivia.comment = " ", f"# {_MARKER}"
        line = _marked(document)
    elif isinstance(table, OutOfOrderTableProxy):
        line = _header_among(text.split("\n"), path)
    if line is not None:
        return line
    # No header of its own: `a.b = 1`, or only `[a.b]` and no `[a]`.
    first = 0 if isinstance(table, AoT) else next(iter(table), None)
    return _line(text, path[:-1] if first is None else (*path, first))


def _header_among(lines: Sequence[str], path: Path) -> int | None:
    """The header of a table that stands in several places, which tomlkit shows as one."""
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith("[") and _names(line) == path:
            return number
    return None


def _names(header: str) -> Path | None:
    try:
        table: object = tomllib.loads(header)
    except tomllib.TOMLDecodeError:
        return None
    names: list[str] = []
    while isinstance(table, dict) and table:
        name, table = next(iter(cast("dict[str, object]", table).items()))
        names.append(name)
    return tuple(names)


def _marked(document: tomlkit.TOMLDocument) -> int | None:
    before, marker, _ = tomlkit.dumps(document).partition(_MARKER)
    return before.count("\n") + 1 if marker else None
