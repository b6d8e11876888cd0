"""Transactions with one unit: a request, and its answer or an error, never another's answer."""

import contextlib
from collections.abc import Sequence
from typing import Protocol

import msgspec

from drivers.errors import DeviceError
from drivers.modbus.framing import RtuFraming, TcpFraming
from drivers.modbus.pdu import Request, device_error
from drivers.modbus.sync import Sync
from drivers.transport.link import Link

RESYNC_ATTEMPTS = 3
"""Probes sent in one go while a unit answers them, but in a way that proves nothing."""

SILENT_CHARACTERS = 3.5
SHORTEST_SILENCE = 0.00175


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Data of a reply, and when it was measured (ns since 1970 UTC)."""

    data: bytes
    time: int


def rtu_silence(character: float) -> float:
    """Seconds an RTU line rests between frames: 3.5 characters, at least 1.75 ms.

    Source: Modbus over Serial Line V1.02, section 2.5.1.1, which fixes 1.75 ms above 19200 baud.
    ``character`` 0 (TCP) needs none: the gateway keeps it.
    """
    return max(SILENT_CHARACTERS * character, SHORTEST_SILENCE) if character else 0.0


class Unit(Protocol):
    """One unit on a bus, across reconnections of that bus."""

    @property
    def number(self) -> int:
        """Its address on the bus."""
        ...

    async def ask(self, link: Link, request: Request) -> Answer:
        """Send a request and return its answer.

        Raises:
            DeviceError: the unit refuses; IllegalAddressError when it has no such register.
            DriverError: no answer.
        """
        ...

    async def probe(self, link: Link) -> None:
        """One short exchange, after which no late reply can be taken for a new one's answer.

        Raises:
            DriverError: the unit does not answer, or in a way that proves nothing.
        """
        ...


class TcpUnit:
    """A unit whose replies carry the number of their request: always in step."""

    def __init__(self, number: int, probes: Sequence[Request], silence: float = 0.0) -> None:
        self.number = number
        self._framing = TcpFraming()
        self._probes = probes
        self._silence = silence

    async def ask(self, link: Link, request: Request) -> Answer:
        """See ``Unit``."""
        frame = self._framing.frame(self.number, request)
        reply = await link.exchange(frame.data, frame.expected, silence=self._silence)
        exception, data = self._framing.unpack(reply.data)
        if exception is not None:  # 0 is none of Modbus, but some device may send it
            raise device_error(self.number, request, exception)
        return Answer(data, reply.time)

    async def probe(self, link: Link) -> None:
        """See ``Unit``. A refusal is an answer."""
        with contextlib.suppress(DeviceError):
            await self.ask(link, self._probes[0])


class RtuUnit:
    """A unit whose replies name no request; ``drivers.modbus.sync`` keeps it in step."""

    def __init__(self, number: int, probes: Sequence[Request], silence: float = 0.0) -> None:
        self.number = number
        self._framing = RtuFraming()
        self._probes = probes
        self._silence = silence
        self._sync = Sync()

    async def ask(self, link: Link, request: Request) -> Answer:
        """See ``Unit``. After an earlier failure a probe comes first."""
        if self._sync.suspect:
            await self._resynchronise(link)
        return await self._transact(link, request)

    async def probe(self, link: Link) -> None:
        """See ``Unit``. A refusal is an answer, when nothing else was outstanding."""
        if self._sync.suspect:
            await self._resynchronise(link)
            return
        with contextlib.suppress(DeviceError):
            await self._transact(link, self._probes[0])

    async def _resynchronise(self, link: Link) -> None:
        refusal = ""
        for _ in range(RESYNC_ATTEMPTS):
            try:
                await self._transact(link, self._sync.choose(self._probes))
            except DeviceError as error:
                refusal = str(error)
            if not self._sync.suspect:
                return
            await self._rest(link)
        # Not the refusal itself: it says nothing about the request that waits for this.
        raise DeviceError(f"only refusals after a failed exchange: {refusal}")

    @staticmethod
    async def _rest(link: Link) -> None:
        """Take as long as a probe without any answer, after one whose answer proved nothing.

        A refusal may be that of an earlier request and come at once. The shapes of probes would
        be used up sooner than ``drivers.modbus.sync`` counts on.
        """
        await link.drain(link.settings.timeout + link.settings.quiet)

    async def _transact(self, link: Link, request: Request) -> Answer:
        frame = self._framing.frame(self.number, request)
        silence = max(self._silence, rtu_silence(link.settings.character))
        ticket = self._sync.begin(request)
        reply = await link.exchange(frame.data, frame.expected, silence=silence)
        exception, data = self._framing.unpack(reply.data)
        self._sync.end(ticket, exception)
        if exception is not None:
            raise device_error(self.number, request, exception)
        return Answer(data, reply.time)
