"""DL/T 645-2007, the protocol of Chinese electricity meters. Pure.

Source: DL/T 645-2007, sections on the data link layer and reading; see the profile dlt645-2007.

    FE FE FE FE 68 address(6) 68 control length data sum 16

Two decimal digits a byte, low byte first, for the address as for numbers; 33h is added to every
byte of the data; the sum is of all bytes from the first 68, one byte. Read data is 11h, its data
the identifier (4 bytes); the answer is 91h with the identifier and the value, a refusal D1h with
one byte of error bits and no identifier.
"""

from collections.abc import Iterator, Mapping

from drivers.errors import (
    ChecksumError,
    DeviceError,
    DriverError,
    ForeignReplyError,
    IllegalAddressError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.shown import NOISE_LIMIT, shown

FORM = "[0-9]{12}"
"""An address: twelve digits, as on the meter's plate. Wildcards (AAh) would hide who answers."""
START, END = 0x68, 0x16
PREAMBLE = b"\xfe\xfe\xfe\xfe"
"""Wakes the meter; it may send up to as many in front of its reply."""
OFFSET = 0x33
READ, ANSWER, REFUSAL = 0x11, 0x91, 0xD1
IDENTIFIER = 4
HEAD = 10
"""Bytes in front of the data: start, address (1 to 6), start, control code (8), length (9)."""
OVERHEAD = HEAD + 2
ERRORS = {
    0x01: "other error",
    0x02: "no such data",
    0x04: "wrong password or no permission",
    0x08: "baud rate cannot be changed",
    0x10: "too many seasons",
    0x20: "too many periods of the day",
    0x40: "too many rates",
}
"""Bits of the error byte (annex C)."""
NO_SUCH_DATA = 0x02


class Dlt645:
    """The protocol at one address. Implements ``drivers.binary.codec.Codec``.

    ``sizes`` are the bytes of each item's value; a reply of another length is malformed, since a
    number of more or fewer digits would have its point elsewhere.
    """

    unmarked: frozenset[int] = frozenset()

    def __init__(self, address: str, sizes: Mapping[int, int]) -> None:
        self._address = address
        self._sizes = sizes
        self.probes = tuple(sizes)

    def request(self, item: int) -> bytes:
        """See ``Codec``."""
        data = _coded(item.to_bytes(IDENTIFIER, "little"))
        body = bytes([START, *self._wired, START, READ, len(data)]) + data
        return PREAMBLE + body + bytes([sum(body) & 0xFF, END])

    def expected(self, item: int, *, alone: bool) -> "Dlt645Reply":
        """See ``Codec``."""
        length = len(PREAMBLE) + self.length(item)
        return Dlt645Reply(self._address, self._wired, item, length, alone=alone)

    def unpack(self, item: int, reply: bytes) -> bytes:
        """See ``Codec``."""
        data = _decoded(reply[HEAD:-2])
        if reply[8] == REFUSAL:
            raise _refusal(self._address, item, data[0])
        value = data[IDENTIFIER:]
        if len(value) != self._sizes[item]:
            raise ReplyError(
                f"meter {self._address}: item {item:08X} has {len(value)} bytes, "
                f"not {self._sizes[item]}: {value[::-1].hex()}"
            )
        return value

    def verify(self, item: int, data: bytes) -> None:
        """Nothing to compare: every reply has the meter's address."""

    def length(self, item: int) -> int:
        """See ``Codec``."""
        return OVERHEAD + IDENTIFIER + self._sizes[item]

    @property
    def _wired(self) -> bytes:
        return bytes.fromhex(self._address)[::-1]


class Dlt645Reply:
    """Recognises one reply, passing over noise, the echo of the request and other frames."""

    def __init__(self, address: str, wired: bytes, item: int, length: int, *, alone: bool) -> None:
        self.length = length
        self._who = f"meter {address}"
        self._address = wired
        self._identifier = _coded(item.to_bytes(IDENTIFIER, "little"))
        self._alone = alone

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """See ``Expected``."""
        for start, end in _frames(bytes(buffer)):
            if self._answers(bytes(buffer[start:end])):
                return start, end
        if len(buffer) > NOISE_LIMIT:
            raise ReplyError(f"{self._who}: {len(buffer)} bytes and no reply: {shown(buffer)}")
        return None

    def explain(self, buffer: bytes) -> DriverError:
        """See ``Expected``."""
        frames = [buffer[start:end] for start, end in _frames(buffer)]
        answers = [frame for frame in frames if frame[8] & 0x80]
        if answers:
            return ForeignReplyError(f"{self._who}: another reply came: {shown(answers[-1])}")
        came = buffer[frames_end(buffer) :].lstrip(PREAMBLE[:1])
        if not came:
            return ReplyTimeoutError(f"{self._who} does not answer")
        if came[0] == START and came[-1] == END:
            return ChecksumError(f"{self._who}: wrong checksum: {shown(came)}")
        return ReplyError(f"{self._who}: no frame came, but {shown(came)}")

    def _answers(self, frame: bytes) -> bool:
        if frame[1:7] != self._address:
            return False
        if frame[8] == ANSWER:
            return frame[HEAD:-2].startswith(self._identifier)
        return frame[8] == REFUSAL and frame[9] == 1 and self._alone


def frames_end(buffer: bytes) -> int:
    """The byte behind the last whole frame; 0 when there is none."""
    return max((end for _, end in _frames(buffer)), default=0)


def _frames(buffer: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of every undamaged frame."""
    start = buffer.find(START)
    while start >= 0:
        end = _end_of(buffer, start)
        if end:
            yield start, end
        start = buffer.find(START, end or start + 1)


def _end_of(buffer: bytes, start: int) -> int:
    """The byte behind the frame that begins at ``start``; 0 when none does, or not whole."""
    if start + OVERHEAD > len(buffer) or buffer[start + 7] != START:
        return 0
    end = start + OVERHEAD + buffer[start + 9]
    if end > len(buffer) or buffer[end - 1] != END:
        return 0
    return end if sum(buffer[start : end - 2]) & 0xFF == buffer[end - 2] else 0


def _refusal(address: str, item: int, error: int) -> DeviceError:
    said = [words for bit, words in ERRORS.items() if error & bit]
    text = f"meter {address} refuses item {item:08X}: {', '.join(said) or f'error {error:#04x}'}"
    return IllegalAddressError(text) if error == NO_SUCH_DATA else DeviceError(text)


def _coded(data: bytes) -> bytes:
    return bytes((byte + OFFSET) & 0xFF for byte in data)


def _decoded(data: bytes) -> bytes:
    return bytes((byte - OFFSET) & 0xFF for byte in data)
