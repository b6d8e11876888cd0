"""What is said unasked on a line: one listener hears it, with the time of its arrival."""

import asyncio
from functools import partial

from drivers.errors import DriverError
from drivers.transport.reply import Arrival, Listener
from drivers.transport.tally import LineTally
from drivers.transport.watch import Watch


class Hearing:
    """The listener of one line, and whoever waits for what it hears."""

    def __init__(self, loop: asyncio.AbstractEventLoop, tally: LineTally) -> None:
        self.listener: Listener | None = None
        self._loop = loop
        self._tally = tally
        self._watch = Watch(loop)
        self._waiter: asyncio.Future[bool] | None = None

    def begin(self, listener: Listener) -> None:
        """Have it hear all that arrives from now on."""
        self.listener = listener
        self._watch.begin()

    async def wait(self, wait: float) -> bool:
        """Wait until something worth it has been heard; False after ``wait`` seconds."""
        if wait <= 0:
            return False
        self._waiter = self._loop.create_future()
        began = self._loop.time()
        timer = self._loop.call_later(wait, partial(self._wake, result=False))
        try:
            heard = await self._waiter
            self._tally.in_vain += not heard
            return heard
        finally:
            timer.cancel()
            self._waiter = None
            self._tally.listened += self._loop.time() - began

    def tell(self, listener: Listener, data: bytes, now: int, pause: float) -> None:
        """Let it hear what was read ``now`` (ns since 1970 UTC), ``pause`` s after the last."""
        age = self._watch.age()
        middle = now - round(age / 2 * 1e9)
        if listener.hear(data, Arrival(middle, max(pause - age, 0.0), age / 2)):
            self._wake(result=True)

    def lost(self, error: DriverError) -> None:
        """The line is lost: fail whoever waits."""
        self._watch.close()
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def _wake(self, *, result: bool) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(result)
