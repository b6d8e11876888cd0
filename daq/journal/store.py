"""The writing side of the file: everything here runs in the journal's one writer thread."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from daq.journal import schema
from daq.journal.block import Block, Row
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.database import connect, insert_rows, transaction
from daq.journal.entry import Series, SeriesKey
from daq.journal.errors import JournalError, mapped
from daq.journal.growth import Space
from daq.journal.lock import WriterLock


class Batch(msgspec.Struct, frozen=True):
    """What one commit makes durable."""

    series: Sequence[Series]
    rows: Sequence[Row]
    cursors: dict[str, Cursor]
    quarantine: Mapping[tuple[str, int], Quarantined | None]
    """By sink and number; None where an entry is released."""


class Found(msgspec.Struct, frozen=True):
    """What the file held when it was opened; ``times`` of the newest entry of each series."""

    last: int
    series: dict[SeriesKey, Series]
    cursors: dict[str, Cursor]
    times: dict[int, int]
    newest: int = 0


class Store:
    """The one writing connection."""

    def __init__(self, path: Path, clock: Callable[[], int]) -> None:
        self._path = path
        self._lock = WriterLock(path)
        try:
            with mapped(path, "cannot open the journal"):
                self._connection = connect(path, clock())
                self._block = self._open_block()
        except JournalError:
            self._lock.close()
            raise
        self._in_doubt = False

    def found(self) -> Found:
        """What is in the file."""
        with mapped(self._path, "cannot read the journal"):
            last = self._last()
            newest = self._value("SELECT coalesce(max(time), 0) FROM entries WHERE seq = ?", last)
            return Found(last, self._series(), self._cursors(), self._times(), newest)

    def write(self, batch: Batch) -> None:
        """Make a batch durable: all of it or nothing.

        Raises:
            JournalError: nothing of it is in the file; try again later.
        """
        with mapped(self._path, "cannot write"):
            rows = self._not_yet_written(batch.rows)
            self._in_doubt = True
            block = self._transact(batch, rows)
            self._block, self._in_doubt = block, False

    def used(self) -> int:
        """Bytes of the file that hold something; deleted pages are used again, not counted."""
        with mapped(self._path, "cannot read the size"):
            pages, free, size = self._pages()
        return (pages - free) * size

    def space(self) -> Space:
        """What the journal takes, and what there is room for."""
        with mapped(self._path, "cannot read the size"):
            pages, free, size = self._pages()
            disk = os.statvfs(self._path)
        return Space((pages - free) * size, free * size + disk.f_bavail * disk.f_frsize)

    def delete_oldest(self, count: int) -> tuple[int, int] | None:
        """Delete up to ``count`` of the oldest entries; the first and last number deleted."""
        with mapped(self._path, "cannot delete the oldest entries"):
            first = self._value("SELECT coalesce(min(seq), 0) FROM entries")
            return self._delete(first, first + count - 1)

    def delete_expired(self, before: int, now: int, count: int) -> tuple[int, int] | None:
        """Delete up to ``count`` of the oldest entries as far as they are older than ``before``.

        The first entry that is young ends it, so that a few entries dated 1970 by an unset
        clock do not take what precedes them along. Entries from the future are kept until an
        old one follows them: the clock may have been ahead for a while, or be behind now.
        """
        with mapped(self._path, "cannot delete expired entries"):
            first = self._value("SELECT coalesce(min(seq), 0) FROM entries")
            last = self._connection.execute(
                "WITH chunk AS (SELECT seq, time FROM entries WHERE seq < :end), "
                "young AS (SELECT min(seq) AS seq FROM chunk WHERE time BETWEEN :before AND :now) "
                "SELECT max(seq) FROM chunk WHERE time < :before "
                "AND seq < coalesce((SELECT seq FROM young), :end)",
                {"end": first + count, "before": before, "now": now},
            ).fetchone()[0]
            return None if last is None else self._delete(first, last)

    def close(self) -> None:
        """Close the file and give the lock back."""
        try:
            with mapped(self._path, "cannot close"):
                self._connection.close()
        finally:
            self._lock.close()

    def _delete(self, first: int, last: int) -> tuple[int, int] | None:
        # The newest entry stays for ever: the next number is found from it.
        last = min(last, self._last() - 1)
        if last < first:
            return None
        oldest_block = (last + 1) >> schema.BLOCK_BITS
        with transaction(self._connection) as connection:
            connection.execute("DELETE FROM entries WHERE seq <= ?", (last,))
            connection.execute("DELETE FROM quarantine WHERE seq <= ?", (last,))
            connection.execute("DELETE FROM blocks WHERE id < ?", (oldest_block,))
            connection.execute("DELETE FROM seen WHERE block < ?", (oldest_block,))
        return first, last

    def _not_yet_written(self, rows: Sequence[Row]) -> Sequence[Row]:
        # A commit that failed may have reached the disk all the same (a failed fsync).
        if not self._in_doubt:
            return rows
        last = self._last()
        self._block = self._open_block()
        return [row for row in rows if row[0] > last]

    def _transact(self, batch: Batch, rows: Sequence[Row]) -> Block:
        with transaction(self._connection) as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO series VALUES(?, ?)",
                [(series.id, msgspec.json.encode(series.key).decode()) for series in batch.series],
            )
            block = self._insert(rows)
            connection.executemany(
                "INSERT OR REPLACE INTO cursors VALUES(?, ?, ?)",
                [
                    (sink, cursor.live, msgspec.json.encode(cursor.backlog).decode())
                    for sink, cursor in batch.cursors.items()
                ],
            )
            connection.executemany(
                "INSERT OR REPLACE INTO quarantine VALUES(?, ?, ?, ?)",
                [(q.sink, q.seq, q.reason, q.time) for q in batch.quarantine.values() if q],
            )
            connection.executemany(
                "DELETE FROM quarantine WHERE sink = ? AND seq = ?",
                [key for key, refused in batch.quarantine.items() if refused is None],
            )
        return block

    def _insert(self, rows: Sequence[Row]) -> Block:
        block, start = self._block, 0
        while start < len(rows):
            number = rows[start][0] >> schema.BLOCK_BITS
            if number != block.id:
                self._close_block(block)
                block = Block(number)
            end = start
            while end < len(rows) and rows[end][0] >> schema.BLOCK_BITS == number:
                end += 1
            block = block.with_rows(rows[start:end])
            start = end
        insert_rows(self._connection, rows)
        return block

    def _close_block(self, block: Block) -> None:
        if not block.entries:
            return
        series = sorted(block.series)
        self._connection.execute(
            "INSERT INTO blocks VALUES(?, ?, ?, ?, ?)",
            (block.id, block.entries, block.low, block.high, msgspec.json.encode(series).decode()),
        )
        self._connection.executemany(
            "INSERT OR REPLACE INTO seen VALUES(?, ?)",
            [(number, block.id) for number in series],
        )

    def _open_block(self) -> Block:
        last = self._last()
        block = Block(last >> schema.BLOCK_BITS)
        rows: list[Row] = self._connection.execute(
            "SELECT seq, time, series, x'' FROM entries WHERE seq >= ?",
            (block.id << schema.BLOCK_BITS,),
        ).fetchall()
        return block.with_rows(rows) if rows else block

    def _last(self) -> int:
        return self._value("SELECT coalesce(max(seq), 0) FROM entries")

    def _series(self) -> dict[SeriesKey, Series]:
        rows = self._connection.execute("SELECT id, key FROM series").fetchall()
        keys = {number: msgspec.json.decode(text, type=SeriesKey) for number, text in rows}
        return {key: Series(number, key) for number, key in keys.items()}

    def _cursors(self) -> dict[str, Cursor]:
        rows = self._connection.execute("SELECT sink, live, backlog FROM cursors").fetchall()
        return {
            sink: Cursor(live, msgspec.json.decode(backlog, type=tuple[tuple[int, int], ...]))
            for sink, live, backlog in rows
        }

    def _times(self) -> dict[int, int]:
        rows = self._connection.execute(
            "SELECT series, time FROM entries WHERE seq > ? ORDER BY seq",
            (self._last() - schema.BLOCK,),
        )
        times: dict[int, int] = dict(rows.fetchall())
        seen = self._connection.execute("SELECT series, block FROM seen").fetchall()
        for series, block in seen:
            if series not in times:
                times[series] = self._newest_time(series, block << schema.BLOCK_BITS)
        return times

    def _newest_time(self, series: int, first: int) -> int:
        return self._value(
            "SELECT coalesce((SELECT time FROM entries WHERE series = ? AND seq BETWEEN ? AND ? "
            "ORDER BY seq DESC LIMIT 1), 0)",
            series,
            first,
            first + schema.BLOCK - 1,
        )

    def _pages(self) -> tuple[int, int, int]:
        names = ("page_count", "freelist_count", "page_size")
        pages, free, size = (self._value(f"PRAGMA {name}") for name in names)
        return pages, free, size

    def _value(self, statement: str, *parameters: int) -> int:
        return int(self._connection.execute(statement, parameters).fetchone()[0])
