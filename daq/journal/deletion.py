"""Which entries go when there are too many, or they are too old."""

import sqlite3

from daq.journal import schema
from daq.journal.chain import kept
from daq.journal.found import newest_number
from daq.journal.transaction import transaction
from daq.journal.trend import spans


def delete_oldest(connection: sqlite3.Connection, count: int) -> tuple[int, int] | None:
    """Delete up to ``count`` of the oldest entries; the first and last number deleted."""
    first = _oldest(connection)
    return _delete(connection, first, first + count - 1)


def delete_expired(
    connection: sqlite3.Connection, before: int, now: int, count: int, upto: int = 2**63 - 1
) -> tuple[int, int] | None:
    """Delete up to ``count`` of the oldest entries as far as they are older than ``before``.

    None beyond the number ``upto`` goes.

    The first entry that is young ends it, so that a few entries dated 1970 by an unset
    clock do not take what precedes them along. Entries from the future are kept until an
    old one follows them: the clock may have been ahead for a while, or be behind now.
    """
    first = _oldest(connection)
    last = connection.execute(
        "WITH chunk AS (SELECT seq, time FROM entries WHERE seq < :end), "
        "young AS (SELECT min(seq) AS seq FROM chunk WHERE time BETWEEN :before AND :now) "
        "SELECT max(seq) FROM chunk WHERE time < :before "
        "AND seq < coalesce((SELECT seq FROM young), :end)",
        {"end": first + count, "before": before, "now": now},
    ).fetchone()[0]
    return None if last is None else _delete(connection, first, min(last, upto))


def _delete(connection: sqlite3.Connection, first: int, last: int) -> tuple[int, int] | None:
    # The newest entry stays for ever: the next number is found from it.
    last = kept.group_end(connection, min(last, newest_number(connection) - 1))
    if last < first:
        return None
    oldest_block = (last + 1) >> schema.BLOCK_BITS
    with transaction(connection):
        kept.move_beginning(connection, last)
        connection.execute("DELETE FROM entries WHERE seq <= ?", (last,))
        connection.execute("DELETE FROM quarantine WHERE seq <= ?", (last,))
        connection.execute("DELETE FROM blocks WHERE id < ?", (oldest_block,))
        connection.execute("DELETE FROM seen WHERE block < ?", (oldest_block,))
        spans.delete_before(connection, oldest_block)
    return first, last


def _oldest(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT coalesce(min(seq), 0) FROM entries").fetchone()
    return int(row[0])
