"""Until when a reply is waited for, and when one that is found must have come."""

import asyncio
from collections.abc import Callable
from weakref import WeakMethod

LOOK = 0.1
"""Seconds between two looks at the clock while a reply is waited for."""

ONCE_MORE = 0.001
"""Seconds that surely let the line be looked at; uvloop does before it what is due at once."""


class Deadline:
    """One timer that outlives many exchanges.

    Setting and cancelling one for each exchange would cost more than the rest of its bookkeeping.
    It looks every so often, so that it is known since when nobody has looked: a process that was
    stopped (SIGSTOP, a paused machine) or busy finds a reply that may have been there for long.

    ``passed`` is a method that is called when the time is over. Its object holds the deadline, and
    is not held by it: that ring only the collector of garbage would free.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, passed: Callable[[], None]) -> None:
        self._loop = loop
        self._passed = WeakMethod(passed)
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = False
        self._end = self._looked = 0.0

    def begin(self, now: float, end: float) -> None:
        """Something is waited for from now on; all by the loop's clock."""
        self._looked, self._end, self._waiting = now, end, True
        if self._timer is not None and self._timer.when() > end:
            self._timer.cancel()
            self._timer = None
        if self._timer is None:
            self._arm(now)

    def over(self) -> None:
        """Nothing is waited for any more."""
        self._waiting = False

    def close(self) -> None:
        """Free the timer."""
        self._waiting = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def came(self, now: float) -> float:
        """When what is found now came: before the end, and soon after somebody looked last."""
        if now - self._looked > 2 * LOOK:
            now = self._looked + LOOK
        return min(now, self._end)

    def _arm(self, now: float) -> None:
        self._timer = self._loop.call_at(min(self._end, now + LOOK), self._look)

    def _look(self) -> None:
        timer, self._timer, now = self._timer, None, self._loop.time()
        if timer is None or not self._waiting:
            return
        if now < self._end and now - timer.when() < LOOK:
            self._looked = now
            self._arm(now)
        else:
            # The end, or late: timers may be due before anybody has looked at the line, where the
            # reply may be. Once more, after that.
            self._timer = self._loop.call_at(now + ONCE_MORE, self._look_again)

    def _look_again(self) -> None:
        self._timer, now = None, self._loop.time()
        if not self._waiting:
            return
        if now < self._end:
            self._looked = now
            self._arm(now)
        elif (passed := self._passed()) is not None:
            passed()
