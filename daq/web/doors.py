"""Connections from browsers: so many at a time, and none that only takes up a place."""

import asyncio
import ssl
import time

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

CONNECTIONS = 200
"""Connections at a time; a browser has up to six. Whoever comes beyond that is turned away."""

FIRST = 15.0
"""Seconds until the first request of a connection has arrived, TLS included."""

WORK = 90.0
"""Seconds from a request to the next: to read it, to answer, for the answer to be taken, to rest.
Downloads look after themselves."""

LOOK = 5.0
"""Seconds between two looks at the connections."""

TLS_HANDSHAKE = 10.0

DOWNLOAD = web.RequestKey("download", bool)
"""Of a request that may take longer than ``WORK``: it has deadlines of its own."""


class _Door:
    """One connection: until when it has time, and what is asked on it."""

    def __init__(self) -> None:
        self.until = time.monotonic() + FIRST
        self.asked: web.Request | None = None
        self.seen = False
        """Whether the server had it when it was last looked at."""


class Doors:
    """Accepts connections for a server, and closes those that only take up a place."""

    def __init__(self) -> None:
        self._open: dict[asyncio.BaseProtocol, _Door] = {}
        self._server: web.Server | None = None

    @property
    def middleware(self) -> Middleware:
        """Notes what a connection does; the outermost."""

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            door = self._open.setdefault(request.protocol, _Door())
            door.until, door.asked = time.monotonic() + WORK, request
            try:
                return await handler(request)
            finally:
                door.until, door.asked = time.monotonic() + WORK, None

        return note

    async def listen(
        self, server: web.Server, host: str, port: int, tls: ssl.SSLContext | None
    ) -> asyncio.Server:
        """Listen.

        Raises:
            OSError: the address cannot be had.
        """
        self._server = server
        handshake = None if tls is None else TLS_HANDSHAKE
        return await asyncio.get_running_loop().create_server(
            self._accept, host, port, ssl=tls, ssl_handshake_timeout=handshake
        )

    async def watch(self) -> None:
        """Close what only takes up a place, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            now = time.monotonic()
            self._forget(now)
            for protocol, door in self._open.items():
                if now > door.until and not _is_download(door):
                    _abort(protocol)

    def _accept(self) -> asyncio.BaseProtocol:
        assert self._server is not None  # noqa: S101 - listen() comes first
        self._forget(time.monotonic())
        if len(self._open) >= CONNECTIONS:
            return _TurnAway()
        protocol = self._server()
        self._open[protocol] = _Door()
        return protocol

    def _forget(self, now: float) -> None:
        """Those that are gone; who is still in its TLS handshake is not among the server's own."""
        assert self._server is not None  # noqa: S101 - listen() comes first
        there = set[object](self._server.connections)
        for one, door in list(self._open.items()):
            if one not in there and (door.seen or now > door.until):
                del self._open[one]
            door.seen = one in there


def _is_download(door: _Door) -> bool:
    return door.asked is not None and door.asked.get(DOWNLOAD, False)


class _TurnAway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - of a stream
        transport.abort()


def _abort(protocol: asyncio.BaseProtocol) -> None:
    # Not force_close(), which waits for a client that does not read.
    transport = getattr(protocol, "transport", None)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
