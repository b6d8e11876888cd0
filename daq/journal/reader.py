"""Reading a journal from another process or thread, while the daemon writes or when none runs."""

import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from daq.journal import places
from daq.journal.chain.kept import Kept
from daq.journal.contents import EVENTS, Contents
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Entry, Event, Scan, Series
from daq.journal.errors import JournalMissingError, legible
from daq.journal.eventlog import EventRow, Stored, Stretch, event_of, read_stored, stretches
from daq.journal.query import Query
from daq.journal.statistics import Statistics, statistics
from daq.journal.trend import Span, Trend, spans
from daq.journal.trend.moments import Moments, read_moments
from daq.journal.trend.pieces import Piece as CoursePiece
from daq.journal.trend.pieces import Readings, read_pieces, read_readings
from daq.journal.trend.portion import Portion
from daq.journal.trend.read import TrendQuery, read_trend
from daq.journal.trend.spans import Piece
from daq.journal.walk import events_back, walk

P = ParamSpec("P")
T = TypeVar("T")
_PAGE = 1000


def _legibly(
    method: "Callable[Concatenate[JournalReader, P], T]",
) -> "Callable[Concatenate[JournalReader, P], T]":
    """Damaged rows become a JournalError. For a generator it has to stand within."""

    @functools.wraps(method)
    def guarded(reader: "JournalReader", *args: P.args, **kwargs: P.kwargs) -> T:
        with legible(reader.path):
            return method(reader, *args, **kwargs)

    return guarded


class JournalReader:
    """A journal, read-only and synchronous. One thread at a time may use it.

    Raises:
        JournalMissingError: there is no journal at ``path``.
        JournalError: it cannot be read.
        JournalSchemaError: a newer version of the program wrote it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        if not self.path.is_file():
            raise JournalMissingError(f"{path}: no such journal; `daq run` makes it when it starts")
        self._contents = Contents(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def file(self) -> int:
        """The inode of the file: another one takes its place when it is recovered."""
        return self._contents.file.file

    @property
    def schema(self) -> int:
        """The version of the file's tables."""
        return self._contents.file.version

    @property
    def size(self) -> int:
        """What the files take on disk, the write-ahead log included."""
        wal = self.path.with_name(self.path.name + "-wal")
        return sum(file.stat().st_size for file in (self.path, wal) if file.exists())

    @property
    @_legibly
    def station(self) -> str:
        """The UUID this journal was born with."""
        return str(self._contents.file.rows("SELECT value FROM meta WHERE key = 'station'")[0][0])

    @property
    def last(self) -> int:
        """The newest sequence number; 0 when there is none."""
        return places.newest(self._contents)

    @_legibly
    def entries(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        """Up to ``limit`` committed entries beyond ``after``, in order, none beyond ``upto``."""
        rows = self._contents.entries(
            "WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?",
            (after, 2**63 - 1 if upto is None else upto, limit),
        )
        return [self._contents.decode(*row) for row in rows]

    @_legibly
    def series(self) -> tuple[Series, ...]:
        """Every series the journal has ever held, oldest first."""
        return self._contents.series()

    def scans(
        self, query: Query, progress: Callable[[int, int], None] | None = None
    ) -> Iterator[Scan]:
        """The scans a query wants, in the order of the journal.

        ``progress`` is told how many of how many entries have been looked at.
        """
        wanted = [s.id for s in self.series() if query.wants(s.key)]
        for entry in self._walk(query, wanted, progress):
            if isinstance(entry, Scan):
                yield entry

    def events(self, query: Query) -> Iterator[Event]:
        """The events of a period, in the order of the journal; no other choice applies."""
        for entry in self._walk(query, [EVENTS]):
            if isinstance(entry, Event):
                yield entry

    def events_back(self, query: Query) -> Iterator[Event]:
        """The events of a period, the newest first; each block is read when it is wanted."""
        with legible(self.path):
            ranges = places.ranges(self._contents, query, [EVENTS])
        return events_back(self._contents, ranges, query)

    @_legibly
    def event_stretches(self, query: Query) -> list[Stretch]:
        """Where events of a period may be, oldest first."""
        return stretches(self._contents, query)

    @_legibly
    def stored_events(self, stretch: Stretch) -> Stored:
        """The events of a stretch, as they are stored."""
        return read_stored(self._contents.file, stretch)

    def event(self, row: EventRow) -> Event:
        """The event of a row.

        Raises:
            JournalDamagedError: it is not what was written.
        """
        return event_of(self._contents, row)

    @_legibly
    def events_between(self, after: int, upto: int) -> list[Event]:
        """The committed events beyond ``after``, none beyond ``upto``, in order."""
        ranges = [
            (max(first, after + 1), min(last, upto))
            for first, last in places.ranges(self._contents, Query(), [EVENTS])
            if last > after and first <= upto
        ]
        found = walk(self._contents, ranges, Query(), [EVENTS])
        return [event for event in found if isinstance(event, Event)]

    @_legibly
    def latest(self) -> list[Scan]:
        """The newest scan of each series that has one, in the order of the journal."""
        return places.latest(self._contents)

    @_legibly
    def checkpoints(self, most: int = -1) -> list[Kept]:
        """The newest checkpoints, all or so many at most, oldest first."""
        return self._contents.checkpoints(most)

    @_legibly
    def cursors(self) -> dict[str, Cursor]:
        """How far each sink has got."""
        return self._contents.cursors()

    def quarantined(
        self, sink: str | None = None, first: int = 1, upto: int = 2**63 - 1
    ) -> Iterator[Quarantined]:
        """The entries a sink, or any sink, has refused for good; by sink, oldest number first.

        Of one sink those with the numbers ``first`` to ``upto``.
        """
        last = (sink or "", first - 1)
        while found := self._contents.quarantined(
            "WHERE (sink, seq) > (?, ?) AND (? IN ('', sink)) AND seq <= ? "
            "ORDER BY sink, seq LIMIT ?",
            (*last, sink or "", upto, _PAGE),
        ):
            yield from found
            last = (found[-1].sink, found[-1].seq)

    @_legibly
    def quarantine_counts(self) -> dict[str, int]:
        """How many entries of each sink are in quarantine; sinks without any are left out."""
        rows = self._contents.file.rows("SELECT sink, count(*) FROM quarantine GROUP BY sink")
        return {str(sink): int(count) for sink, count in rows}

    def check_tables(self, *, thoroughly: bool = False) -> None:
        """Read everything that is not an entry; ``thoroughly``: look at every page as well.

        Raises:
            JournalDamagedError: something of it is not what was written.
        """
        if thoroughly:
            self._contents.check_structure()
        self._contents.cursors()
        self._contents.blocks()
        self._contents.seen()
        for _ in self.quarantined():
            pass
        self._contents.check_series()
        self._contents.checkpoints(-1)

    @_legibly
    def statistics(self) -> Statistics:
        """How much there is, and from when."""
        return statistics(self._contents, self.size)

    @_legibly
    def trend(self, query: TrendQuery) -> Trend:
        """What channels of a series did in a period, extremes and gaps included.

        Raises:
            JournalError: the file cannot be read.
        """
        bounds = (places.oldest(self._contents), places.tail(self._contents))
        return read_trend(self._contents.file, self._contents.blocks(), bounds, query)

    def pieces_of(self, query: TrendQuery) -> Iterator[CoursePiece]:
        """The first channel of a query: summaries, and scans where there are none.

        Raises:
            JournalError: the file cannot be read, or an entry is damaged.
        """
        with legible(self.path):
            bounds = (places.oldest(self._contents), places.tail(self._contents))
            found = self._contents.blocks()
            yield from read_pieces(self._contents.file, found, bounds, query)

    def readings(self, query: TrendQuery, span: Span) -> Iterator[Readings]:
        """The scans of a summary that ``pieces_of`` gave, one by one.

        Raises:
            JournalError: the file cannot be read, or an entry is damaged.
        """
        with legible(self.path):
            yield from read_readings(self._contents.file, query, span.first, span.last)

    def moments(self, query: TrendQuery) -> tuple[Moments, ...]:
        """Exact statistics of channels in a period; reads every scan of it.

        Raises:
            JournalError: the file cannot be read, or an entry is damaged.
        """
        period = Query(start=query.start, end=query.end)
        with legible(self.path):
            ranges = places.ranges(self._contents, period, [query.series.id])
            return read_moments(self._contents, ranges, query)

    @_legibly
    def unsummarised(self, after: int, most: int) -> Portion | None:
        """The closed blocks beyond one that are worth summarising together, ``most`` at most."""
        return self._contents.unsummarised(after, most)

    def summarised(self) -> int:
        """The last block of which there are spans; -1 without any."""
        return spans.summarised(self._contents.file)

    @_legibly
    def pieces(self, portion: Portion, share: tuple[int, int]) -> list[Piece]:
        """The scans of some blocks and series, cut into what one summary is made of."""
        return spans.pieces(self._contents.file, portion, share)

    @_legibly
    def summary(self, piece: Piece, block: int) -> spans.Row:
        """The summary of a piece, filed under a block."""
        return self._contents.summary(piece, block)

    @_legibly
    def present(self, first: int, last: int) -> int:
        """How many entries there are from one number to another, both included."""
        rows = self._contents.file.rows(
            "SELECT count(*) FROM entries WHERE seq BETWEEN ? AND ?", (first, last)
        )
        return int(rows[0][0])

    def abandon(self) -> None:
        """Let what is read in another thread end soon, with a JournalError; then close it."""
        self._contents.file.abandoned = True

    def close(self) -> None:
        """Close the file; harmless when closed."""
        self._contents.file.close()

    def _walk(
        self,
        query: Query,
        wanted: list[int],
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[Entry]:
        with legible(self.path):
            ranges = places.ranges(self._contents, query, wanted)
        return walk(self._contents, ranges, query, wanted, progress)
