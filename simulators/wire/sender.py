"""Sends answers over a line, one at a time, at its pace, and with the faults that are due."""

import asyncio
import time
from random import Random

from simulators.faults import (
    CHECKSUM,
    DISCONNECT,
    FOREIGN,
    GARBLE,
    LATE,
    NOISE,
    SILENCE,
    SPLIT,
    STALL,
    Fault,
    Framing,
    garble,
    spoil_checksum,
    spoil_digit,
    stray,
)
from simulators.injection import FaultBoard
from simulators.served import Served, ServedLog
from simulators.wire.endpoint import Session
from simulators.wire.message import Outgoing
from simulators.wire.modbus import of_another
from simulators.wire.pace import Pace


class Sender:
    """The sending half of a wire.

    Replies that a fault holds back are tasks of ``group``, so that they keep nobody waiting.
    """

    def __init__(
        self, name: str, pace: Pace, faults: FaultBoard, served: ServedLog, group: asyncio.TaskGroup
    ) -> None:
        self._name = name
        self._pace = pace
        self._faults = faults
        self._served = served
        self._group = group
        self._line = asyncio.Lock()
        self._random = Random(name)

    async def send(self, session: Session, framing: Framing, outgoing: Outgoing) -> None:
        """Send an answer, or let a fault have it. Returns when the line is free again."""
        taken = time.time_ns()
        name = outgoing.station.name
        faults = self._faults.strikes(name, asyncio.get_running_loop().time())
        self._served.count(name, struck=bool(faults))
        if DISCONNECT in faults:
            session.drop()
        elif SILENCE not in faults:
            reply = _Reply(session, framing, outgoing, taken, faults)
            if late := faults.get(LATE):
                self._group.create_task(
                    self._send_late(reply, late.delay), name=f"wire {self._name}: late reply"
                )
            else:
                if stall := faults.get(STALL):
                    await asyncio.sleep(stall.delay)
                await self._transmit(reply)

    async def _send_late(self, reply: "_Reply", delay: float) -> None:
        await asyncio.sleep(delay)
        await self._transmit(reply)

    async def _transmit(self, reply: "_Reply") -> None:
        data = reply.damaged(self._random)
        async with self._line:
            sent = await self._write(reply, data)
            if NOISE in reply.faults:
                await self._paced(reply.session, stray(self._random))
        if sent and data == reply.outgoing.data:
            self._served.add(reply.served())

    async def _write(self, reply: "_Reply", data: bytes) -> bool:
        split = reply.faults.get(SPLIT)
        if split is None or len(data) < 2:  # noqa: PLR2004 - two pieces need two bytes
            return await self._paced(reply.session, data)
        middle = len(data) // 2
        first = await self._paced(reply.session, data[:middle])
        await asyncio.sleep(split.delay)
        return await self._paced(reply.session, data[middle:]) and first

    async def _paced(self, session: Session, data: bytes) -> bool:
        """Write in pieces, each when its last character would have arrived."""
        loop = asyncio.get_running_loop()
        begin, step, sent = loop.time(), self._pace.piece, True
        for start in range(0, len(data), step):
            piece = data[start : start + step]
            due = begin + self._pace.sent(start + len(piece))
            await asyncio.sleep(max(0.0, due - loop.time()))
            sent = session.write(piece) and sent
        return sent


class _Reply:
    """An answer on its way."""

    def __init__(
        self,
        session: Session,
        framing: Framing,
        outgoing: Outgoing,
        taken: int,
        faults: dict[str, Fault],
    ) -> None:
        self.session = session
        self.outgoing = outgoing
        self.faults = faults
        self._framing: Framing = framing
        self._taken = taken

    def damaged(self, random: Random) -> bytes:
        """The bytes as they go over the line."""
        data = self.outgoing.data
        if FOREIGN in self.faults:
            data = of_another(data, self._framing)
        if GARBLE in self.faults:
            data = garble(data, self._framing, random)
        if CHECKSUM in self.faults:
            spoil = spoil_digit if self._framing == "text" else spoil_checksum
            data = spoil(data, self.outgoing.checksum)
        return data

    def served(self) -> Served:
        """The line of the served log."""
        outgoing = self.outgoing
        late = LATE in self.faults or STALL in self.faults
        return Served(
            self._taken, outgoing.station.name, outgoing.values, outgoing.request, late=late
        )
