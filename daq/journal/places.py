"""Where in a journal a reader has to look, so that it need not look everywhere."""

from typing import Any

from daq.journal import schema
from daq.journal.contents import EVENTS, Contents
from daq.journal.entry import Scan
from daq.journal.query import Query


def newest(contents: Contents) -> int:
    """The newest sequence number; 0 when there is none."""
    return contents.file.value("SELECT max(seq) FROM entries")


def oldest(contents: Contents) -> int:
    """The oldest sequence number; 0 when there is none."""
    return contents.file.value("SELECT min(seq) FROM entries")


def tail(contents: Contents) -> int:
    """The first number beyond the last closed block."""
    closed = contents.file.rows("SELECT max(id) FROM blocks")[0][0]
    return oldest(contents) if closed is None else (int(closed) + 1) << schema.BLOCK_BITS


def ranges(contents: Contents, query: Query, wanted: list[int]) -> list[tuple[int, int]]:
    """First and last number of each block that may have entries of the query's period.

    ``wanted`` are the series asked for.
    """
    starts = [
        block.id << schema.BLOCK_BITS
        for block in contents.blocks()
        if block.high >= query.earliest
        and block.low <= query.latest
        and not block.series.isdisjoint(wanted)
    ]
    first, last = oldest(contents), newest(contents)
    # Not a range up to the last: in a damaged file that may be any number.
    open_blocks = contents.file.rows(
        "SELECT DISTINCT seq >> ? << ? FROM entries WHERE seq >= ? ORDER BY seq",
        (schema.BLOCK_BITS, schema.BLOCK_BITS, tail(contents)),
    )
    starts += [start for (start,) in open_blocks]
    return [(max(start, first), min(start + schema.BLOCK - 1, last)) for start in starts]


def latest(contents: Contents) -> list[Scan]:
    """The newest scan of each series that has one, in the order of the journal."""
    rows = _newest_of_each(contents, tail(contents), 2**63 - 1)
    found = {row[2] for row in rows}
    homes: dict[int, list[int]] = {}
    for series, block in contents.seen().items():
        if series != EVENTS and series not in found:
            homes.setdefault(block, []).append(series)
    for block, members in homes.items():
        first = block << schema.BLOCK_BITS
        candidates = _newest_of_each(contents, first, first + schema.BLOCK - 1)
        rows += [row for row in candidates if row[2] in members]
    scans = [contents.decode(*row) for row in sorted(rows)]
    return [scan for scan in scans if isinstance(scan, Scan)]


def count(contents: Contents, first: int) -> int:
    """How many entries there are, of which ``first`` is the oldest."""
    # The oldest block may have lost entries since it was closed: it is counted anew.
    block = first >> schema.BLOCK_BITS
    second, end = (block + 1) << schema.BLOCK_BITS, tail(contents)
    return contents.file.value(
        "SELECT (SELECT coalesce(sum(entries), 0) FROM blocks WHERE id > ?) "
        "+ (SELECT count(*) FROM entries WHERE seq < ?) "
        "+ (SELECT count(*) FROM entries WHERE seq >= ?)",
        (block, second, max(second, end)),
    )


def _newest_of_each(contents: Contents, first: int, last: int) -> list[tuple[Any, ...]]:
    return contents.entries(
        "WHERE seq IN (SELECT max(seq) "
        "FROM entries WHERE seq BETWEEN ? AND ? AND series <> 0 GROUP BY series)",
        (first, last),
    )
