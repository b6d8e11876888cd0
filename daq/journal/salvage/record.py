"""Rows as bytes of a page: SQLite's record format. Pure.

Source: sqlite.org/fileformat2.html, 1.6 "B-tree Pages" and 2.1 "Record Format".
"""

import struct
from collections.abc import Callable, Iterator
from typing import TypeAlias

import msgspec

Field: TypeAlias = int | float | str | bytes | None

TABLE_LEAF, INDEX_LEAF, INDEX_INTERIOR = 0x0D, 0x0A, 0x02
_HEADERS = {TABLE_LEAF: 8, INDEX_LEAF: 8, INDEX_INTERIOR: 12}
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}
_MOST_FIELDS = 8
_MOST_BYTES = 1 << 24


class Record(msgspec.Struct, frozen=True, gc=False):
    """A row: its number if its table has them, and its fields."""

    rowid: int | None
    fields: tuple[Field, ...]


Overflow: TypeAlias = Callable[[int, int], bytes]
"""So many bytes of the chain of pages that begins with this one; fewer when it is broken."""


def records(page: bytes, start: int, overflow: Overflow) -> Iterator[Record]:
    """The rows of a page that are whole. ``start`` is where it begins: 100 on the first page."""
    header = _HEADERS.get(page[start])
    if header is None:
        return
    count = int.from_bytes(page[start + 3 : start + 5], "big")
    pointers = page[start + header : start + header + 2 * count]
    if len(pointers) < 2 * count:
        return
    for (offset,) in struct.iter_unpack(">H", pointers):
        try:
            yield _cell(page, offset, page[start], overflow)
        except (IndexError, ValueError, struct.error):
            continue


def _cell(page: bytes, offset: int, kind: int, overflow: Overflow) -> Record:
    if kind == INDEX_INTERIOR:
        offset += 4
    size, offset = _varint(page, offset)
    rowid = None
    if kind == TABLE_LEAF:
        rowid, offset = _varint(page, offset)
        rowid = (rowid ^ (1 << 63)) - (1 << 63) if rowid >> 63 else rowid
    if size > _MOST_BYTES:
        raise ValueError("no row of ours is so long")
    return Record(rowid, _fields(_payload(page, offset, size, kind, overflow)))


def _payload(page: bytes, offset: int, size: int, kind: int, overflow: Overflow) -> bytes:
    usable = len(page)
    most = usable - 35 if kind == TABLE_LEAF else (usable - 12) * 64 // 255 - 23
    if size <= most:
        return _exactly(page, offset, size)
    least = (usable - 12) * 32 // 255 - 23
    here = least + (size - least) % (usable - 4)
    here = here if here <= most else least
    next_page = int.from_bytes(_exactly(page, offset + here, 4), "big")
    payload = _exactly(page, offset, here) + overflow(next_page, size - here)
    return _exactly(payload, 0, size)


def _fields(payload: bytes) -> tuple[Field, ...]:
    end, position = _varint(payload, 0)
    kinds: list[int] = []
    while position < end:
        kind, position = _varint(payload, position)
        kinds.append(kind)
        if len(kinds) > _MOST_FIELDS:
            raise ValueError("no table of ours has so many columns")
    fields: list[Field] = []
    for kind in kinds:
        field, position = _field(payload, position, kind)
        fields.append(field)
    return tuple(fields)


def _field(payload: bytes, position: int, kind: int) -> tuple[Field, int]:
    if kind in _INTEGERS:
        end = position + _INTEGERS[kind]
        raw = _exactly(payload, position, end - position)
        return int.from_bytes(raw, "big", signed=True), end
    if kind >= 12:  # noqa: PLR2004 - even: a blob, odd: text
        size = (kind - 12) // 2
        raw = _exactly(payload, position, size)
        return (raw.decode() if kind % 2 else raw), position + size
    if kind == 7:  # noqa: PLR2004 - a float, of which we store none
        raise ValueError("no column of ours is a float")
    return {0: None, 8: 0, 9: 1}[kind] if kind in (0, 8, 9) else _unknown(kind), position


def _unknown(kind: int) -> None:
    raise ValueError(f"no such type of field: {kind}")


def _exactly(data: bytes, offset: int, size: int) -> bytes:
    piece = data[offset : offset + size]
    if len(piece) != size:
        raise ValueError("cut off")
    return piece


def _varint(data: bytes, offset: int) -> tuple[int, int]:
    value = data[offset]
    if value < 0x80:  # noqa: PLR2004 - by far the most frequent
        return value, offset + 1
    value &= 0x7F
    for position in range(offset + 1, offset + 8):
        byte = data[position]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:  # noqa: PLR2004
            return value, position + 1
    return value << 8 | data[offset + 8], offset + 9
