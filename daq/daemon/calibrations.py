"""Tells in time which calibrations will be past due, and when they are. A task of the daemon."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from daq.calibration.due import Due, due_list, reminder
from daq.daemon.running import Running
from daq.journal import kinds
from daq.journal.errors import JournalError
from daq.journal.journal import Journal
from daq.pulse import Pulse

LOOK = 1.0
"""Seconds until a reload is noticed: a new certificate may be due at once."""

PERIOD = 60.0
"""Seconds between two looks at the days, which pass slowly."""


class DueWatch:
    """Tells of each day of ``[calibration] remind`` once, also of one that came while it was off.

    Made before the daemon appends anything: the journal's last entry says when somebody looked
    last. A certificate that is new is told of at once where one of its days has come already.
    """

    def __init__(self, running: Running, journal: Journal, clock: Callable[[], int]) -> None:
        self.pulse = Pulse("calibrations")
        self._running, self._journal, self._clock = running, journal, clock
        self._last = journal.committed
        self._looked = 0
        self._known = {
            (key.instrument, one.hash) for key in journal.known for one in key.calibrations
        }

    async def run(self) -> None:
        """Look until cancelled."""
        self._looked = await self._ended()
        loop, due = asyncio.get_running_loop(), 0.0
        setup = None
        while True:
            if setup is not self._running.setup or loop.time() >= due:
                setup, due = self._running.setup, loop.time() + PERIOD
                self.look()
            self.pulse.within(LOOK)
            await asyncio.sleep(LOOK)

    def look(self) -> None:
        """Tell what has come since the last look."""
        now, days = self._clock(), self._running.config.calibration.remind
        for due in due_list(self._running.setup.calibrations):
            known = (due.instrument, due.hash) in self._known
            if reminder(due, days, self._looked if known else 0, now) is not None:
                self._tell(due, now)
            self._known.add((due.instrument, due.hash))
        # A clock that is set back must not bring the same day twice.
        self._looked = max(self._looked, now)

    async def _ended(self) -> int:
        """When the journal's last entry before this start was made; 0 without any."""
        if self._last:
            with suppress(JournalError):
                for entry in await self._journal.read(self._last - 1, 1):
                    return entry.time
        return 0

    def _tell(self, due: Due, now: int) -> None:
        days = due.days(now)
        assert days is not None  # noqa: S101 - only what has a due date is told
        channels = ", ".join(due.channels)
        self._journal.append_event(
            kinds.CALIBRATION_DUE.name,
            due.instrument,
            f"{due.instrument}: certificate {due.certificate} ({channels}) {_words(due.due, days)}",
            severity="error" if days < 0 else "warning",
            data={
                "certificates": due.certificate,
                "due": due.due,
                "days": days,
                "channels": channels,
            },
        )


def _words(due: str, days: int) -> str:
    if days < 0:
        return f"is past due since {due}"
    return f"is due on {due}, " + ("today" if not days else f"in {days} day{'s' * (days != 1)}")
