"""Setting one coil of a unit: the only thing this package ever writes.

Function 5 of Modbus Application Protocol V1.1b3, section 6.5; the reply is an echo of the request,
and so is what an RS-485 adapter with an echo sends back. So the coil is read back (function 1,
section 6.1): only that shows that the unit has done it. For lamps and horns, which have to be
allowed in the configuration one by one; instruments are read and never written to.
"""

from typing import Protocol

import msgspec

from drivers.errors import ReplyError
from drivers.modbus.crc import crc
from drivers.modbus.framing import (
    Frame,
    RtuFraming,
    RtuReply,
    TcpFraming,
    TcpReply,
    transaction,
)
from drivers.modbus.pdu import EXCEPTION, Request, device_error
from drivers.modbus.unit import rtu_silence
from drivers.transport.link import Link
from drivers.transport.reply import Settings

WRITE_COIL = 5
READ_COILS = 1
_RTU_LENGTH = 8
_TCP_LENGTH = 12


class CoilWrite(msgspec.Struct, frozen=True):
    """Switch the coil at protocol address ``address`` (counted from 0) on or off."""

    address: int
    on: bool

    @property
    def pdu(self) -> bytes:
        """The request, and the reply to it, without unit, length or checksum."""
        return bytes([WRITE_COIL, *self.address.to_bytes(2, "big"), 0xFF if self.on else 0, 0])

    def __str__(self) -> str:
        return f"function {WRITE_COIL}, coil {self.address} {'on' if self.on else 'off'}"


class Framing(Protocol):
    """How requests to read are framed."""

    def frame(self, unit: int, request: Request) -> Frame:
        """The frame for this request."""
        ...

    def unpack(self, reply: bytes) -> tuple[int | None, bytes]:
        """Exception code (None: none) and data of a reply that was found."""
        ...


class CoilUnit:
    """One unit with coils. ``tcp`` is the framing (MBAP instead of RTU), whatever the link.

    With ``verify`` each coil is read back after it was set.
    """

    def __init__(self, number: int, *, tcp: bool = False, verify: bool = True) -> None:
        self._number, self._tcp, self._verify = number, tcp, verify
        self._framing: Framing = TcpFraming() if tcp else RtuFraming()

    async def write(self, link: Link, address: int, *, on: bool) -> None:
        """Switch a coil, and see that it is switched.

        Raises:
            TransportError: the line is lost.
            DriverError: no answer, or a refusal.
            ReplyError: it is not as it was set.
        """
        request = CoilWrite(address, on)
        make = tcp_frame if self._tcp else rtu_frame
        await self._ask(link, make(self._number, request), request)
        if self._verify and await self.read(link, address) is not on:
            raise ReplyError(f"unit {self._number}: {request}: confirmed, and read back otherwise")

    async def read(self, link: Link, address: int) -> bool:
        """Whether a coil is on.

        Raises:
            TransportError: the line is lost.
            DriverError: no answer, or a refusal.
        """
        request = Request(READ_COILS, address, 1)
        data = await self._ask(link, self._framing.frame(self._number, request), request)
        return bool(data[0] & 1)

    def cost(self, line: Settings) -> float:
        """Seconds a write takes the line for if there is no reply."""
        return line.timeout + line.quiet

    async def _ask(self, link: Link, frame: Frame, request: Request | CoilWrite) -> bytes:
        silence = 0.0 if self._tcp else rtu_silence(link.settings.character)
        reply = await link.exchange(frame.data, frame.expected, silence=silence)
        exception, data = self._framing.unpack(reply.data)
        if exception is not None:
            raise device_error(self._number, request, exception)
        return data


def rtu_frame(unit: int, request: CoilWrite) -> Frame:
    """The request on a serial line, or through TCP with RTU framing."""
    body = bytes([unit]) + request.pdu
    sent = body + crc(body)
    refusal = bytes([unit, WRITE_COIL | EXCEPTION])
    return Frame(sent, RtuReply(sent, body, refusal, _RTU_LENGTH))


def tcp_frame(unit: int, request: CoilWrite) -> Frame:
    """The next request in Modbus TCP; each has a number of its own."""
    number = transaction()
    body = number + bytes([0, 0, 0, 6, unit]) + request.pdu
    refusal = number + bytes([0, 0, 0, 3, unit, WRITE_COIL | EXCEPTION])
    return Frame(body, TcpReply(body, refusal, _TCP_LENGTH))
