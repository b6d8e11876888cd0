"""An open line as asyncio sees it: how bytes leave, and how it ends."""

import asyncio
import errno
from collections.abc import Callable
from typing import TypeAlias, cast

from drivers.errors import DisconnectedError
from drivers.transport.reply import Settings, Timer
from drivers.transport.tally import LineTally

Tap: TypeAlias = Callable[[str, bytes], None]
"""Hears all traffic: ``tx`` or ``rx``, and the bytes of one write or of one delivery."""


class Line(asyncio.Protocol):
    """Keeps the transport. What arrives, and who waits for it, is for who derives from it."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.tally = LineTally()
        self.tap: Tap | None = None
        self.before_close: Callable[[], None] | None = None
        self.timer: Timer | None = None
        """Keeps silences where they count by the tenth of a millisecond; freed with the line."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._lost: asyncio.Future[None] = self._loop.create_future()
        self._cause = ""
        self._resting: asyncio.Future[None] | None = None
        self._sent = self._last_activity = 0.0

    @property
    def closed(self) -> bool:
        """True once the line is lost or closed."""
        return self._lost.done() or self._transport is None or self._transport.is_closing()

    async def rest(self, wait: float) -> None:
        """Leave the line alone for so many seconds.

        Raises:
            DisconnectedError: the line is lost meanwhile.
        """
        if not self._lost.done():
            self._resting = self._loop.create_future()
            timer = self._loop.call_later(wait, self._rested)
            try:
                await self._resting
            finally:
                timer.cancel()
                self._resting = None
        if self._lost.done():
            self._check()

    async def close(self) -> None:
        """Close the line; harmless when it is lost or closed already, or closed twice at once.

        Closing waits for the operating system, at most ``drain_limit`` seconds.
        """
        if self._transport is None or self._lost.done():
            return
        self._cause = self._cause or "closed here"
        if self.before_close is not None:
            self.before_close()
        self._transport.abort()
        await asyncio.wait([self._lost], timeout=self.settings.drain_limit)

    def _write(self, data: bytes) -> None:
        transport = self._check()
        if waiting := transport.get_write_buffer_size():
            # Requests would pile up, and all go out at once when the line takes them again.
            raise DisconnectedError(
                f"{self.name}: takes nothing; {waiting} bytes of an earlier request are not sent "
                "yet (flow control? a hanging adapter?)"
            )
        try:
            transport.write(data)
        except OSError as error:
            raise DisconnectedError(f"{self.name}: {_reason(error)}") from error
        self._last_activity = self._loop.time()
        self._sent = self._last_activity
        self.tally.asked += 1
        if self.tap is not None:
            self.tap("tx", data)

    def _check(self) -> asyncio.Transport:
        if self.closed or self._transport is None:
            cause = f": {self._cause}" if self._cause else ""
            raise DisconnectedError(f"{self.name}: connection lost{cause}")
        return self._transport

    def _rested(self) -> None:
        if self._resting is not None and not self._resting.done():
            self._resting.set_result(None)

    def _ended(self, error: DisconnectedError) -> None:
        """The line is lost: fail whoever waits."""

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._last_activity = self._loop.time()

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        self._cause = _reason(exc) if exc else self._cause or "closed by the other end"
        self._transport = self.before_close = None  # they know this line: a ring
        if self.timer is not None:
            self.timer.close()
        if not self._lost.done():
            self._lost.set_result(None)
        self._rested()
        self._ended(DisconnectedError(f"{self.name}: {self._cause}"))


def _reason(error: Exception) -> str:
    unplugged = isinstance(error, OSError) and error.errno in (errno.EIO, errno.ENXIO)
    return f"{error} (unplugged?)" if unplugged else str(error)
