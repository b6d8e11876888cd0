"""The table of spans: written by the daemon, read for trends."""

import sqlite3
import struct
from collections.abc import Sequence
from typing import Any, TypeAlias

from daq.journal import checksum, schema
from daq.journal.codec import ScanCodec
from daq.journal.readonly import ReadConnection
from daq.journal.trend.portion import Portion
from daq.journal.trend.span import MOST, Selection, Span, Stored, encode, parts_of, stored

Piece: TypeAlias = tuple[Any, ...]
"""Scans of a span to be: series, first and last number, earliest and latest time, their count,
their bodies one after the other, and the lengths of those."""

Row: TypeAlias = tuple[int, int, int, bytes, int]
"""A span as it is written: series, block, first, body, checksum."""

_ROWS_AT_ONCE = 128

_PIECES = """
WITH numbered AS (
    SELECT seq, time, series, body,
           (row_number() OVER (PARTITION BY series ORDER BY seq) - 1) / ? AS piece
    FROM entries WHERE seq BETWEEN ? AND ? AND series BETWEEN ? AND ? ORDER BY series, seq
)
SELECT series, min(seq), max(seq), min(time), max(time), count(*),
       CAST(group_concat(body, '') AS BLOB), group_concat(length(body))
FROM numbered GROUP BY series, piece ORDER BY series, piece
"""
"""One row for each piece, not for each entry: each row fetched gives the interpreter lock away,
and beside a busy event loop getting it back takes up to 5 ms."""


def pieces(file: ReadConnection, portion: Portion, share: tuple[int, int]) -> list[Piece]:
    """The scans of some blocks, of series from the first to the last of a share, in their order."""
    first = portion.first << schema.BLOCK_BITS
    last = (portion.last << schema.BLOCK_BITS) + schema.BLOCK - 1
    return file.rows(_PIECES, (MOST, first, last, *share))


def row_of(piece: Piece, block: int, codec: ScanCodec) -> Row:
    """The summary of a piece, filed under a block.

    Raises:
        CodecError: an entry is damaged.
    """
    series, first, last, low, high, scans, bodies, lengths = piece
    parts = parts_of(codec, bodies, [int(length) for length in lengths.split(",")])
    body = encode(Span(first, last, low, high, scans, parts))
    return series, block, first, body, checksum.of_entry(first, block, series, body)


def of_series(
    file: ReadConnection, series: int, blocks: tuple[int, int], wanted: Selection
) -> list[Stored]:
    """The spans of a series, with the channels wanted, filed under these blocks, oldest first.

    One that is not what was written is left out: its scans are there to be read.
    """
    if file.version < schema.SUMMARISED:
        return []
    rows = file.rows(
        "SELECT series, block, first, body, crc FROM spans "
        "WHERE series = ? AND block BETWEEN ? AND ? ORDER BY block, first",
        (series, *blocks),
    )
    found = [span for row in rows if (span := _checked(*row)) is not None]
    return [span for span in found if wanted.is_in(span)]


def summarised(file: ReadConnection) -> int:
    """The last block that has been summarised; -1 when none has."""
    last = file.rows(
        "SELECT max((SELECT max(block) FROM spans WHERE spans.series = series.id)) FROM series"
    )[0][0]
    return -1 if last is None else int(last)


def insert(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Insert the spans of all series up to a block."""
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        chunk = rows[start : start + _ROWS_AT_ONCE]
        values = ", ".join(["(?, ?, ?, ?, ?)"] * len(chunk))
        flat = [field for row in chunk for field in row]
        statement = f"INSERT OR REPLACE INTO spans VALUES {values}"  # noqa: S608 - no input
        connection.execute(statement, flat)


def delete_before(connection: sqlite3.Connection, block: int) -> None:
    """Delete what ends before a block."""
    connection.execute(
        "DELETE FROM spans WHERE series IN (SELECT id FROM series) AND block < ?", (block,)
    )


def _checked(series: int, block: int, first: int, body: bytes, crc: int) -> Stored | None:
    try:
        intact = crc == checksum.of_entry(first, block, series, body)
        return stored(body) if intact else None
    except (struct.error, TypeError):
        return None
