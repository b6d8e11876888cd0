"""Frames on the line, and the one reply that answers a request.

RTU (Modbus over Serial Line V1.02): unit, PDU, CRC. Nothing in a reply says which request it
answers; unit, function and byte count are all there is, so a reply with the right header may
still be a late one to an earlier request: ``drivers.modbus.sync`` rules that out.

TCP (Modbus Messaging on TCP/IP V1.0b): the MBAP header carries a transaction number that the
reply repeats, so a late reply never matches.

Both searches run over everything that has arrived since the request and skip what is not the
reply: noise, an echo of the request, frames of other units or of earlier requests.
"""

import itertools

import msgspec

from drivers.errors import ChecksumError, DriverError, ForeignReplyError, ReplyError
from drivers.errors import ReplyTimeoutError as NoReply
from drivers.modbus.crc import crc, intact
from drivers.modbus.pdu import EXCEPTION, Request
from drivers.shown import NOISE_LIMIT, shown
from drivers.transport.reply import Expected

_RTU_EXCEPTION_LENGTH = 5
RTU_OVERHEAD = 5
"""Bytes of an RTU reply beyond its data."""

_MBAP_HEADER = 6
TCP_OVERHEAD = 9
"""Bytes of a TCP reply beyond its data."""


class Frame(msgspec.Struct, frozen=True):
    """A request as it goes out, and how to recognise its reply."""

    data: bytes
    expected: Expected


class RtuReply(msgspec.Struct, frozen=True):
    """Finds ``unit function count data crc`` or the exception to this request."""

    sent: bytes
    header: bytes
    refusal: bytes
    length: int

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """See ``drivers.transport.reply.Expected``."""
        end = self.length
        if len(buffer) == end and buffer.startswith(self.header) and intact(buffer):
            return 0, end
        if len(buffer) > NOISE_LIMIT:
            raise ReplyError(f"{len(buffer)} bytes and no reply among them: {shown(buffer)}")
        return _find_intact(buffer, self.header, end) or _find_intact(
            buffer, self.refusal, _RTU_EXCEPTION_LENGTH
        )

    def explain(self, buffer: bytes) -> DriverError:
        """See ``drivers.transport.reply.Expected``."""
        rest = buffer.replace(self.sent, b"", 1)
        if not rest:
            echo = " (only an echo of the request)" if buffer else ""
            return NoReply(f"unit {self.sent[0]}: no reply{echo}")
        foreign = _any_frame(rest)
        if foreign is not None:
            return ForeignReplyError(
                f"unit {self.sent[0]}: got a reply to something else: {shown(foreign)}"
            )
        at = rest.find(self.header)
        if at < 0:
            return ReplyError(f"unit {self.sent[0]}: not a Modbus reply: {shown(rest)}")
        if len(rest) - at < self.length:
            got = f"{len(rest) - at} of {self.length} bytes"
            return NoReply(f"unit {self.sent[0]}: only {got}: {shown(rest)}")
        return ChecksumError(f"unit {self.sent[0]}: wrong checksum: {shown(rest)}")


class RtuFraming:
    """Modbus RTU, on a serial line or through TCP. Frames are made once for each request."""

    def __init__(self) -> None:
        self._frames: dict[tuple[int, Request], Frame] = {}

    def frame(self, unit: int, request: Request) -> Frame:
        """The frame for this request."""
        found = self._frames.get((unit, request))
        if found is None:
            found = self._frames[unit, request] = _rtu_frame(unit, request)
        return found

    def unpack(self, reply: bytes) -> tuple[int | None, bytes]:
        """Exception code (None: none) and data of a reply that was found."""
        if reply[1] & EXCEPTION:
            return reply[2], b""
        return None, reply[3:-2]


class TcpReply(msgspec.Struct, frozen=True, gc=False):
    """Finds the reply that repeats this request's transaction number."""

    header: bytes
    refusal: bytes
    length: int

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """See ``drivers.transport.reply.Expected``."""
        for header, length in ((self.header, self.length), (self.refusal, TCP_OVERHEAD)):
            at = buffer.find(header)
            if at >= 0:
                return (at, at + length) if len(buffer) >= at + length else None
        if len(buffer) > NOISE_LIMIT:
            raise ReplyError(f"{len(buffer)} bytes and no reply among them: {shown(buffer)}")
        return None

    def explain(self, buffer: bytes) -> DriverError:
        """See ``drivers.transport.reply.Expected``."""
        unit = self.header[_MBAP_HEADER]
        if not buffer:
            return NoReply(f"unit {unit}: no reply")
        if self.header in buffer or self.refusal in buffer or len(buffer) < TCP_OVERHEAD:
            return NoReply(f"unit {unit}: only part of a reply: {shown(buffer)}")
        if buffer[2:4] == b"\0\0":
            return ForeignReplyError(f"unit {unit}: got a reply to something else: {shown(buffer)}")
        return ReplyError(f"unit {unit}: not a Modbus TCP reply: {shown(buffer)}")


_transactions = itertools.count(1)
# One sequence for the whole process: two drivers on one connection never use the same number.


def transaction() -> bytes:
    """The next transaction number."""
    return (next(_transactions) & 0xFFFF).to_bytes(2, "big")


class TcpFraming:
    """Modbus TCP."""

    def __init__(self) -> None:
        self._tails: dict[tuple[int, Request], tuple[bytes, bytes, bytes, int]] = {}

    def frame(self, unit: int, request: Request) -> Frame:
        """The next frame for this request; each has a number of its own."""
        tails = self._tails.get((unit, request))
        if tails is None:
            tails = self._tails[unit, request] = _mbap_tails(unit, request)
        number = transaction()
        sent, header, refusal, length = tails
        return Frame(number + sent, TcpReply(number + header, number + refusal, length))

    def unpack(self, reply: bytes) -> tuple[int | None, bytes]:
        """Exception code (None: none) and data of a reply that was found."""
        if reply[7] & EXCEPTION:
            return reply[8], b""
        return None, reply[9:]


def _rtu_frame(unit: int, request: Request) -> Frame:
    body = bytes([unit]) + request.pdu
    sent = body + crc(body)
    header = bytes([unit, request.function, request.byte_count])
    refusal = bytes([unit, request.function | EXCEPTION])
    return Frame(sent, RtuReply(sent, header, refusal, request.byte_count + RTU_OVERHEAD))


def _mbap_tails(unit: int, request: Request) -> tuple[bytes, bytes, bytes, int]:
    """What follows the transaction number: in the request, a reply, a refusal; reply length."""
    count = request.byte_count
    sent = bytes([0, 0, 0, 6, unit]) + request.pdu
    header = bytes([0, 0, *(count + 3).to_bytes(2, "big"), unit, request.function, count])
    refusal = bytes([0, 0, 0, 3, unit, request.function | EXCEPTION])
    return sent, header, refusal, count + TCP_OVERHEAD


def _find_intact(buffer: bytearray, prefix: bytes, length: int) -> tuple[int, int] | None:
    at = buffer.find(prefix)
    while 0 <= at <= len(buffer) - length:
        if intact(buffer[at : at + length]):
            return at, at + length
        at = buffer.find(prefix, at + 1)
    return None


def _any_frame(buffer: bytes) -> bytes | None:
    """The first intact reply of whatever unit and function 1 to 4 in the buffer."""
    for at in range(len(buffer) - _RTU_EXCEPTION_LENGTH + 1):
        function = buffer[at + 1]
        if function & ~EXCEPTION not in (1, 2, 3, 4):
            continue
        data = 0 if function & EXCEPTION else buffer[at + 2]
        candidate = buffer[at : at + RTU_OVERHEAD + data]
        if len(candidate) == RTU_OVERHEAD + data and intact(candidate):
            return candidate
    return None
