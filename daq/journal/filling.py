"""Entries into the file, and a row for each block that is complete."""

import sqlite3
from collections.abc import Iterable, Sequence

from daq.journal import schema, tables
from daq.journal.block import Block, Linked, Row
from daq.journal.entry import Series
from daq.journal.found import newest_number

_ROWS_AT_ONCE = 256


def open_block(connection: sqlite3.Connection) -> Block:
    """The block of the newest entry, as far as it is filled."""
    block = Block(newest_number(connection) >> schema.BLOCK_BITS)
    rows: list[Row] = connection.execute(
        "SELECT seq, time, series, x'', 0 FROM entries WHERE seq >= ?",
        (block.id << schema.BLOCK_BITS,),
    ).fetchall()
    return block.with_rows(rows) if rows else block


def fill(connection: sqlite3.Connection, block: Block, rows: Sequence[Linked]) -> Block:
    """Insert entries, the newest of all; close each block they leave. The block they end in."""
    start = 0
    while start < len(rows):
        number = rows[start][0] >> schema.BLOCK_BITS
        if number != block.id:
            _close(connection, block)
            block = Block(number)
        end = start
        while end < len(rows) and rows[end][0] >> schema.BLOCK_BITS == number:
            end += 1
        block = block.with_rows(rows[start:end])
        start = end
    insert_rows(connection, rows)
    return block


def insert_series(connection: sqlite3.Connection, series: Iterable[Series]) -> None:
    """Insert series, each twice: without it the scans it belongs to would mean nothing."""
    rows = [tables.row_of_series(each) for each in series]
    for table in ("series", "series_again"):
        connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES(?, ?, ?)", rows)


def insert_rows(
    connection: sqlite3.Connection, rows: Sequence[Linked], verb: str = "INSERT"
) -> None:
    """Insert entries, many with each statement."""
    # Many rows a statement, in powers of two so that the prepared statements are few. Each
    # statement gives the interpreter lock away once, and beside a busy event loop getting it
    # back takes up to 5 ms: row by row, a commit of 200 rows was measured to take 75 ms.
    start = 0
    while start < len(rows):
        count = min(_ROWS_AT_ONCE, 1 << ((len(rows) - start).bit_length() - 1))
        values = ", ".join(["(?, ?, ?, ?, ?, ?)"] * count)
        flat = [field for row in rows[start : start + count] for field in row]
        connection.execute(f"{verb} INTO entries VALUES {values}", flat)
        start += count


def _close(connection: sqlite3.Connection, block: Block) -> None:
    if not block.entries:
        return
    connection.execute("INSERT INTO blocks VALUES(?, ?, ?, ?, ?, ?)", tables.row_of_block(block))
    connection.executemany(
        "INSERT OR REPLACE INTO seen VALUES(?, ?, ?)",
        [tables.row_of_seen(series, block.id) for series in sorted(block.series)],
    )
