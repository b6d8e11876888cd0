"""A byte line with one transaction at a time: the only way bytes reach an instrument.

The same object serves serial lines and TCP connections. It answers for three promises:

- every wait ends by a deadline;
- after a transaction that did not end with its answer (time-out, cancellation, garbage) the
  line is drained before the next request, so that a late reply is not taken for a new one;
- the silence a protocol demands before a request is kept.
"""

import asyncio
import time
from collections.abc import Callable

from drivers.errors import DisconnectedError, DriverError, LineNotQuietError, ReplyError
from drivers.transport.deadline import Deadline
from drivers.transport.hearing import Hearing
from drivers.transport.line import Line, Tap
from drivers.transport.reply import Expected, Listener, Reply, Settings

__all__ = ["BUFFER_LIMIT", "Expected", "Link", "Listener", "Reply", "Settings", "Tap"]

BUFFER_LIMIT = 64 * 1024
"""Bytes a single reply may have; more is an endless stream."""


class Link(Line):
    """One open line. Made by ``open_serial`` or ``open_tcp``; not opened again once lost."""

    def __init__(
        self, name: str, settings: Settings, *, clock: Callable[[], int] = time.time_ns
    ) -> None:
        super().__init__(name, settings)
        self.clock = clock
        """Dates what is read: ns since 1970 UTC."""
        self.dirty = False
        self.patience: float | None = None
        """The most a reply is waited for, whoever asks; None for as long as each asks for."""
        self._buffer = bytearray()
        self._expected: Expected | None = None
        self._waiter: asyncio.Future[Reply] | None = None
        self._deadline = Deadline(self._loop, self._give_up)
        self._hearing = Hearing(self._loop, self.tally)

    async def exchange(
        self,
        request: bytes,
        expected: Expected,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - of the reply alone, not of the call
        silence: float = 0.0,
    ) -> Reply:
        """Send a request and wait for its reply.

        ``timeout`` replaces the line's own; ``silence`` is a longer rest before the request
        than the line's own, where a protocol demands it.

        Raises:
            TransportError: the line is lost, or does not fall silent after an earlier failure.
            DriverError: no acceptable reply within the deadline.
        """
        if self.dirty or silence or self.settings.silence or self._waiter is not None:
            await self._ready(silence)
        wait = self.settings.timeout if timeout is None else timeout
        if self.patience is not None:
            wait = min(wait, self.patience)
        wait += (len(request) + expected.length) * self.settings.character
        self.dirty = True
        if self._buffer:
            self._discard()
        self._write(request)
        self._expected = expected
        self._waiter = self._loop.create_future()
        self._deadline.begin(self._sent, self._sent + wait)
        began = self._last_activity
        try:
            reply = await self._waiter
        except DriverError:
            self.tally.in_vain += 1
            self.tally.lost += self._loop.time() - began
            raise
        finally:
            self._waiter = self._expected = None
            self._deadline.over()
        self.dirty = False
        on_the_line = (len(request) + len(reply.data)) * self.settings.character
        self.tally.slowest = max(self.tally.slowest, self._loop.time() - began - on_the_line)
        return reply

    @property
    def listener(self) -> Listener | None:
        """Hears all that arrives while no exchange is under way."""
        return self._hearing.listener

    def listen(self, listener: Listener) -> None:
        """Have this one hear what arrives from now on, if the line is not lost."""
        if not self._lost.done():
            self._hearing.begin(listener)

    def stir(self) -> None:
        """End a rest early: something else is due."""
        self._rested()

    async def heard(self, wait: float) -> bool:
        """Wait until ``listener`` has heard something; False when ``wait`` seconds pass before.

        The listener hears whether anybody waits or not.

        Raises:
            DisconnectedError: the line is lost.
        """
        self._check()
        return await self._hearing.wait(wait)

    async def send(self, request: bytes, *, regardless: bool = False) -> None:
        """Send a command that has no reply.

        With ``regardless`` not even an earlier failure makes it wait for silence: that is how an
        instrument that talks all the time is told to stop.

        Raises:
            TransportError: the line is lost, or does not fall silent after an earlier failure.
        """
        await self._ready(0.0, drained=regardless)
        self._write(request)
        self._last_activity += len(request) * self.settings.character

    async def drain(self, quiet: float | None = None) -> bytes:
        """Discard what arrives until the line has been silent for ``quiet`` seconds from now.

        Returns what was discarded (of much, the last ``BUFFER_LIMIT`` bytes).

        Raises:
            DisconnectedError: the line is lost.
            LineNotQuietError: it is still talking at the limit.
        """
        pause = self.settings.quiet if quiet is None else quiet
        limit = self._loop.time() + pause + self.settings.drain_limit
        self._last_activity = max(self._last_activity, self._loop.time())
        dropped = bytearray()
        while (rest := self._last_activity + pause - self._loop.time()) > 0:
            if self._loop.time() > limit:
                raise LineNotQuietError(
                    f"{self.name}: still receiving after {self.settings.drain_limit:g} s; "
                    "an instrument may be streaming without being asked"
                )
            await asyncio.sleep(rest)
            self._check()
            self._discard(dropped)
        self._discard(dropped)
        self.dirty = False
        return bytes(dropped)

    async def _ready(self, silence: float, *, drained: bool = False) -> None:
        self._check()
        if self._waiter is not None:
            raise RuntimeError(f"{self.name}: a transaction is under way; ask one at a time")
        if self.dirty and not drained:
            began = self._loop.time()
            await self.drain()
            self.tally.lost += self._loop.time() - began
        pause = max(silence, self.settings.silence)
        end = self._last_activity + pause
        sleep = asyncio.sleep if self.timer is None else self.timer.sleep
        while pause and (rest := end - self._loop.time()) > 0:  # a timer may be early
            await sleep(rest)
            self._check()

    def _give_up(self) -> None:
        if self._expected is not None:
            self._fail(self._expected.explain(bytes(self._buffer)))

    def _fail(self, error: DriverError) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(error)

    def _ended(self, error: DisconnectedError) -> None:
        self._deadline.close()
        self._fail(error)
        self._hearing.lost(error)

    def _discard(self, into: bytearray | None = None) -> None:
        self.tally.discarded += len(self._buffer)
        if into is not None:
            into += self._buffer
            del into[:-BUFFER_LIMIT]
        self._buffer.clear()

    def _trim(self) -> None:
        excess = max(len(self._buffer) - BUFFER_LIMIT, 0)
        self.tally.discarded += excess
        del self._buffer[:excess]

    def _answer(self, start: int, end: int) -> None:
        assert self._waiter is not None  # noqa: S101 - somebody waits for what was found
        # Both ends by the wall clock would be half a step off when somebody sets it in between.
        now = self._loop.time()
        came = self._deadline.came(now)
        middle = self.clock() - round((now - (self._sent + came) / 2) * 1e9)
        reply = bytes(self._buffer[start:end])
        del self._buffer[start:end]
        if self._buffer:
            self._discard()
        self._waiter.set_result(Reply(reply, middle))

    # What asyncio calls.

    def data_received(self, data: bytes) -> None:
        """Look for the awaited reply in what has arrived."""
        before, self._last_activity = self._last_activity, self._loop.time()
        self.tally.received += len(data)
        self.tally.in_vain = 0
        if self.tap is not None:
            self.tap("rx", data)
        listener = self._hearing.listener
        if listener is not None and self._waiter is None:
            self._hearing.tell(listener, data, self.clock(), self._last_activity - before)
            return
        self._buffer += data
        if self._waiter is None or self._waiter.done() or self._expected is None:
            self._trim()
            return
        try:
            found = self._expected.find(self._buffer)
            if found is None and len(self._buffer) > BUFFER_LIMIT:
                raise ReplyError(f"{self.name}: more than {BUFFER_LIMIT} bytes and no end")
        except DriverError as error:
            self._waiter.set_exception(error)
        else:
            if found is not None:
                self._answer(*found)
