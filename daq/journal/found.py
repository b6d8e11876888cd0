"""What a journal held when it was opened: where its writer goes on."""

import sqlite3
from collections.abc import Mapping

import msgspec

from daq.journal import schema, tables
from daq.journal.cursor import Cursor
from daq.journal.entry import Series, SeriesKey


class Found(msgspec.Struct, frozen=True):
    """What the file held.

    ``last`` is the greatest number that was given out, ``times`` of the newest entry of each
    series, ``newest`` the time of the newest entry.
    """

    last: int = 0
    series: Mapping[SeriesKey, Series] = {}
    cursors: Mapping[str, Cursor] = {}
    times: Mapping[int, int] = {}
    newest: int = 0


def find(connection: sqlite3.Connection) -> Found:
    """What a file of this version holds.

    Raises:
        JournalDamagedError: a row is not what was written.
        sqlite3.Error: the file cannot be read.
    """
    last = newest_number(connection)
    series = tables.series_of(connection.execute(_select("series", "id, key")))
    return Found(
        last=max(last, floor(connection)),
        series={each.key: each for each in series},
        cursors=tables.cursors_of(connection.execute(_select("cursors", "sink, live, backlog"))),
        times=_times(connection, last),
        newest=_value(connection, "SELECT max(time) FROM entries WHERE seq = ?", last),
    )


def newest_number(connection: sqlite3.Connection) -> int:
    """The number of the newest entry; 0 when there is none."""
    return _value(connection, "SELECT max(seq) FROM entries")


def floor(connection: sqlite3.Connection) -> int:
    """The number entries have to be beyond after a recovery; 0 when there was none."""
    return _value(connection, "SELECT max(CAST(value AS INTEGER)) FROM meta WHERE key = 'floor'")


def _select(table: str, columns: str) -> str:
    return tables.select(table, columns, schema.VERSION)


def _times(connection: sqlite3.Connection, last: int) -> dict[int, int]:
    rows = connection.execute(
        "SELECT series, time FROM entries WHERE seq > ? ORDER BY seq", (last - schema.BLOCK,)
    )
    times: dict[int, int] = dict(rows.fetchall())
    seen = tables.seen_of(connection.execute(_select("seen", "series, block")))
    for series, block in seen.items():
        if series not in times:
            times[series] = _value(
                connection,
                "SELECT time FROM entries WHERE series = ? AND seq BETWEEN ? AND ? "
                "ORDER BY seq DESC LIMIT 1",
                series,
                block << schema.BLOCK_BITS,
                (block + 1 << schema.BLOCK_BITS) - 1,
            )
    return times


def _value(connection: sqlite3.Connection, statement: str, *parameters: int) -> int:
    row = connection.execute(statement, parameters).fetchone()
    return int(row[0] or 0) if row is not None else 0
