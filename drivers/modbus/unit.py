"""Transactions with one unit: a request, and its answer or an error, never another's answer."""

from collections.abc import Sequence

import msgspec

from drivers.errors import DeviceError, ForeignReplyError
from drivers.modbus.framing import Framing
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


class Unit:
    """One unit on a bus, across reconnections of that bus."""

    def __init__(
        self, number: int, framing: Framing, probes: Sequence[Request], silence: float = 0.0
    ) -> None:
        self.number = number
        self._framing = framing
        self._probes = probes
        self._silence = silence
        self._sync = Sync()

    async def ask(self, link: Link, request: Request) -> Answer:
        """Send a request; after an earlier failure, first make sure of being in step.

        Raises:
            DeviceError: the unit refuses; IllegalAddressError when it has no such register.
            DriverError: no answer.
        """
        if self._sync.suspect:
            await self._resynchronise(link)
        return await self._transact(link, request)

    async def probe(self, link: Link) -> None:
        """One short exchange that ends in step.

        Raises:
            DriverError: the unit does not answer, or in a way that proves nothing.
        """
        if self._sync.suspect:
            await self._resynchronise(link)
            return
        try:
            await self._transact(link, self._probes[0])
        except DeviceError:
            return  # a refusal is an answer, and nothing else was outstanding

    async def _resynchronise(self, link: Link) -> None:
        error: DeviceError | None = None
        for _ in range(RESYNC_ATTEMPTS):
            try:
                await self._transact(link, self._sync.choose(self._probes))
            except DeviceError as refusal:
                error = refusal
            if not self._sync.suspect:
                return
        raise error or ForeignReplyError(f"unit {self.number}: cannot get in step")

    async def _transact(self, link: Link, request: Request) -> Answer:
        frame = self._framing.frame(self.number, request)
        if self._framing.numbered:
            reply = await link.exchange(frame.data, frame.expected, silence=self._silence)
            exception, data = self._framing.unpack(reply.data)
        else:
            ticket = self._sync.begin(request)
            silence = max(self._silence, rtu_silence(link.settings.character))
            reply = await link.exchange(frame.data, frame.expected, silence=silence)
            exception, data = self._framing.unpack(reply.data)
            self._sync.end(ticket, exception)
        if exception:
            raise device_error(self.number, request, exception)
        return Answer(data, reply.time)
