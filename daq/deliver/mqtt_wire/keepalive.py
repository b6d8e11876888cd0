"""Asks a broker that we have nothing to tell whether it lives (3.1.2.10)."""

import asyncio
from collections.abc import Callable


class KeepAlive:
    """Calls ``ping`` when nothing was sent for ``period`` seconds.

    ``dead`` is called, once, when no answer came within ``patience`` seconds.
    """

    def __init__(
        self,
        period: float,
        patience: float,
        *,
        ping: Callable[[], None],
        dead: Callable[[str], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._period, self._patience = period, patience
        self._ping, self._dead = ping, dead
        self._asked = False
        self._last_sent = self._loop.time()
        self._timer = self._loop.call_later(period, self._look)

    def sent(self) -> None:
        """Something was sent."""
        self._last_sent = self._loop.time()

    def answered(self) -> None:
        """PINGRESP came; one that nobody asked for is nothing."""
        if self._asked:
            self._asked = False
            self._wait(self._period)

    def stop(self) -> None:
        """Ask no more."""
        self._timer.cancel()

    def _look(self) -> None:
        if self._asked:
            self._dead(f"no PINGRESP within {self._patience:g} s")
            return
        quiet = self._loop.time() - self._last_sent
        if quiet < self._period:
            self._wait(self._period - quiet)
        else:
            self._asked = True
            self._wait(self._patience)
            self._ping()

    def _wait(self, seconds: float) -> None:
        self._timer.cancel()
        self._timer = self._loop.call_later(seconds, self._look)
