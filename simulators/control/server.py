"""The lab's end of the control socket: a line of JSON in, a line of JSON out."""

import asyncio
import os
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simulators.control.perform import answer
from simulators.control.place import Place
from simulators.errors import WireError

if TYPE_CHECKING:
    from simulators.lab import Lab

LONGEST_REQUEST = 64 * 1024
CLIENTS = 32
"""Conversations at a time; whoever comes beyond that is turned away."""


class Conversation(asyncio.Protocol):
    """One client; each line is answered at once, in order."""

    def __init__(self, lab: "Lab", clients: set["Conversation"]) -> None:
        self._lab = lab
        self._clients = clients
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        stream = cast("asyncio.Transport", transport)  # a stream server's is one
        if len(self._clients) >= CLIENTS:
            stream.abort()
            return
        self._transport = stream
        self._clients.add(self)

    def data_received(self, data: bytes) -> None:
        """Answer the lines that are complete; one without end is not worth a word."""
        *lines, rest = (self._buffer + data).split(b"\n")
        self._buffer = rest
        if self._transport is None:
            return
        for line in lines:
            self._transport.write(answer(self._lab, bytes(line)) + b"\n")
        if len(rest) > LONGEST_REQUEST:
            self._transport.abort()

    def pause_writing(self) -> None:
        """Take no more requests from a client that does not read the answers."""
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """It reads again."""
        if self._transport is not None:
            self._transport.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget it."""
        del exc
        self._transport = None
        self._clients.discard(self)

    def close(self) -> None:
        """End the conversation; what has been answered is still sent."""
        if self._transport is not None:
            self._transport.close()


@asynccontextmanager
async def control_server(place: Place, lab: "Lab") -> AsyncGenerator[str]:
    """Answer at a place while the block runs; gives the address as it was bound.

    A Unix socket is for its owner alone (mode 0600) and removed at the end. One that a lab
    left behind when it was killed is replaced; one that somebody answers on is not.

    Raises:
        WireError: the place is not to be had.
    """
    clients: set[Conversation] = set()
    server = await _listen(place, lab, clients)
    try:
        yield _address(place, server)
    finally:
        server.close()
        await asyncio.sleep(0)  # who has just been accepted becomes a client
        for client in tuple(clients):
            client.close()
        await server.wait_closed()
        if place.path is not None:
            place.path.unlink(missing_ok=True)


async def _listen(place: Place, lab: "Lab", clients: set[Conversation]) -> asyncio.Server:
    loop = asyncio.get_running_loop()

    def make() -> Conversation:
        return Conversation(lab, clients)

    try:
        if place.path is None:
            return await loop.create_server(make, place.host, place.port)
        await asyncio.to_thread(_make_room, place.path)
        server = await loop.create_unix_server(make, sock=_bound(place.path))
    except OSError as error:
        raise WireError(f"control at {place}: {error.strerror or error}") from error
    return server


def _bound(path: Path) -> socket.socket:
    """A socket that is its owner's alone from the beginning."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(made.fileno(), 0o600)  # Linux: the file gets the mode of the socket
        made.bind(str(path))
    except OSError:
        made.close()
        raise
    return made


def _make_room(path: Path) -> None:
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        else:
            raise OSError(0, "another lab answers there")


def _address(place: Place, server: asyncio.Server) -> str:
    if place.path is not None:
        return str(place)
    return str(Place(None, place.host, server.sockets[0].getsockname()[1]))
