"""What a socket's transport reads into."""

import asyncio

from drivers.transport.link import Link

SIZE = 1024
"""Bytes read at a time. Most replies are shorter."""


class Receiver(asyncio.BufferedProtocol):
    """Passes on to a link what arrives, through a small buffer that stays.

    For a protocol without a buffer of its own asyncio makes one of 256 KiB for every read. The
    allocator may have to fetch that from the operating system and give it back each time, which
    more than doubles the cost of an exchange (docs/decisions/0015-fast-lines.md).
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._buffer = memoryview(bytearray(SIZE))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See ``Link``."""
        self._link.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """See ``Link``."""
        self._link.connection_lost(exc)

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - asyncio's
        """Where the next bytes go."""
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        """So many bytes have arrived."""
        self._link.data_received(bytes(self._buffer[:nbytes]))
