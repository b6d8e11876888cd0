"""The bytes of one connection: written in few pieces, read into a buffer that stays."""

import asyncio
import socket
import sys
import weakref
from contextlib import suppress
from typing import Protocol, cast

SIZE = 4096
"""Bytes read at a time: a thousand PUBACKs."""

CHUNK = 32 * 1024
"""Bytes held back, at most, in order to go together."""

CLOSE_LIMIT = 1.0
"""Seconds a socket that is broken off may take to close."""


class Ear(Protocol):
    """Whoever is told what happens to a pipe."""

    def arrived(self, data: memoryview) -> None:
        """Bytes; they are overwritten afterwards."""
        ...

    def drained(self) -> None:
        """More can be written."""
        ...

    def ended(self, error: Exception | None) -> None:
        """The connection is gone; None: closed, by whomever."""
        ...


class Pipe(asyncio.BufferedProtocol):
    """Sends and receives bytes; asyncio's transport ends here.

    The ear holds the pipe, and is not held by it: that ring only the collector of garbage, which
    comes by seldom, would free.
    """

    def __init__(self, ear: Ear) -> None:
        self.writable = True
        self._ear = weakref.ref(ear)
        self._buffer = memoryview(bytearray(SIZE))
        self._held: list[bytes] = []
        self._size = 0
        self._wrote = False
        self._transport: asyncio.Transport | None = None
        self._socket: socket.socket | None = None
        self._over = asyncio.Event()

    def write(self, data: bytes) -> None:
        """Send with the next ``flush``, or as soon as much is held back."""
        self._held.append(data)
        self._size += len(data)
        if self._size >= CHUNK:
            self.flush()

    def flush(self) -> bool:
        """Send what is held back, and tell whether there was anything.

        Afterwards ``writable`` tells whether more may follow.
        """
        if not self._held or self._transport is None:
            return False
        held, self._held, self._size = self._held, [], 0
        self._transport.write(held[0] if len(held) == 1 else b"".join(held))
        self._wrote = True
        return True

    async def close(self, limit: float) -> None:
        """Send what is held back and close, or break off after so many seconds."""
        if self._transport is None:
            return
        self.flush()
        self._transport.close()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(limit):
                    await self._over.wait()
        finally:  # also when cancelled: what cannot be sent would keep the socket open
            self.cut()
        await self.abort()

    async def abort(self) -> None:
        """Break off; returns when the socket is closed, which takes a round of the loop."""
        self.cut()
        if self._transport is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_LIMIT):
                    await self._over.wait()

    def cut(self) -> None:
        """Break off."""
        if self._transport is not None:
            self._transport.abort()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = cast("asyncio.Transport", transport)
        self._socket = transport.get_extra_info("socket")

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        self._transport = None
        self._over.set()
        if (ear := self._ear()) is not None:
            ear.ended(exc)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's
        """Where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes have arrived."""
        self._wrote = False
        if (ear := self._ear()) is not None:
            ear.arrived(self._buffer[:nbytes])
        transport = self._transport
        # What was written carries the acknowledgement.
        if not self._wrote and transport is not None and not transport.is_closing():
            self._acknowledge_at_once()

    def pause_writing(self) -> None:
        """See asyncio."""
        self.writable = False

    def resume_writing(self) -> None:
        """See asyncio."""
        self.writable = True
        if (ear := self._ear()) is not None:
            ear.drained()

    def _acknowledge_at_once(self) -> None:
        """Do not delay the TCP acknowledgement of what was just read (Linux; holds for one read).

        Brokers write each PUBACK by itself and, like Mosquitto, leave Nagle's algorithm on: the
        next one waits until the last is acknowledged, which a quiet publisher puts off for 40 ms.
        """
        if self._socket is not None and sys.platform == "linux":
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
