"""How old what is read from a line may be: who listens has no request whose time bounds it."""

import asyncio
import time
from collections.abc import Callable

from drivers.transport.deadline import ONCE_MORE

LOOK = 0.25
"""Seconds between two looks at the clock while somebody listens."""

LATE = 0.5
"""Seconds for which nobody need have looked before the time of an arrival is in doubt."""


NOISE = 0.001
"""Seconds by which two clocks that are read one after the other may seem to drift apart."""


def slept() -> float:
    """Seconds the machine has been suspended; the event loop's clock stood still meanwhile."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()


class Watch:
    """Notices that nobody looked at a line for a while: the process was stopped, or was busy.

    What is read then has waited in the operating system, and has come at any time since somebody
    looked last. There may be more of it than one read takes: it is over when a look at the line
    found nothing.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, *, slept: Callable[[], float] = slept
    ) -> None:
        self._loop = loop
        self._slept = slept
        self._suspended = slept()
        self._timer: asyncio.TimerHandle | None = None
        self._looked = 0.0
        self._since: float | None = None
        self._read = False

    def begin(self) -> None:
        """Watch from now on; harmless when it does already."""
        if self._timer is None:
            self._looked = self._now()
            self._arm(LOOK)

    def close(self) -> None:
        """Free the timer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def age(self) -> float:
        """Seconds since which what is read now has come, where they count; 0 where not."""
        now = self._now()
        self._read = True
        self._doubt(now)
        return 0.0 if self._since is None else now - self._since

    def _look(self) -> None:
        now = self._now()
        late = self._doubt(now)
        # Timers may be due before anybody has looked at the line: once more, after that.
        again = late or (self._read and self._since is not None)
        if not again:
            self._since = None
        self._looked, self._read = now, False
        self._arm(ONCE_MORE if again else LOOK)

    def _doubt(self, now: float) -> bool:
        late = now - self._looked > LATE
        if late and self._since is None:
            self._since = self._looked
        return late

    def _arm(self, wait: float) -> None:
        self._timer = self._loop.call_later(wait, self._look)

    def _now(self) -> float:
        suspended = self._slept()
        if suspended - self._suspended > NOISE:
            self._suspended = suspended
        return self._loop.time() + self._suspended
