"""Follows the journal: the newest scan of each group, and the latest events."""

import time
from collections import deque
from pathlib import Path

import msgspec

from daq.journal.corrected import evaluator_of
from daq.journal.entry import Entry, Event, Scan
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.web.data.snapshot import GroupName, Newest
from daq.web.data.spark import SPAN, Sparks

PAGE = 5000
"""Entries read at a time."""

BEHIND = 200_000
"""Entries behind the end of the journal after which it is begun anew instead of read on."""

EVENTS = 200
"""Latest events kept."""

OLD = 24 * 3600.0
"""Seconds the latest events go back when following begins."""


class Followed(msgspec.Struct, frozen=True):
    """What the journal says of now."""

    newest: dict[GroupName, Newest]
    events: tuple[Event, ...]
    last_entry: int


class _Group:
    """One group on its way; its sparks are of corrected values."""

    def __init__(self, scan: Scan) -> None:
        self.series = scan.series
        self._evaluator = evaluator_of(scan.series.key)
        self.sparks = [Sparks(scan.series.key.interval) for _ in scan.statuses]
        self.scan = scan
        self.since = [0] * len(scan.statuses)

    def add(self, scan: Scan) -> None:
        values = scan.values if self._evaluator is None else self._evaluator(scan.values).values
        for place, status in enumerate(scan.statuses):
            if status != self.scan.statuses[place]:
                self.since[place] = scan.time
            self.sparks[place].add(scan.time, values[place], status)
        self.scan = scan

    def newest(self) -> Newest:
        return Newest(self.scan, tuple(self.since), tuple(spark.spark() for spark in self.sparks))


class Follower:
    """Reads on from where it was; one thread at a time may use it.

    Raises:
        JournalError: there is no journal yet, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._reader = JournalReader(path)
        self._groups: dict[GroupName, _Group] = {}
        self._events: deque[Event] = deque(maxlen=EVENTS)
        self._file = 0
        self._seq = 0
        self._time = 0

    def look(self) -> Followed:
        """What there is now.

        Raises:
            JournalError: the journal cannot be read.
        """
        last = self._reader.last
        if self._reader.file != self._file or not 0 <= last - self._seq <= BEHIND:
            self._begin()
        while page := self._reader.entries(self._seq, PAGE):
            for entry in page:
                self._take(entry)
            self._seq = page[-1].seq
        newest = {name: group.newest() for name, group in self._groups.items()}
        return Followed(newest, tuple(self._events), self._time)

    def close(self) -> None:
        """Close the journal."""
        self._reader.close()

    def _begin(self) -> None:
        self._file, self._seq = self._reader.file, self._reader.last
        self._groups.clear()
        self._events.clear()
        now = time.time()
        self._events.extend(self._reader.events(Query(start=int((now - OLD) * 1e9))))
        recent = Query(start=int((now - SPAN) * 1e9))
        for scan in self._reader.scans(recent):
            if scan.seq <= self._seq:
                self._take(scan)
        for scan in self._reader.latest():
            if _name(scan) not in self._groups:
                self._groups[_name(scan)] = _Group(scan)
        self._time = max([g.scan.time for g in self._groups.values()], default=0)

    def _take(self, entry: Entry) -> None:
        self._time = entry.time
        if isinstance(entry, Event):
            self._events.append(entry)
            return
        known = self._groups.get(_name(entry))
        if known is None or known.series.id != entry.series.id:
            known = self._groups[_name(entry)] = _Group(entry)
        known.add(entry)


def _name(scan: Scan) -> GroupName:
    return scan.series.key.instrument, scan.series.key.group
