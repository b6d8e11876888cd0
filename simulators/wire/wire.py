"""One wire: takes requests off it at the pace of the line and puts them to its devices."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec

from simulators.errors import WireError
from simulators.wire.answering import Answering
from simulators.wire.endpoint import Endpoint, Nobody, Session
from simulators.wire.message import FrontEnd, HangUpError, Outgoing, Request, Station
from simulators.wire.pace import Pace
from simulators.wire.sender import Sender

BACKLOG = 32
"""Requests of one client that wait; what comes beyond is lost, as in a full input buffer."""
LISTEN = 0.05
"""Seconds between two looks whether a device has begun to send without being asked."""
LISTEN_CLOSELY = 0.01
"""The same while one does."""
ARRIVAL = 0.1
"""Seconds within which somebody who has just opened a port is seen; no longer does a device
hold back what it sends unasked."""
SPLIT_WRITES = 0.02
"""The least silence that ends an RTU frame, s: a client's system may split its writes."""


class Client:
    """A client of the wire: its front end, and its requests that wait."""

    def __init__(self, session: Session, front: FrontEnd) -> None:
        self.session = session
        self.front = front
        self.queue: asyncio.Queue[tuple[float, Request]] = asyncio.Queue(BACKLOG)
        self.worker: asyncio.Task[None] | None = None
        self.silence: asyncio.TimerHandle | None = None
        self.began = 0.0

    def stop(self) -> None:
        """End what goes on for this client."""
        if self.worker is not None:
            self.worker.cancel()
        if self.silence is not None:
            self.silence.cancel()


class Manner(msgspec.Struct, frozen=True):
    """How a wire carries things: its pace, and its devices' turnaround (None: their own)."""

    pace: Pace
    turnaround: float | None = None


class Wire:
    """Devices on one line, and the clients that talk to them.

    Tasks are owned by ``group``; ``open`` and ``close`` are for whoever runs the group.
    """

    def __init__(
        self,
        name: str,
        stations: Sequence[Station],
        manner: Manner,
        front: Callable[[], FrontEnd],
        sender: Sender,
        group: asyncio.TaskGroup,
    ) -> None:
        self.name = name
        self.stations = tuple(stations)
        self._manner = manner
        self._front = front
        self._sender = sender
        self._group = group
        self._loop = asyncio.get_running_loop()
        self._endpoint: Endpoint | None = None
        self._clients: dict[Session, Client] = {}
        self._voice = front()
        self._speaker: Client | None = None
        self._answering = Answering()
        self._pulled = 0
        self._plugged = False
        self._plugging = asyncio.Lock()

    @property
    def address(self) -> str:
        """What a client opens: the path of a pty, or host:port."""
        return self._opened().address

    async def open(self, endpoint: Endpoint) -> None:
        """Make the wire reachable at an endpoint.

        Raises:
            WireError: the path or port is not to be had.
        """
        self._endpoint = endpoint
        await self._settle()
        if self._voice.spontaneous:
            self._start(self._listen(), "listen")

    async def unplug(self) -> None:
        """Make the wire unreachable, as if somebody had pulled the plug.

        It stays so until each of those that have pulled it has put it back.
        """
        self._pulled += 1
        await self._settle()

    async def plug(self) -> None:
        """Undo ``unplug``.

        Raises:
            WireError: the path or port is not to be had any more.
        """
        self._pulled -= 1
        await self._settle()

    async def _settle(self) -> None:
        """Be as it is wanted. Plugging takes a moment, in which somebody may pull it again."""
        async with self._plugging:
            wanted, endpoint = not self._pulled, self._opened()
            if wanted != self._plugged:
                await (endpoint.plug() if wanted else endpoint.unplug())
                self._plugged = wanted

    async def close(self) -> None:
        """Leave nothing behind; harmless when it was never opened."""
        if self._endpoint is not None:
            await self._endpoint.close()
        for client in tuple(self._clients.values()):
            self.left(client.session)

    # What an endpoint tells.

    def connected(self, session: Session) -> None:
        """A client is there."""
        client = Client(session, self._front())
        serving = self._serve(client)
        try:
            client.worker = self._start(serving, "client")
        except RuntimeError:
            # The lab is being closed: its group takes no more tasks, and nobody serves a client.
            serving.close()
            session.drop()
            return
        self._clients[session] = client
        if self._speaker is None or self._voice.talking:
            self._speaker = client  # what a device streams goes to whoever is there
        if greeting := client.front.greet():
            session.write(greeting)

    def received(self, session: Session, data: bytes) -> None:
        """A client has sent something."""
        client = self._clients.get(session)
        if client is None:
            return
        self._advance()
        if not client.front.pending:
            client.began = self._loop.time()
        try:
            self._take(client, client.front.feed(data))
        except HangUpError:
            session.drop()
            return
        self._await_silence(client)

    def left(self, session: Session) -> None:
        """A client has gone; what it asked last is not answered."""
        client = self._clients.pop(session, None)
        if client is not None:
            client.stop()
        if self._speaker is client:
            self._speaker = next(reversed(self._clients.values()), None)

    # How requests are served.

    def _take(self, client: Client, requests: Sequence[Request]) -> None:
        for request in requests:
            if not client.queue.full():
                client.queue.put_nowait((client.began, request))

    def _await_silence(self, client: Client) -> None:
        if client.silence is not None:
            client.silence.cancel()
            client.silence = None
        if client.front.pending:
            wait = max(SPLIT_WRITES, self._manner.pace.silence)
            client.silence = self._loop.call_later(wait, self._silent, client)

    def _silent(self, client: Client) -> None:
        self._take(client, client.front.silence())

    async def _serve(self, client: Client) -> None:
        while True:
            began, request = await client.queue.get()
            await self._until(began + request.size * self._manner.pace.character)
            self._advance()
            with self._answering:
                outgoing = request.answer()
                self._speaker = client
                if outgoing is not None:
                    await asyncio.sleep(self._pause(client, outgoing))
                    await self._sender.send(client.session, client.front.framing, outgoing)

    def _pause(self, client: Client, outgoing: Outgoing) -> float:
        station = outgoing.station
        turnaround = station.turnaround
        if turnaround is None:
            turnaround = self._manner.turnaround
        if turnaround is None:
            turnaround = station.device.turnaround
        silence = self._manner.pace.silence if client.front.framing == "rtu" else 0.0
        return max(turnaround, silence) + outgoing.delay

    async def _listen(self) -> None:
        """Let devices send that stream, or that answer later than they were asked."""
        while True:
            await asyncio.sleep(LISTEN_CLOSELY if self._voice.talking else LISTEN)
            if not self._voice.talking:
                continue
            if self._speaker is None:
                await asyncio.sleep(ARRIVAL)
            self._advance()
            while (outgoing := await self._unasked()) is not None:
                session = self._speaker.session if self._speaker else Nobody()
                await self._sender.send(session, self._voice.framing, outgoing)

    async def _unasked(self) -> Outgoing | None:
        await self._answering.over()
        return self._voice.emit()

    def _advance(self) -> None:
        now = self._loop.time()
        for station in self.stations:
            station.device.advance(now)

    async def _until(self, when: float) -> None:
        await asyncio.sleep(max(0.0, when - self._loop.time()))

    def _start(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        return self._group.create_task(work, name=f"wire {self.name}: {what}")

    def _opened(self) -> Endpoint:
        if self._endpoint is None:
            raise WireError(f"wire {self.name} has not been opened")
        return self._endpoint
