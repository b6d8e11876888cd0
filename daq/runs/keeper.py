"""The daemon's task that keeps runs, and does what people ask of them.

A run is the sum of its events, so whatever kills the daemon, those that are on the disk are a run
that goes on.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

from daq.alarms.source import Source
from daq.journal.cursor import Cursor
from daq.journal.errors import JournalError
from daq.runs.desk import Desk
from daq.runs.errors import RunError
from daq.runs.happening import Happening
from daq.runs.record import event_of
from daq.runs.run import Run

log = logging.getLogger(__name__)

Decide: TypeAlias = Callable[[Desk, int], tuple[str, Happening | None]]
"""What people want of a desk at a time (ns): see there."""

STANDING = "_runs-standing"
"""Whose cursor says before which entry the oldest run begins that is remembered."""

STEP = 100_000
"""Entries whose events are read at a time when it starts."""

RETRY = 5.0
"""Seconds to wait for a journal that cannot be read."""

TIDY = 3600.0
"""Seconds between two looks at what need not be remembered any more."""

DURABLE = 2.0
"""Seconds who asks may wait for the disk; a client of the socket has 5."""

KEPT = 100
"""Ended runs that are remembered, at most."""

KEPT_FOR = 7 * 86_400 * 1_000_000_000
"""ns for which an ended run is remembered; the journal has it for as long as it has all."""


class Keeper:
    """Keeps the runs of ``desk`` in the journal.

    Their times are within 1 ms of those in the journal, which dates what it is given so that no
    two entries have the same (``daq.journal.timeline``): what is signed is read from there.
    """

    def __init__(self, journal: Source, desk: Desk, clock: Callable[[], int]) -> None:
        self.desk = desk
        self.changed = asyncio.Event()
        """Set when a run has changed, or is known again; whoever waits for it clears it."""
        self._journal, self._clock = journal, clock
        self._ready = False

    @property
    def ready(self) -> bool:
        """Whether it knows what the journal knows of runs: not at once after a start."""
        return self._ready

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
        name, happening = decide(self.desk, self._clock())
        if happening is None:
            return self.desk.book.get(name), True, True
        last = self._tell(happening)
        one = self.desk.book.get(name)
        self._tidy()
        try:
            async with asyncio.timeout(DURABLE):
                await self._journal.wait_beyond(last - 1)
        except TimeoutError:
            return one, False, False
        return one, last > 0, False

    async def _restore(self) -> None:
        """Without a cursor from the beginning: a recovered journal may have lost it."""
        committed = self._journal.committed
        cursor = self._journal.cursor(STANDING)
        begin = 0 if cursor is None else cursor.live
        for after in range(begin, committed, STEP):
            upto = min(after + STEP, committed)
            self.desk.restore(await self._journal.events_between(after, upto))
        self._ready = True
        self._tidy()
        self.changed.set()

    def _tell(self, happening: Happening) -> int:
        """Journal it; the number of the event, 0 when there was no room."""
        record = event_of(happening)
        seq = self._journal.append_event(
            record.kind,
            record.subject,
            record.text,
            severity=record.severity,
            data=record.data,
            time=record.time,
        )
        self.desk.book.numbered(happening.id, seq or self._journal.committed)
        self.changed.set()
        return seq

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
            STANDING, Cursor(min(firsts, default=self._journal.committed + 1) - 1)
        )
        self._journal.retire(STANDING)
