"""Serves the page Prometheus reads: `/metrics`, and `/healthz`. A part of the daemon."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias, cast

from daq.control.status import DaemonStatus

if TYPE_CHECKING:
    from aiohttp import web

log = logging.getLogger(__name__)

CONNECTIONS = 8
"""Connections at a time; Prometheus needs one. Whoever comes beyond that is turned away."""

LIFE = 15.0
"""Seconds a connection may last, whatever happens on it."""

STOP_LIMIT = 2.0
"""Seconds a page that is being sent may take when the daemon stops."""

RETRY = 10.0
"""Seconds between two attempts to get the address."""

Take: TypeAlias = Callable[[], Awaitable[DaemonStatus]]


class MetricsServer:
    """Serves until cancelled; ``take`` tells the state of the daemon.

    An address that another program has is no reason to stop measuring: it is said once, and
    tried again.
    """

    def __init__(self, host: str, port: int, take: Take) -> None:
        self._host, self._port, self._take = host, port, take

    async def run(self) -> None:
        """Serve until cancelled."""
        page_server = await asyncio.to_thread(_import)
        server = page_server(self._take)
        listening = await self._listen(server)
        try:
            await asyncio.Event().wait()
        finally:
            listening.close()
            await server.shutdown(STOP_LIMIT)

    async def _listen(self, server: "web.Server") -> asyncio.Server:
        loop, said = asyncio.get_running_loop(), False
        while True:
            try:
                found = await loop.create_server(
                    lambda: _accept(server, loop), self._host, self._port
                )
            except OSError as error:
                if not said:
                    log.warning(
                        "metrics: cannot listen on %s:%d: %s", self._host, self._port, error
                    )
                said = True
                await asyncio.sleep(RETRY)
            else:
                log.info("metrics at http://%s:%d/metrics", self._host, self._port)
                return found


class _TurnAway(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.Transport", transport).abort()


def _import() -> "Callable[[Take], web.Server]":
    """Runs in a thread, when it is wanted: a daemon without this page does not pay for it."""
    from daq.metrics.page import page_server  # noqa: PLC0415

    return page_server


def _accept(server: "web.Server", loop: asyncio.AbstractEventLoop) -> asyncio.Protocol:
    if len(server.connections) >= CONNECTIONS:
        return _TurnAway()
    protocol = server()

    def cut_off() -> None:
        # Not force_close(), which waits for a client that does not read.
        if protocol.transport is not None:
            protocol.transport.abort()

    loop.call_later(LIFE, cut_off)
    return protocol
