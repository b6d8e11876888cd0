"""A byte line with one transaction at a time: the only way bytes reach an instrument.

The same object serves serial lines and TCP connections. It answers for three promises:

- every wait ends by a deadline;
- after a transaction that did not end with its answer (time-out, cancellation, garbage) the
  line is drained before the next request, so that a late reply is not taken for a new one;
- the silence a protocol demands before a request is kept.
"""

import asyncio
import time
from typing import Protocol

import msgspec

from drivers.errors import DisconnectedError, DriverError, LineNotQuietError, ReplyError

BUFFER_LIMIT = 64 * 1024
"""Bytes a single reply may have; more is an endless stream."""


class Expected(Protocol):
    """Recognises the one reply that answers a request in what has arrived so far."""

    @property
    def length(self) -> int:
        """Characters the reply has, or the most it may have: for the deadline on slow lines."""
        ...

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """Start and end of the reply in the buffer; None while more is needed.

        Raises:
            DriverError: what came can never become an answer.
        """
        ...

    def explain(self, buffer: bytes) -> DriverError:
        """The error for a deadline reached with this in the buffer."""
        ...


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A reply and when it was measured: ns since 1970 UTC, mid-transaction."""

    data: bytes
    time: int


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How a line is used; times in seconds.

    ``timeout`` is the wait for a reply beyond its transmission time; ``character`` the time of
    one character on the line (0 on TCP); ``silence`` the rest before every request;
    ``quiet`` how long a line must be silent after a failed transaction before it is used again.
    """

    timeout: float = 1.0
    character: float = 0.0
    silence: float = 0.0
    quiet: float = 0.2
    drain_limit: float = 5.0


class Link(asyncio.Protocol):
    """One open line. Made by ``open_serial`` or ``open_tcp``; not opened again once lost."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.dirty = False
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._expected: Expected | None = None
        self._waiter: asyncio.Future[tuple[int, int]] | None = None
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._cause: Exception | None = None
        self._last_activity = 0.0

    @property
    def closed(self) -> bool:
        """True once the line is lost or closed."""
        return self._lost.done() or self._transport is None or self._transport.is_closing()

    async def exchange(
        self, request: bytes, expected: Expected, *, timeout: float | None = None
    ) -> Reply:
        """Send a request and wait for its reply.

        Raises:
            TransportError: the line is lost, or does not fall silent after an earlier failure.
            DriverError: no acceptable reply within the deadline.
        """
        await self._ready()
        self.dirty = True
        self._buffer.clear()
        sent = time.time_ns()
        self._write(request)
        data = await self._receive(expected, self._deadline(request, expected, timeout))
        self.dirty = False
        return Reply(data, (sent + time.time_ns()) // 2)

    async def send(self, request: bytes) -> None:
        """Send a command that has no reply.

        Raises:
            TransportError: the line is lost, or does not fall silent after an earlier failure.
        """
        await self._ready()
        self._write(request)
        self._last_activity += len(request) * self.settings.character

    async def drain(self, quiet: float | None = None) -> bytes:
        """Discard what arrives until the line has been silent for ``quiet`` seconds.

        Raises:
            DisconnectedError: the line is lost.
            LineNotQuietError: it is still talking at the limit.
        """
        pause = self.settings.quiet if quiet is None else quiet
        limit = self._loop.time() + self.settings.drain_limit
        dropped = bytearray()
        while True:
            self._check()
            dropped += self._buffer
            self._buffer.clear()
            self._last_activity = max(self._last_activity, self._loop.time())
            await asyncio.sleep(pause)
            if not self._buffer:
                self.dirty = False
                return bytes(dropped[-BUFFER_LIMIT:])
            if self._loop.time() > limit:
                raise LineNotQuietError(
                    f"{self.name}: still receiving after {self.settings.drain_limit:g} s; "
                    "an instrument may be streaming without being asked"
                )

    async def close(self) -> None:
        """Close the line; harmless when it is lost or closed already."""
        if self._transport is not None and not self._lost.done():
            self._transport.abort()
            await asyncio.wait([self._lost], timeout=self.settings.drain_limit)

    def _deadline(self, request: bytes, expected: Expected, timeout: float | None) -> float:
        characters = len(request) + expected.length
        wait = self.settings.timeout if timeout is None else timeout
        return wait + characters * self.settings.character

    async def _ready(self) -> None:
        self._check()
        if self.dirty:
            await self.drain()
        rest = self._last_activity + self.settings.silence - self._loop.time()
        if rest > 0:
            await asyncio.sleep(rest)
            self._check()

    async def _receive(self, expected: Expected, wait: float) -> bytes:
        waiter = self._loop.create_future()
        self._waiter, self._expected = waiter, expected
        timer = self._loop.call_later(wait, self._expire)
        try:
            start, end = await waiter
        finally:
            timer.cancel()
            self._waiter = self._expected = None
        data = bytes(self._buffer[start:end])
        del self._buffer[:end]
        return data

    def _expire(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            assert self._expected is not None  # noqa: S101 - set together
            self._waiter.set_exception(self._expected.explain(bytes(self._buffer)))

    def _write(self, data: bytes) -> None:
        self._check()
        assert self._transport is not None  # noqa: S101 - checked above
        try:
            self._transport.write(data)
        except OSError as error:
            raise DisconnectedError(f"{self.name}: {error}") from error
        self._last_activity = self._loop.time()

    def _check(self) -> None:
        if self.closed:
            cause = f": {self._cause}" if self._cause else ""
            raise DisconnectedError(f"{self.name}: connection lost{cause}") from self._cause

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - both kinds are
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Look for the awaited reply in what has arrived."""
        self._last_activity = self._loop.time()
        self._buffer += data
        if self._waiter is None or self._waiter.done() or self._expected is None:
            del self._buffer[:-BUFFER_LIMIT]
            return
        try:
            found = self._expected.find(self._buffer)
            if found is None and len(self._buffer) > BUFFER_LIMIT:
                raise ReplyError(f"{self.name}: more than {BUFFER_LIMIT} bytes and no end")
        except DriverError as error:
            self._waiter.set_exception(error)
        else:
            if found is not None:
                self._waiter.set_result(found)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        self._cause = exc
        if not self._lost.done():
            self._lost.set_result(None)
        if self._waiter is not None and not self._waiter.done():
            detail = exc or "closed by the other end"
            self._waiter.set_exception(DisconnectedError(f"{self.name}: {detail}"))
