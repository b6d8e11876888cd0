"""The table of spans: written by the daemon, read for trends."""

import sqlite3
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from daq.journal import checksum, schema
from daq.journal.codec import ScanCodec
from daq.journal.readonly import ReadConnection
from daq.journal.trend.span import MOST, Selection, Span, Stored, encode, parts_of, stored

MOST_BLOCKS = 64
"""Blocks that are summarised together, at most."""

_ROWS_AT_ONCE = 128

_PIECES = """
WITH numbered AS (
    SELECT seq, time, series, body,
           (row_number() OVER (PARTITION BY series ORDER BY seq) - 1) / ? AS piece
    FROM entries WHERE seq BETWEEN ? AND ? AND series <> 0 ORDER BY series, seq
)
SELECT series, min(seq), max(seq), min(time), max(time), count(*),
       CAST(group_concat(body, '') AS BLOB), group_concat(length(body))
FROM numbered GROUP BY series, piece ORDER BY series, piece
"""
"""One row for each piece, not for each entry: each row fetched gives the interpreter lock away,
and beside a busy event loop getting it back takes up to 5 ms."""


def of_block(
    file: ReadConnection, block: int, codecs: Mapping[int, ScanCodec]
) -> list[tuple[int, Span]]:
    """The series and spans of a block, in the order of their series.

    Raises:
        CodecError: an entry is damaged.
    """
    first = block << schema.BLOCK_BITS
    rows = file.rows(_PIECES, (MOST, first, first + schema.BLOCK - 1))
    return [(row[0], _summarised(row, codecs[row[0]])) for row in rows if row[0] in codecs]


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


def insert(connection: sqlite3.Connection, block: int, spans: Sequence[tuple[int, Span]]) -> None:
    """Insert the spans of all series up to a block."""
    rows = [_row(series, block, span) for series, span in spans]
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


def _summarised(row: Sequence[Any], codec: ScanCodec) -> Span:
    _, first, last, low, high, scans, bodies, lengths = row
    parts = parts_of(codec, bodies, [int(length) for length in lengths.split(",")])
    return Span(first, last, low, high, scans, parts)


def _row(series: int, block: int, span: Span) -> Iterable[int | bytes]:
    body = encode(span)
    return series, block, span.first, body, checksum.of_entry(span.first, block, series, body)


def _checked(series: int, block: int, first: int, body: bytes, crc: int) -> Stored | None:
    try:
        intact = crc == checksum.of_entry(first, block, series, body)
        return stored(body) if intact else None
    except (struct.error, TypeError):
        return None
