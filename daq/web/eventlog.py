"""Searches the events of the journal, and remembers what it has read of it."""

import threading
import time
from collections.abc import Iterator

import msgspec

from daq.journal.entry import Event
from daq.journal.eventlog import EventRow, Stored, Stretch
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.web.data.events.brief import Brief, read_brief
from daq.web.data.events.ends import End, Ends
from daq.web.data.events.wanted import Wanted

BUDGET = 1.5
"""Seconds a search goes on before it tells how far it has come."""

AHEAD = 0.3
"""Seconds it looks at events newer than those that are wanted, for the ends of faults."""

REMEMBERED = 64 * 1024 * 1024
"""Bytes of events kept in memory: some 250,000 of them."""

_OVERHEAD = 120
"""Bytes an event takes beside its body."""

NEWEST = 2**63 - 1


class Told(msgspec.Struct, frozen=True):
    """An event, and how the fault that begins with it went on, if it does and that is known."""

    event: Event
    end: End | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a search has found, the newest first.

    ``before`` is the number below which it goes on, 0 when nothing more is to be found;
    ``looked`` the time of the oldest event that was looked at when the time was up, else 0.
    """

    events: tuple[Told, ...] = ()
    before: int = 0
    looked: int = 0


class EventLog:
    """The events of one journal, for any number of threads with a reader each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journal = (0, "")
        self._kept: dict[int, Stored] = {}
        self._size = 0

    def _of(self, reader: JournalReader) -> None:
        """Forget what was read of another journal, which may have been under the same path."""
        journal = (reader.file, reader.station)
        with self._lock:
            if journal != self._journal:
                self._journal, self._kept, self._size = journal, {}, 0

    def search(
        self,
        reader: JournalReader,
        wanted: Wanted,
        limit: int,
        *,
        below: int = NEWEST,
        runs: bool = False,
    ) -> Found:
        """Up to ``limit`` of the events that are wanted, those below a number.

        ``runs`` says that the daemon runs: a fault that has no end goes on.

        Raises:
            JournalError: the journal cannot be read.
        """
        self._of(reader)
        return _Search(self, reader, wanted, limit, below, runs=runs).run()

    def every(self, reader: JournalReader, wanted: Wanted) -> Iterator[Event]:
        """All the events that are wanted, oldest first.

        Raises:
            JournalError: the journal cannot be read.
        """
        self._of(reader)
        for stretch in reader.event_stretches(wanted.query):
            rows = reversed(list(self.stored(reader, stretch).backwards()))
            for row in rows:
                found = _taken(reader, row, read_brief(row[2]), wanted)
                if found is not None:
                    yield found

    def stored(self, reader: JournalReader, stretch: Stretch) -> Stored:
        """The events of a stretch, out of memory if they are there."""
        kept = self._kept
        if stretch.first in kept:
            return kept[stretch.first]
        found = reader.stored_events(stretch)
        if stretch.closed:
            self._keep(kept, stretch.first, found)
        return found

    def _keep(self, kept: dict[int, Stored], first: int, found: Stored) -> None:
        with self._lock:
            if kept is not self._kept or first in kept:  # another journal's, or another was faster
                return
            kept[first] = found
            self._size += _size(found)
            while self._size > REMEMBERED:
                self._size -= _size(kept.pop(min(kept)))  # the newest are looked for most


class _Search:
    """One search on its way backwards through the journal."""

    def __init__(
        self,
        log: EventLog,
        reader: JournalReader,
        wanted: Wanted,
        limit: int,
        below: int,
        *,
        runs: bool,
    ) -> None:
        self._log, self._reader, self._wanted = log, reader, wanted
        self._limit, self._below = limit, below
        self._ends = Ends(complete=runs)
        self._found: list[Told] = []

    def run(self) -> Found:
        begun = time.monotonic()
        wanted = self._stretches()
        oldest = 0
        self._look_ahead(wanted)
        for stretch in reversed(wanted):
            if oldest and time.monotonic() > begun + BUDGET:
                return Found(events=tuple(self._found), before=stretch.last + 1, looked=oldest)
            for row in self._log.stored(self._reader, stretch).backwards():
                oldest = row[1]
                self._take(row)
                if len(self._found) > self._limit:
                    kept = tuple(self._found[: self._limit])
                    return Found(events=kept, before=kept[-1].event.seq)
        return Found(events=tuple(self._found))

    def _stretches(self) -> list[Stretch]:
        found = self._reader.event_stretches(self._wanted.query)
        return [stretch for stretch in found if stretch.first < self._below]

    def _look_ahead(self, wanted: list[Stretch]) -> None:
        """See the ends of faults beyond what is wanted, if they are not too far ahead."""
        if not wanted:
            return
        begun = time.monotonic()
        for stretch in reversed(self._reader.event_stretches(Query())):
            if stretch.first <= wanted[-1].first:
                return
            if time.monotonic() > begun + AHEAD:
                self._ends.leap()
                return
            for _, moment, body, _ in self._log.stored(self._reader, stretch).backwards():
                self._see(read_brief(body), moment)

    def _see(self, brief: Brief | None, moment: int) -> End | None:
        if brief is None:
            return None
        return self._ends.see(brief.kind, brief.subject, moment, brief.data)

    def _take(self, row: EventRow) -> None:
        brief = read_brief(row[2])
        end = self._see(brief, row[1])
        if row[0] < self._below:
            event = _taken(self._reader, row, brief, self._wanted)
            if event is not None:
                self._found.append(Told(event, end))


def _taken(
    reader: JournalReader, row: EventRow, brief: Brief | None, wanted: Wanted
) -> Event | None:
    """The event of a row if it is wanted; what cannot be told quickly is looked at closely."""
    if brief is not None:
        return reader.event(row) if wanted.wants(brief, row[1]) else None
    event = reader.event(row)
    brief = Brief(event.kind, event.subject, event.severity, event.text, event.data)
    return event if wanted.wants(brief, row[1]) else None


def _size(stored: Stored) -> int:
    return len(stored.bodies) + _OVERHEAD * len(stored.seqs)
