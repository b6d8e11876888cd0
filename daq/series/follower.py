"""The daemon's task that follows the journal and keeps series: docs/decisions/0040.

As with incidents, what follows from entries and the position in the journal go into one commit, so
that whatever kills the daemon, no reading fills two lines and none is forgotten.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

import msgspec

from daq.alarms.source import Source
from daq.alarms.telling import append, on_disk
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event, Scan
from daq.journal.errors import JournalError
from daq.pulse import Pulse
from daq.series.desk import Desk
from daq.series.errors import SeriesError
from daq.series.fold import RUN_ENDED, RUN_PAUSED, RUN_RESUMED, RUN_STARTED, Fold
from daq.series.happening import Happening
from daq.series.measured import RunSeries
from daq.series.record import event_of

log = logging.getLogger(__name__)

JUDGED = "_series"
"""Whose cursor says how far entries have been taken."""

STANDING = "_series-standing"
"""Whose cursor says before which entry the oldest series begins that goes on."""

PAGE = 200
SEEN = 10_000
"""Entries without anything for a series after which the position is saved all the same."""

RETRY = 5.0
IDLE = 0.25
"""Seconds between two looks for the beginning of a series while none goes on."""

OF_RUNS = frozenset({RUN_STARTED, RUN_PAUSED, RUN_RESUMED, RUN_ENDED})


class Wish(msgspec.Struct, frozen=True):
    """Somebody wants the next reading: one that is taken from ``since`` (ns) on.

    The answer is the series right after it, and the number of the event that tells of it.
    """

    since: int
    sample: str
    by: str
    answer: "asyncio.Future[tuple[RunSeries, int]]"


class Follower:
    """Takes runs and readings as they are committed, and does what people ask."""

    def __init__(self, journal: Source, desk: Desk, clock: Callable[[], int]) -> None:
        self.pulse = Pulse("series")
        self.desk = desk
        self._journal, self._clock = journal, clock
        self._judged = self._saved = 0
        self._ready = False
        self._wishes: dict[str, Wish] = {}

    @property
    def judged(self) -> int:
        """The number of the last entry that was taken."""
        return self._judged

    @property
    def ready(self) -> bool:
        """Whether it knows what the journal knows of series: not at once after a start."""
        return self._ready

    @property
    def waiting(self) -> tuple[str, ...]:
        """The runs for which somebody waits for a reading."""
        return tuple(self._wishes)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                if not self._ready:
                    await self._restore()
                await self._follow()
            except JournalError as error:
                log.warning("series wait: %s", error)
                self.pulse.within(RETRY)
                await asyncio.sleep(RETRY)

    def check_ready(self) -> None:
        """See that people can be answered.

        Raises:
            SeriesError: what the journal knows of series is still being read.
        """
        if not self._ready:
            raise SeriesError("what the journal knows of series is still being read; try again")

    async def ask(self, decide: Callable[[Desk, int], list[Happening]]) -> tuple[RunSeries, bool]:
        """What people do, journalled at once; the series after it, and whether that is durable.

        Raises:
            SeriesError: it cannot be done, or what the journal knows is still being read.
        """
        self.check_ready()
        done = decide(self.desk, self._clock())
        last = self._tell(done)
        return self.desk.series[done[0].run], await self._durable(last)

    async def take(
        self, run: str, *, sample: str, by: str, within: float
    ) -> tuple[RunSeries, bool]:
        """Fill the next line with the first reading that is taken from now on.

        Raises:
            SeriesError: there is no such series, it waits for no sample, or no reading came.
        """
        self.check_ready()
        one = self.desk.unfinished(run)
        if self.desk.is_keyed(one):
            raise SeriesError(
                f"{one.instrument} sends when its print key is pressed: press it, "
                "and the line is filled"
            )
        if run in self._wishes:
            raise SeriesError(f"line {one.next} of {run} is being taken already")
        wish = Wish(self._clock(), sample, by, asyncio.get_running_loop().create_future())
        self._wishes[run] = wish
        try:
            async with asyncio.timeout(within):
                after, last = await wish.answer
        except TimeoutError:
            raise SeriesError(
                f"no reading of {one.instrument}.{one.method.channel} within {within:.0f} s; "
                "is the instrument read, and often enough?"
            ) from None
        finally:
            del self._wishes[run]
        return after, await self._durable(last)

    async def _durable(self, last: int) -> bool:
        return await on_disk(self._journal, last) and last > 0

    async def _restore(self) -> None:
        committed = self._journal.committed
        cursor = self._journal.cursor(JUDGED)
        self._judged = committed if cursor is None else cursor.live
        standing = self._journal.cursor(STANDING)
        begin = min(self._judged, standing.live if standing else self._judged)
        fold = Fold()
        for event in await self._journal.events_between(begin, committed):
            self._recall(fold, event)
        self.desk.series = fold.series
        self._remember()
        self._ready = True

    def _recall(self, fold: Fold, event: Event) -> None:
        """What the journal knows; events of runs beyond the position are taken later."""
        if event.kind in OF_RUNS and event.seq > self._judged:
            return
        try:
            fold.take(event)
        except ValueError as error:
            log.warning("left out of series: %s", error)

    async def _follow(self) -> None:
        self.pulse.rest()  # a disk that hangs is not cured by a restart
        committed = await self._journal.wait_beyond(self._judged)
        if self.desk.series:
            entries = await self._journal.read(self._judged, PAGE)
            self._take(entries, committed)
            await asyncio.sleep(0)
        else:
            await self._look_for_runs(committed)

    async def _look_for_runs(self, committed: int) -> None:
        """While nothing is measured scans are not read; from the begin of a series on they are."""
        for event in await self._journal.events_between(self._judged, committed):
            self._take([event], event.seq)
            if self.desk.series:
                return
        self._move(committed)
        await asyncio.sleep(IDLE)

    def _take(self, entries: Sequence[Entry], committed: int) -> None:
        """Without a pause between events and cursor: they are committed together."""
        told = 0
        for entry in entries:
            told += self._entry(entry)
        self._move(entries[-1].seq if entries else committed, told=bool(told))

    def _entry(self, entry: Entry) -> int:
        if isinstance(entry, Scan):
            return self._scan(entry)
        if entry.kind not in OF_RUNS:
            return 0
        done = self.desk.begin(entry) if entry.kind == RUN_STARTED else self.desk.told(entry)
        self._tell(done)
        return 1

    def _scan(self, scan: Scan) -> int:
        done = self.desk.measured(scan)
        self._tell(done)
        for run, wish in list(self._wishes.items()):
            one = self.desk.series.get(run)
            reading = None if one is None else self.desk.reading(one, scan)
            if one is None or reading is None or reading.time < wish.since or wish.answer.done():
                continue
            done = self.desk.taken(one, reading, sample=wish.sample, by=wish.by)
            last = self._tell(done)
            wish.answer.set_result((self.desk.series[run], last))
        return len(done)

    def _move(self, upto: int, *, told: bool = False) -> None:
        self._judged = max(upto, self._judged)
        if told or self._judged - self._saved >= SEEN:
            self._remember()

    def _tell(self, done: Iterable[Happening]) -> int:
        """Journal it; the number of the last event, 0 when there was no room."""
        seq = 0
        for each in done:
            record = event_of(each, self.desk.series.get(each.run))
            seq = append(self._journal, record)
        return seq

    def _remember(self) -> None:
        """Keep the position, and where the oldest series begins that goes on."""
        self.desk.forget_ended()
        self._saved = self._judged
        self._journal.save_cursor(JUDGED, Cursor(self._judged))
        firsts = [one.first for one in self.desk.series.values()]
        self._journal.save_cursor(STANDING, Cursor(min(firsts, default=self._judged + 1) - 1))
        self._journal.retire(STANDING)
