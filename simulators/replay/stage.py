"""Plays a script on a pty or a TCP port, to whoever opens it."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from simulators.errors import WireError
from simulators.limits import HIGHEST_PORT
from simulators.replay.player import Ear, Player, Surprise
from simulators.replay.recording import Recording
from simulators.replay.script import Cue, write_script
from simulators.wire.endpoint import Endpoint, Session
from simulators.wire.pty import PtyEndpoint
from simulators.wire.tcp import TcpEndpoint

SILENCE = 0.02
"""Seconds without a byte after which a request that could go on is taken as it is."""


class _Guest:
    """One client: what it has said, and when it is silent."""

    def __init__(self, player: Player) -> None:
        self.ear = Ear(player)
        self.timer: asyncio.TimerHandle | None = None
        self.cues: set[asyncio.Task[None]] = set()

    def leave(self) -> None:
        """End what goes on for this client."""
        if self.timer is not None:
            self.timer.cancel()
        for task in self.cues:
            task.cancel()


class Replay:
    """A recording that is played during a block of ``async with``; see ``replaying``."""

    def __init__(
        self,
        recording: Recording,
        place: Path | tuple[str, int],
        *,
        strict: bool = False,
        told: Callable[[Surprise], None] | None = None,
    ) -> None:
        self.player = Player(write_script(recording), strict=strict)
        self._place = place
        self._told = told
        self._guests: dict[Session, _Guest] = {}
        self._endpoint: Endpoint | None = None
        self._group = asyncio.TaskGroup()

    @property
    def address(self) -> str:
        """What to open: the path of the pty, or host:port; empty before the block."""
        return "" if self._endpoint is None else self._endpoint.address

    async def __aenter__(self) -> Self:
        """Open the port.

        Raises:
            WireError: the path or port is not to be had.
        """
        if isinstance(self._place, Path):
            self._endpoint = PtyEndpoint(self._place, self)
        else:
            self._endpoint = TcpEndpoint(*self._place, self)
        await self._endpoint.plug()
        await self._group.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._endpoint is not None:
            await self._endpoint.close()
        for session in tuple(self._guests):
            self.left(session)
        await self._group.__aexit__(kind, error, traceback)

    # What the endpoint tells.

    def connected(self, session: Session) -> None:
        """A client is there: greet it as the recording does."""
        guest = self._guests[session] = _Guest(self.player)
        self._play(session, guest, self.player.greet())

    def received(self, session: Session, data: bytes) -> None:
        """A client has sent something."""
        guest = self._guests.get(session)
        if guest is None:
            return
        if guest.timer is not None:
            guest.timer.cancel()
            guest.timer = None
        for found in guest.ear.hear(data):
            self._meet(session, guest, found)
        if guest.ear.pending:
            loop = asyncio.get_running_loop()
            guest.timer = loop.call_later(SILENCE, self._silent, session, guest)

    def left(self, session: Session) -> None:
        """A client has gone; what it would have got is not sent."""
        guest = self._guests.pop(session, None)
        if guest is not None:
            guest.leave()

    def _silent(self, session: Session, guest: _Guest) -> None:
        for found in guest.ear.silence():
            self._meet(session, guest, found)

    def _meet(self, session: Session, guest: _Guest, found: tuple[Cue, ...] | Surprise) -> None:
        if not isinstance(found, Surprise):
            self._play(session, guest, found)
        elif self._told is not None:
            self._told(found)

    def _play(self, session: Session, guest: _Guest, cues: Sequence[Cue]) -> None:
        if cues:
            task = self._group.create_task(_perform(session, cues), name="replay: answer")
            guest.cues.add(task)
            task.add_done_callback(guest.cues.discard)


async def _perform(session: Session, cues: Sequence[Cue]) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for cue in cues:
        await asyncio.sleep(max(0.0, began + cue.delay - loop.time()))
        if cue.data is None:
            session.drop()
        else:
            session.write(cue.data)


def replaying(
    recording: Recording,
    place: Path | str,
    *,
    strict: bool = False,
    told: Callable[[Surprise], None] | None = None,
) -> Replay:
    """A recording to be played during a block of ``async with``.

    Args:
        recording: see ``read_recording``.
        place: the path of a pty to make, or host:port as text (port 0 is any free one).
        strict: the requests must be those of the recording, in its order.
        told: is called with each request that the recording does not have.

    Raises:
        WireError: the text is no host:port.
    """
    if isinstance(place, Path):
        return Replay(recording, place, strict=strict, told=told)
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal() or int(port) > HIGHEST_PORT:
        raise WireError(f'a TCP place is like "127.0.0.1:4001", not {place!r}')
    return Replay(recording, (host, int(port)), strict=strict, told=told)
