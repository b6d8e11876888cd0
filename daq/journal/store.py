"""The writing side of the file: everything here runs in the journal's one writer thread."""

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from daq.journal import deletion, notes, schema, tables
from daq.journal.access import Access
from daq.journal.block import Block, Row
from daq.journal.chain import kept
from daq.journal.chain.tail import Tail, newest_link
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Series
from daq.journal.errors import legible, mapped
from daq.journal.filling import fill, insert_series, open_block
from daq.journal.found import Found, newest_number
from daq.journal.growth import Space
from daq.journal.notes import Note
from daq.journal.transaction import transaction
from daq.journal.trend import spans


class Batch(msgspec.Struct, frozen=True):
    """What one commit makes durable. ``told`` are notes whose events are among the rows."""

    series: Sequence[Series] = ()
    rows: Sequence[Row] = ()
    cursors: Mapping[str, Cursor] = {}
    quarantine: Mapping[tuple[str, int], Quarantined | None] = {}
    """By sink and number; None where an entry is released."""
    told: Sequence[Note] = ()


class End(msgspec.Struct, frozen=True):
    """Where an open file goes on: its newest block, and the newest link of its chain."""

    connection: sqlite3.Connection
    block: Block
    tail: Tail


class Store:
    """What is done with the file.

    Raises:
        JournalError: the file cannot be used, and waiting would not help.
    """

    def __init__(self, path: Path, clock: Callable[[], int]) -> None:
        self.path = path
        self._access = Access(path, clock)
        self._end: End | None = None
        self._in_doubt = False

    @property
    def found(self) -> Found:
        """What the file held when it was opened, and what was committed since but entries."""
        return self._access.known

    @property
    def open(self) -> bool:
        """Whether the file is open; it is not while the disk does not let it."""
        return self._access.open

    @property
    def trouble(self) -> str:
        """Why the file cannot be opened; empty when it can."""
        return self._access.trouble

    @property
    def notes(self) -> deque[Note]:
        """Events of the file that have to be journalled; whoever does takes them away."""
        return self._access.notes

    def write(self, batch: Batch) -> None:
        """Make a batch durable: all of it or nothing.

        Raises:
            JournalError: nothing of it is in the file; try again later.
        """
        with self._access.connection("cannot write") as connection:
            rows = self._not_yet_written(connection, batch.rows)
            if rows:
                self._access.reserve(rows[-1][0])
            end = self._end_of(connection)
            self._in_doubt = True
            with transaction(connection):
                _write_others(connection, batch)
                linked, link = end.tail.chain(rows)
                block = fill(connection, end.block, linked)
                if checkpoints := kept.checkpoints_in(rows):
                    kept.insert(connection, checkpoints)
            end.tail.link = link
            self._end, self._in_doubt = End(connection, block, end.tail), False
        self._remember(batch)

    def newest_link(self) -> tuple[int, bytes]:
        """The number of the newest entry in the file, and its link."""
        doing = "cannot read the end of the chain"
        with self._access.connection(doing) as connection, legible(self.path):
            return newest_link(connection)

    def used(self) -> int:
        """Bytes of the file that hold something; deleted pages are used again, not counted."""
        with self._access.connection("cannot read the size") as connection:
            return _used_and_free(connection)[0]

    def free(self) -> int:
        """Bytes of the file that hold nothing, and are used before it grows."""
        with self._access.connection("cannot read the size") as connection:
            return _used_and_free(connection)[1]

    def room(self) -> int:
        """Bytes the disk can still take."""
        with mapped(self.path, "cannot ask the disk for its room"):
            disk = os.statvfs(self.path.parent)
        return disk.f_bavail * disk.f_frsize

    def shorten_log(self) -> None:
        """Move what is in the log into the file, as far as nobody reads it, to use it anew."""
        with self._access.connection("cannot move the log into the file") as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def space(self) -> Space:
        """What the journal takes, and what there is room for."""
        with self._access.connection("cannot read the size") as connection:
            used, free = _used_and_free(connection)
        return Space(used, free + self.room())

    def delete_oldest(self, count: int) -> tuple[int, int] | None:
        """Delete up to ``count`` of the oldest entries; the first and last number deleted."""
        doing = "cannot delete the oldest entries"
        with self._access.connection(doing) as connection, legible(self.path):
            return deletion.delete_oldest(connection, count)

    def delete_expired(
        self, before: int, now: int, count: int, upto: int
    ) -> tuple[int, int] | None:
        """Delete up to ``count`` of the oldest entries as far as they are older than ``before``.

        None beyond the number ``upto`` goes.
        """
        doing = "cannot delete expired entries"
        with self._access.connection(doing) as connection, legible(self.path):
            return deletion.delete_expired(connection, before, now, count, upto)

    def add_spans(self, rows: Sequence[spans.Row]) -> None:
        """Keep summaries of entries that have none yet; all up to some block.

        Raises:
            JournalError: none is kept.
        """
        with (
            self._access.connection("cannot write summaries") as connection,
            transaction(connection),
        ):
            spans.insert(connection, rows)

    def distrust(self, why: str, file: int) -> None:
        """A reader came across damage: recover the file before anything else is written.

        ``file`` is the inode of what was read, for another may have taken its place since; 0
        when it is not known.
        """
        if file in (0, self._access.inode):
            self._access.distrust(why)

    def close(self) -> None:
        """Close the file and give the lock back."""
        self._access.close()

    def _end_of(self, connection: sqlite3.Connection) -> "End":
        if self._end is not None and self._end.connection is connection:
            return self._end
        with legible(self.path):
            return End(connection, open_block(connection), Tail(connection))

    def _not_yet_written(
        self, connection: sqlite3.Connection, rows: Sequence[Row]
    ) -> Sequence[Row]:
        # A commit that failed may have reached the disk all the same (a failed fsync).
        if not self._in_doubt:
            return rows
        with legible(self.path):
            last = newest_number(connection)
        self._end = None
        return [row for row in rows if row[0] > last]

    def _remember(self, batch: Batch) -> None:
        """What a damaged file may have lost, and must not."""
        known = self._access.known
        if batch.rows:
            self._access.committed(batch.rows[-1][0])
        if batch.series or batch.cursors or batch.rows:
            self._access.known = msgspec.structs.replace(
                known,
                last=max(known.last, batch.rows[-1][0] if batch.rows else 0),
                series={**known.series, **{series.key: series for series in batch.series}},
                cursors={**known.cursors, **batch.cursors},
            )


def _write_others(connection: sqlite3.Connection, batch: Batch) -> None:
    insert_series(connection, batch.series)
    connection.executemany(
        "INSERT OR REPLACE INTO cursors VALUES(?, ?, ?, ?)",
        [tables.row_of_cursor(sink, cursor) for sink, cursor in batch.cursors.items()],
    )
    refused = [each for each in batch.quarantine.values() if each is not None]
    connection.executemany(
        "INSERT OR REPLACE INTO quarantine VALUES(?, ?, ?, ?, ?)",
        [tables.row_of_quarantined(each) for each in refused],
    )
    connection.executemany(
        "DELETE FROM quarantine WHERE sink = ? AND seq = ?",
        [key for key, each in batch.quarantine.items() if each is None],
    )
    notes.remove(connection, batch.told)


def _used_and_free(connection: sqlite3.Connection) -> tuple[int, int]:
    """Bytes of the pages in use, and of the free ones."""
    pages, free = (schema.pragma(connection, name) for name in ("page_count", "freelist_count"))
    return (pages - free) * schema.PAGE, free * schema.PAGE
