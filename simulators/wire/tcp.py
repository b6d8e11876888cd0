"""A wire that ends in a TCP port, as an Ethernet instrument or a serial server does."""

import asyncio
from typing import cast

from simulators.errors import WireError
from simulators.wire.endpoint import Endpoint, Listener, Session


class TcpSession(asyncio.Protocol, Session):
    """One client."""

    def __init__(self, sessions: set["TcpSession"], listener: Listener) -> None:
        self._sessions = sessions
        self._listener = listener
        self._transport: asyncio.Transport | None = None
        self._full = False

    def write(self, data: bytes) -> bool:
        """Send; False when the client has gone or does not read."""
        if self._transport is None or self._transport.is_closing() or self._full:
            return False
        self._transport.write(data)
        return True

    def drop(self) -> None:
        """Close the connection at once; what has not been sent is lost."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport, tell the listener."""
        self._transport = cast("asyncio.Transport", transport)  # a TCP server's is one
        self._sessions.add(self)
        self._listener.connected(self)

    def data_received(self, data: bytes) -> None:
        """Pass it on."""
        self._listener.received(self, data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the listener; why is no matter to an instrument."""
        del exc
        self._transport = None
        self._sessions.discard(self)
        self._listener.left(self)

    def pause_writing(self) -> None:
        """The client does not read."""
        self._full = True

    def resume_writing(self) -> None:
        """It reads again."""
        self._full = False


class TcpEndpoint(Endpoint):
    """A listening port; port 0 takes a free one and keeps it."""

    def __init__(self, host: str, port: int, listener: Listener) -> None:
        self._host = host
        self._port = port
        self._listener = listener
        self._server: asyncio.Server | None = None
        self._sessions: set[TcpSession] = set()

    @property
    def address(self) -> str:
        """host:port as it is bound."""
        return f"{self._host}:{self._port}"

    async def plug(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(
                lambda: TcpSession(self._sessions, self._listener), self._host, self._port
            )
        except OSError as error:
            raise WireError(f"{self.address}: {error.strerror or error}") from error
        self._port = self._server.sockets[0].getsockname()[1]

    async def unplug(self) -> None:
        """Stop listening, close every connection."""
        if self._server is None:
            return
        self._server.close()
        for session in tuple(self._sessions):
            session.drop()
        await self._server.wait_closed()
        self._server = None

    async def close(self) -> None:
        """The same; a port leaves nothing behind."""
        await self.unplug()
