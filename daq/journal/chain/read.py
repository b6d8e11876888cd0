"""The chain of a journal as others need it: groups of entries, beginnings, checkpoints."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec

from daq.journal import schema, tables
from daq.journal.block import Linked
from daq.journal.chain import kept
from daq.journal.chain.beginning import Beginning, beginnings_of
from daq.journal.chain.kept import Kept
from daq.journal.chain.link import NO_SERIES, contents, series_digest
from daq.journal.entry import Series
from daq.journal.errors import JournalError, JournalMissingError, mapped
from daq.journal.readonly import ReadConnection

AT_ONCE = 4096
"""Rows that are read with one statement."""

_COLUMNS = "SELECT seq, time, series, body, crc, link FROM entries"


class JournalUnchainedError(JournalError):
    """The journal is older than the chain."""

    advice = "the chain begins when a daemon of this version is started with it"


class Group(msgspec.Struct, frozen=True):
    """Entries that were committed together. ``before`` is the link of the group before.

    ``digests`` are those of the series of ``rows`` by number. ``link`` is the stored one; that it
    follows from the rest is for the reader to check (``link.link(before, contents)``).
    """

    before: bytes
    rows: tuple[Linked, ...]
    digests: Mapping[int, bytes]
    link: bytes

    @property
    def contents(self) -> bytes:
        """The hash of its entries."""
        return contents(self.rows, self.digests)


class ChainReader:
    """A journal's chain, read-only; one thread at a time may use it.

    Raises:
        JournalMissingError: there is no journal at ``path``.
        JournalUnchainedError: it is older than the chain.
        JournalError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if not self.path.is_file():
            raise JournalMissingError(f"{path}: no such journal; `daq run` makes it when it starts")
        self.file = ReadConnection(self.path)
        if self.file.version < schema.CHAINED:
            version = self.file.version
            self.close()
            raise JournalUnchainedError(f"{path}: has no chain yet (schema {version})")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; harmless when closed."""
        self.file.close()

    @property
    def station(self) -> str:
        """The UUID this journal was born with."""
        return str(self.file.rows("SELECT value FROM meta WHERE key = 'station'")[0][0])

    @property
    def last(self) -> int:
        """The newest number; 0 when there is none."""
        return self.file.value("SELECT max(seq) FROM entries")

    def beginnings(self) -> list[Beginning]:
        """Where chains begin, oldest first."""
        with mapped(self.path, "cannot read where the chain begins"):
            return beginnings_of(self.file.rows("SELECT * FROM beginnings ORDER BY seq"))

    def digests(self, table: Literal["series", "series_again"] = "series") -> dict[int, bytes]:
        """What every series hashes to; by number, with that of events."""
        rows = self.file.rows(f"SELECT id, CAST(key AS BLOB) FROM {table} ORDER BY id")  # noqa: S608
        return {0: NO_SERIES} | {int(number): series_digest(key) for number, key in rows}

    def series(self) -> dict[int, Series]:
        """Every series by number, each compared with its checksum."""
        rows = self.file.rows("SELECT id, key, crc FROM series ORDER BY id")
        with mapped(self.path, "cannot read the series"):
            return {series.id: series for series in tables.series_of(rows)}

    def rows(self, after: int, upto: int, limit: int = AT_ONCE) -> list[Linked]:
        """Stored entries beyond ``after``, none beyond ``upto``, in order."""
        which = "WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?"
        return self.file.rows(f"{_COLUMNS} {which}", (after, upto, limit))

    def link_of(self, seq: int) -> bytes | None:
        """The stored link of an entry; None when it is not there, or has none."""
        rows = self.file.rows("SELECT link FROM entries WHERE seq = ?", (seq,))
        return rows[0][0] if rows else None

    def groups(self, first: int, last: int) -> Iterator[Group]:
        """The groups that have entries from ``first`` to ``last``, whole, in order.

        Entries that no link covers are left out: those from before there was a chain.
        """
        digests = self.digests()
        starts = {each.seq: each.hash for each in self.beginnings()}
        after, before = self._before(first, starts)
        waiting: list[Linked] = []
        for row in self._rows_from(after):
            waiting.append(row)
            if row[5] is not None:
                yield _group(before, waiting, digests)
            if row[5] is not None or row[0] in starts:
                before, waiting = starts.get(row[0], row[5] or b""), []
                if row[0] >= last:
                    return

    def checkpoints(self) -> list[Kept]:
        """All checkpoints, those of deleted events too, oldest first."""
        with mapped(self.path, "cannot read the checkpoints"):
            return kept.kept_of(
                self.file.rows("SELECT seq, time, text, crc FROM checkpoints ORDER BY seq")
            )

    def _before(self, first: int, starts: Mapping[int, bytes]) -> tuple[int, bytes]:
        """The number after which the group of an entry begins, and the link there."""
        row = self.file.rows(
            "SELECT seq, link FROM entries WHERE seq < ? AND link IS NOT NULL "
            "ORDER BY seq DESC LIMIT 1",
            (first,),
        )
        after = max([seq for seq in starts if seq < first], default=0)
        if row and row[0][0] > after:
            return int(row[0][0]), bytes(row[0][1])
        return after, starts.get(after, b"")

    def _rows_from(self, after: int) -> Iterator[Linked]:
        while rows := self.rows(after, 2**63 - 1):
            yield from rows
            after = rows[-1][0]


def _group(before: bytes, rows: list[Linked], digests: Mapping[int, bytes]) -> Group:
    link = rows[-1][5]
    assert link is not None  # noqa: S101 - it ends with a link
    return Group(before, tuple(rows), {row[2]: digests[row[2]] for row in rows}, link)
