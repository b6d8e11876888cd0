"""Transactions with one instrument: an item, and its data or an error, never another's reply."""

import contextlib

import msgspec

from drivers.binary.codec import Codec
from drivers.binary.keys import Wire
from drivers.binary.sync import Sync
from drivers.errors import DeviceError, ForeignReplyError, ReplyError
from drivers.transport.link import Link
from drivers.transport.reply import Reply

RESYNC_ATTEMPTS = 3
"""Markers read in one go while the instrument answers, but in a way that proves nothing."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """Data of a reply, and when it was measured (ns since 1970 UTC)."""

    item: int
    data: bytes
    time: int


class Unit:
    """One instrument on a bus, across reconnections of that bus."""

    def __init__(self, codec: Codec, wire: Wire) -> None:
        self._codec = codec
        self._wire = wire
        self._sync = Sync(codec.unmarked)

    async def ask(self, link: Link, item: int | None = None) -> Answer:
        """Ask for an item; for None any will do, and another one than the last is asked for.

        After a failure this finds the step again: by the request itself where its reply is
        proof enough, otherwise by a marker first.

        Raises:
            DeviceError: the instrument refuses.
            IdentityError: it is another, or configured otherwise.
            DriverError: no answer.
        """
        wanted = self._sync.choose(self._codec.probes) if item is None else item
        if not self._sync.provable(wanted):
            await self._resynchronise(link)
        reply = await self._exchange(link, wanted)
        data = self._codec.unpack(wanted, reply.data)
        self._codec.verify(wanted, data)
        return Answer(wanted, data, reply.time)

    async def probe(self, link: Link) -> None:
        """One short exchange, after which no late reply can be taken for a new one's answer.

        Raises:
            DriverError: the instrument does not answer, or in a way that proves nothing.
        """
        if self._sync.suspect:
            await self._resynchronise(link)
            return
        item = self._sync.choose(self._codec.probes, known=True)
        reply = await self._exchange(link, item)
        with contextlib.suppress(DeviceError, ReplyError):  # an answer it is, whatever it says
            self._codec.verify(item, self._codec.unpack(item, reply.data))

    async def _resynchronise(self, link: Link) -> None:
        for _ in range(RESYNC_ATTEMPTS):
            await self._exchange(link, self._sync.choose(self._codec.probes, known=True))
            if not self._sync.suspect:
                return
        raise ForeignReplyError("replies came, but none that must be the answer to its request")

    async def _exchange(self, link: Link, item: int) -> Reply:
        """One request and what fits it; whether that is certain, ``Sync`` knows then."""
        ticket = self._sync.begin(item)
        reply = await link.exchange(
            self._codec.request(item),
            self._codec.expected(item, alone=ticket.alone),
            timeout=max(self._wire.timeout, link.settings.timeout),
            silence=self._wire.silence,
        )
        self._sync.end(ticket)
        return reply
