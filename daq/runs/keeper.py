"""The daemon's task that keeps runs, and does what people ask of them.

A run is the sum of its events, so whatever kills the daemon, those that are on the disk are a run
that goes on.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

from daq.alarms.source import Source
from daq.alarms.telling import append, on_disk
from daq.alarms.watcher import RUNS_STANDING
from daq.journal.cursor import Cursor
from daq.journal.errors import JournalError
from daq.journal.timeline import FOLDS
from daq.runs.desk import Desk
from daq.runs.errors import RunError
from daq.runs.happening import Happening, carried
from daq.runs.record import event_of
from daq.runs.run import Run

log = logging.getLogger(__name__)

Decide: TypeAlias = Callable[[Desk, int], tuple[str, Happening | None]]
"""What people want of a desk at a time (ns): see there."""

STEP = 100_000
"""Entries whose events are read at a time when it starts."""

RETRY = 5.0
"""Seconds to wait for a journal that cannot be read."""

TIDY = 3600.0
"""Seconds between two looks at what need not be remembered any more."""

DAY = 86_400 * 1_000_000_000
"""ns after which it is said again that a run goes on."""

NOT_KEPT = 0
"""What the journal says instead of a number when it has no room."""

KEPT = 100
"""Ended runs that are remembered, at most."""

KEPT_FOR = 7 * 86_400 * 1_000_000_000
"""ns for which an ended run is remembered; the journal has it for as long as it has all."""


class Keeper:
    """Keeps the runs of ``desk`` in the journal.

    Their times are whole microseconds, and nearly always those in the journal: that dates anew, by
    1 ms at most, what would have the time of another event (``daq.journal.timeline``). Whatever has
    to be exact, such as what is signed, is read from there.
    """

    def __init__(self, journal: Source, desk: Desk, clock: Callable[[], int]) -> None:
        self.desk = desk
        self.changed = asyncio.Event()
        """Set when a run has changed, or is known again; whoever waits for it clears it."""
        self._journal, self._clock = journal, clock
        self._last = -1
        self._said: dict[str, int] = {}
        self._ready = False

    @property
    def ready(self) -> bool:
        """Whether it knows what the journal knows of runs: not at once after a start."""
        return self._ready

    @property
    def settled(self) -> bool:
        """Whether all it knows is on the disk."""
        return self._ready and self._journal.committed >= self._last

    async def run(self) -> None:
        """Work until cancelled."""
        while not self._ready:
            try:
                await self._restore()
            except JournalError as error:
                log.warning("runs wait: %s", error)
                await asyncio.sleep(RETRY)
        while True:
            await asyncio.sleep(TIDY)
            self._say_again()
            self._tidy()

    def check_ready(self) -> None:
        """See that people can be answered.

        Raises:
            RunError: what the journal knows of runs is still being read.
        """
        if not self._ready:
            raise RunError("what the journal knows of runs is still being read; try again")

    async def ask(self, decide: Decide) -> tuple[Run, bool, bool]:
        """What people do, journalled at once: ``decide`` is given the desk and the time.

        The run after it, whether that is on the disk (people are not told that something is done
        which a power failure would undo), and whether it had been done before by the same request.

        Raises:
            RunError: it cannot be done, or what the journal knows is still being read.
        """
        self.check_ready()
        name, happening = decide(self.desk, self._clock() // FOLDS * FOLDS)
        if happening is not None:
            self._last = self._tell(happening)
            self._tidy()
        last, one = self._last, self.desk.book.get(name)
        durable = await on_disk(self._journal, last) and last != NOT_KEPT
        return one, durable, happening is None

    async def _restore(self) -> None:
        """Without a cursor from the beginning: a recovered journal may have lost it."""
        committed = self._journal.committed
        cursor = self._journal.cursor(RUNS_STANDING)
        begin = 0 if cursor is None else cursor.live
        for after in range(begin, committed, STEP):
            upto = min(after + STEP, committed)
            self.desk.restore(await self._journal.events_between(after, upto))
        self._ready = True
        self._say_again()
        self._tidy()
        self.changed.set()

    def _tell(self, happening: Happening) -> int:
        """Journal it; the number of the event, 0 when there was no room."""
        record = event_of(happening, self.desk.book.get(happening.id).instruments)
        seq = append(self._journal, record)
        self.desk.book.numbered(happening.id, seq or self._journal.committed)
        self.changed.set()
        return seq

    def _say_again(self) -> None:
        """Once a day and after a start: a journal that is full gives up its oldest entries."""
        now = self._clock() // FOLDS * FOLDS
        for one in self.desk.book.going:
            if now - self._said.get(one.id, one.begun) >= DAY:
                self._said[one.id] = now
                self._tell(Happening(one.id, now, carried(one)))

    def _tidy(self) -> None:
        """Forget what ended long ago, and keep where the rest begins."""
        ended = [one for one in self.desk.book.runs.values() if one.state == "ended"]
        ended.sort(key=lambda one: one.begun)
        limit = self._clock() - KEPT_FOR
        for number, one in enumerate(ended):
            if one.ended < limit or number < len(ended) - KEPT:
                self.desk.book.forget(one.id)
        firsts = [one.first for one in self.desk.book.runs.values()]
        self._journal.save_cursor(
            RUNS_STANDING, Cursor(min(firsts, default=self._journal.committed + 1) - 1)
        )
        self._journal.retire(RUNS_STANDING)
