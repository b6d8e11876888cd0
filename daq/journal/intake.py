"""What is appended: numbered, put in order, encoded, and held until it is committed. No I/O."""

import bisect
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice

import msgspec

from daq.journal import checksum
from daq.journal.announce import announce
from daq.journal.codec import ScanCodec, Statuses, Values, without_nan
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Entry, Event, Scan, Series, SeriesKey
from daq.journal.eventcodec import encode_event, plain
from daq.journal.found import Found
from daq.journal.losses import Counters
from daq.journal.notes import Note
from daq.journal.pending import Pending
from daq.journal.settings import JournalSettings
from daq.journal.store import Batch
from daq.journal.timeline import FOLDS, Timeline

EVENTS = 0
"""The number events have where scans have that of their series."""

NOT_KEPT = 0
"""Given instead of a number when there is no room; entries are numbered from 1."""

_LONGEST_REASON = 500
_TIME_BITS = 63


class Dropped(msgspec.Struct):
    """Entries given up because the disk did not take them in time.

    ``first`` and ``last`` bound the missing numbers; 0 when none was numbered.
    """

    count: int = 0
    first: int = 0
    last: int = 0

    def add(self, seq: int) -> None:
        """One more; NOT_KEPT when it had no number yet.

        Numbers need not ascend: what a commit holds cannot be given up, and comes back when the
        commit fails.
        """
        self.count += 1
        if seq != NOT_KEPT:
            self.first = min(self.first or seq, seq)
            self.last = max(self.last, seq)


class Intake:
    """Everything a journal holds in memory."""

    def __init__(
        self,
        settings: JournalSettings,
        clock: Callable[[], int],
        found: Found,
        counters: Counters,
    ) -> None:
        self.refusing = False
        self.dropped = Dropped()
        self.cursors = dict(found.cursors)
        self._counters = counters
        self._drop_oldest = settings.when_full == "drop-oldest"
        self._clock = clock
        self._next = found.last + 1
        self._series = dict(found.series)
        self._next_series = 1 + max((series.id for series in self._series.values()), default=0)
        self._timeline = Timeline(found.times, found.newest)
        self._codecs: dict[int, ScanCodec] = {}
        self._pending = Pending(settings.max_pending)
        self._recent: deque[Entry] = deque(maxlen=settings.recent)
        self._committed: deque[int] = deque(maxlen=settings.recent_commits)
        self._new_series: list[Series] = []
        self._new_cursors: dict[str, Cursor] = {}
        self._new_quarantine: dict[tuple[str, int], Quarantined | None] = {}
        self._told: list[Note] = []
        self._taken = Batch()

    @property
    def waiting(self) -> bool:
        """True when there is something to commit."""
        return bool(self._pending or self._new_cursors or self._new_quarantine or self._new_series)

    @property
    def last(self) -> int:
        """The number of the entry that was appended last; 0 before the first."""
        return self._next - 1

    @property
    def pending(self) -> int:
        """How many entries wait."""
        return len(self._pending)

    @property
    def excess(self) -> int:
        """Bytes that wait when they are so many that some may have to be given up; else 0."""
        return self._pending.excess

    @property
    def known(self) -> Collection[SeriesKey]:
        """What every series there has ever been means."""
        return self._series.keys()

    def series(self, key: SeriesKey) -> Series:
        """The series with this key: the one the journal has, or a new one."""
        series = self._series.get(key)
        if series is None:
            series, self._next_series = Series(self._next_series, key), self._next_series + 1
            self._series[key] = series
            self._new_series.append(series)
        return series

    def scan(self, series: Series, time: int, values: Values, statuses: Statuses) -> int:
        """Append a scan; its number, or NOT_KEPT."""
        codec = self._codecs.get(series.id)
        if codec is None:
            codec = self._codecs[series.id] = ScanCodec(len(series.key.channels))
        values, statuses = without_nan(values, statuses)
        body = codec.encode(values, statuses)
        _check(time)
        if self.refusing:
            self._counters.refused += 1
            return NOT_KEPT
        if not self._make_room():
            return NOT_KEPT
        time = self._timeline.date(series.id, time)
        seq = self._add(time, series.id, body)
        self._recent.append(Scan(seq, time, series, values, statuses))
        return seq

    def event(self, event: Event) -> int:
        """Append an event; its number, or NOT_KEPT. Its own number counts for nothing."""
        announce(event)
        event = msgspec.structs.replace(event, data=plain(event.data))
        body = encode_event(event)
        _check(event.time)
        if not self._make_room():
            return NOT_KEPT
        time = self._timeline.date(EVENTS, event.time)
        seq = self._add(time, EVENTS, body)
        self._recent.append(msgspec.structs.replace(event, seq=seq, time=time))
        return seq

    def note(self, note: Note) -> None:
        """Append the event of a note that waits in the file."""
        fields = msgspec.structs.asdict(note.notice)
        if self.event(Event(seq=0, time=note.time, **fields)) != NOT_KEPT:
            self._told.append(note)

    def save_cursor(self, sink: str, cursor: Cursor) -> None:
        """Keep a cursor."""
        self.cursors[sink] = self._new_cursors[sink] = cursor

    def quarantine(self, sink: str, refused: Mapping[int, str]) -> None:
        """Keep what a sink refused, with its reasons."""
        now = self._clock()
        for seq, reason in refused.items():
            self._new_quarantine[sink, seq] = Quarantined(sink, seq, _storable(reason), now)

    def release(self, sink: str, seqs: Iterable[int]) -> None:
        """Take entries out of quarantine."""
        self._new_quarantine.update({(sink, seq): None for seq in seqs})

    def recent(self, after: int, limit: int, upto: int) -> list[Entry] | None:
        """The entries asked for; None when memory does not reach back as far as ``after``."""
        recent = self._recent
        if not recent or recent[0].seq > after + 1:
            return None
        start = bisect.bisect_right(recent, after, key=_number)
        chosen = islice(recent, start, start + limit)
        return [entry for entry in chosen if entry.seq <= upto]

    def take(self) -> Batch:
        """Everything that waits, for one commit."""
        self._taken = Batch(
            self._new_series,
            self._pending.take(),
            self._new_cursors,
            self._new_quarantine,
            self._told,
        )
        self._new_series, self._new_cursors, self._new_quarantine = [], {}, {}
        self._told = []
        return self._taken

    def settle(self, *, written: bool) -> int:
        """What was taken is on disk, or waits again; the last number written, 0 for none."""
        batch, self._taken = self._taken, Batch()
        self._pending.settle(written=written)
        if written:
            last = batch.rows[-1][0] if batch.rows else 0
            self._forget_before(last)
            return last
        self._new_series = [*batch.series, *self._new_series]
        self._new_cursors = {**batch.cursors, **self._new_cursors}
        self._new_quarantine = {**batch.quarantine, **self._new_quarantine}
        self._told = [*batch.told, *self._told]
        return 0

    def dropped_so_far(self) -> Dropped:
        """What was given up since this was last asked."""
        dropped, self.dropped = self.dropped, Dropped()
        return dropped

    def _forget_before(self, last: int) -> None:
        """Let go of what was committed long ago; the newest commit has just ended with ``last``."""
        if len(self._committed) == self._committed.maxlen:
            self._forget(self._committed[0])
        self._committed.append(last)

    def _forget(self, seq: int) -> None:
        while self._recent and self._recent[0].seq <= seq:
            self._recent.popleft()

    def _add(self, time: int, series: int, body: bytes) -> int:
        seq, self._next = self._next, self._next + 1
        self._pending.add((seq, time, series, body, checksum.of_entry(seq, time, series, body)))
        return seq

    def _make_room(self) -> bool:
        while self._pending.full:
            seq = self._pending.drop_oldest() if self._drop_oldest else NOT_KEPT
            self.dropped.add(seq)
            self._counters.dropped_pending += 1
            if seq == NOT_KEPT:
                return False
            self._forget(seq)
        return True


def _number(entry: Entry) -> int:
    return entry.seq


def _check(time: int) -> None:
    if (time + FOLDS).bit_length() > _TIME_BITS:
        raise ValueError(f"time {time} is not in nanoseconds since 1970")


def _storable(reason: str) -> str:
    return reason[:_LONGEST_REASON].encode("utf-8", "backslashreplace").decode()
