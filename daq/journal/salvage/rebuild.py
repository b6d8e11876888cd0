"""A new journal from what was found in a damaged one."""

import sqlite3
from itertools import islice
from typing import Any

import msgspec

from daq.journal import filling, migrations, notes, schema, tables
from daq.journal.chain import beginning, kept
from daq.journal.codec import CodecError, ScanCodec
from daq.journal.entry import Series
from daq.journal.eventcodec import decode_event
from daq.journal.found import Found, newest_number
from daq.journal.salvage.harvest import Harvest
from daq.journal.salvage.image import Image

_ROWS_AT_ONCE = 10_000
_GAPS_TOLD = 20


class Rebuilt(msgspec.Struct, frozen=True):
    """What is in the new journal.

    ``gaps`` are the first numbers that are missing, ``missing`` how many it is in all; ``first`` is
    the oldest entry, ``last`` the newest, ``floor`` the number that new ones have to be beyond.
    ``begins_known`` tells whether it is known that nothing else was before ``first``, or what.
    """

    entries: int
    first: int
    last: int
    floor: int
    missing: int
    gaps: tuple[tuple[int, int], ...]
    begins_known: bool


def rebuild(
    connection: sqlite3.Connection, image: Image, known: Found, now: int
) -> tuple[Harvest, Rebuilt]:
    """Put what ``image`` holds, and what is ``known`` besides, into new tables.

    Raises:
        sqlite3.Error: they cannot be written.
    """
    harvest = Harvest()
    connection.execute("BEGIN")
    migrations.create(connection, now)
    entries = harvest.entries(image)
    while rows := list(islice(entries, _ROWS_AT_ONCE)):
        filling.insert_rows(connection, rows, "INSERT OR IGNORE")
    series = harvest.series | {series.id: series for series in known.series.values()}
    _insert_others(connection, harvest, series, known)
    _delete_meaningless(connection, series)
    _make_blocks(connection)
    rebuilt = _describe(
        connection, max(known.last, harvest.greatest, harvest.floor), harvest.begins_after
    )
    connection.execute("INSERT INTO meta VALUES('floor', ?)", (str(rebuilt.floor),))
    _begin_anew(connection, harvest, rebuilt, now)
    connection.execute("COMMIT")
    return harvest, rebuilt


def _insert_others(
    connection: sqlite3.Connection, harvest: Harvest, series: dict[int, Series], known: Found
) -> None:
    cursors = {**harvest.cursors, **known.cursors}
    filling.insert_series(connection, series.values())
    connection.executemany(
        "INSERT INTO cursors VALUES(?, ?, ?, ?)",
        [tables.row_of_cursor(sink, cursor) for sink, cursor in cursors.items()],
    )
    connection.executemany(
        "INSERT INTO quarantine VALUES(?, ?, ?, ?, ?)",
        [tables.row_of_quarantined(refused) for refused in harvest.quarantine.values()],
    )
    connection.executemany(
        "INSERT OR REPLACE INTO meta VALUES(?, ?)",
        [(key, value) for key, value in harvest.meta.items() if key != "floor"],
    )
    for (time, _), notice in harvest.notes.items():
        notes.add(connection, time, notice)


def _begin_anew(
    connection: sqlite3.Connection, harvest: Harvest, rebuilt: Rebuilt, now: int
) -> None:
    """What is new is not chained to what was saved, which may have holes; both stay as they are."""
    connection.execute("DELETE FROM beginnings")
    before = [each for seq, each in harvest.beginnings.items() if seq < rebuilt.floor]
    beginning.insert(connection, before)
    beginning.begin(connection, "recovered", rebuilt.floor, now)
    kept.insert(connection, harvest.checkpoints.values())


def _delete_meaningless(connection: sqlite3.Connection, series: dict[int, Series]) -> None:
    """Scans whose series is lost, and unchecked entries that cannot be what was written."""
    numbers = ", ".join(map(str, (0, *series)))
    connection.execute(f"DELETE FROM entries WHERE series NOT IN ({numbers})")  # noqa: S608
    codecs = {key: ScanCodec(len(each.key.channels)) for key, each in series.items()}
    unchecked = connection.execute(
        "SELECT seq, time, series, body FROM entries WHERE crc IS NULL ORDER BY seq"
    )
    wrong: list[tuple[int]] = [(row[0],) for row in unchecked if not _decodes(row, codecs)]
    connection.executemany("DELETE FROM entries WHERE seq = ?", wrong)
    connection.execute("DELETE FROM quarantine WHERE seq NOT IN (SELECT seq FROM entries)")


def _decodes(row: tuple[Any, ...], codecs: dict[int, ScanCodec]) -> bool:
    seq, time, series, body = row
    try:
        if series:
            codecs[series].decode(body)
        else:
            decode_event(seq, time, body)
    except CodecError:
        return False
    return seq > 0


def _make_blocks(connection: sqlite3.Connection) -> None:
    """The rows of all blocks but the last, which is still being filled."""
    number, tail = f"seq >> {schema.BLOCK_BITS}", newest_number(connection) >> schema.BLOCK_BITS
    seen: dict[int, int] = {}
    closed = connection.execute(
        f"SELECT {number}, count(*), min(time), max(time), json_group_array(DISTINCT series), "  # noqa: S608
        f"NULL FROM entries WHERE {number} < ? GROUP BY {number}",
        (tail,),
    )
    for block in tables.blocks_of(closed.fetchall()):
        connection.execute(
            "INSERT INTO blocks VALUES(?, ?, ?, ?, ?, ?)", tables.row_of_block(block)
        )
        seen.update(dict.fromkeys(block.series, block.id))
    connection.executemany(
        "INSERT INTO seen VALUES(?, ?, ?)",
        [tables.row_of_seen(series, block) for series, block in seen.items()],
    )


def _describe(connection: sqlite3.Connection, floor: int, begins_after: int | None) -> Rebuilt:
    last = newest_number(connection)
    # What stood before the oldest entry that was found is missing, unless it had been deleted.
    gaps = (
        "FROM (SELECT seq + 1 AS first, lead(seq) OVER (ORDER BY seq) - 1 AS last "
        "FROM (SELECT ? AS seq UNION ALL SELECT seq FROM entries)) WHERE last >= first"
    )
    count, first = connection.execute("SELECT count(*), min(seq) FROM entries").fetchone()
    (missing,) = connection.execute(
        f"SELECT coalesce(sum(last - first + 1), 0) {gaps}",
        (begins_after,),
    ).fetchone()
    told = connection.execute(
        f"SELECT first, last {gaps} LIMIT {_GAPS_TOLD}",
        (begins_after,),
    ).fetchall()
    return Rebuilt(
        entries=count,
        first=first or 0,
        last=last,
        floor=max(floor, last),
        missing=missing,
        gaps=tuple(told),
        begins_known=begins_after is not None,
    )
