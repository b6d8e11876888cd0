"""What can go wrong, when it does, and how a reply is damaged. Pure: no clock, no I/O."""

from random import Random
from typing import Literal, TypeAlias

import msgspec

from simulators.device import Device
from simulators.dialogue import TextDevice

Framing: TypeAlias = Literal["rtu", "tcp", "text", "binary"]
"""What is spoken on a wire: Modbus RTU or TCP, lines of text, frames of another protocol."""
WAKING = b"\xfe"
"""What a meter sends in front of a frame, as often as it likes: no checksum covers it."""
CHECKED: tuple[Framing, ...] = ("rtu", "binary")
"""Framings whose frames end in a checksum."""
ADDRESSED: tuple[Framing, ...] = ("rtu", "tcp")
"""Framings whose replies carry the address of the unit."""
MOST_NOISE = 12
"""Stray bytes after a reply, at most."""

SILENCE = "silence"
LATE = "late"
STALL = "stall"
GARBLE = "garble"
SPLIT = "split"
CHECKSUM = "checksum"
FOREIGN = "foreign"
NOISE = "noise"
DISCONNECT = "disconnect"

WIRE_FAULTS = {
    SILENCE: "requests are not answered",
    LATE: "replies come `delay` later; the device takes other requests meanwhile",
    STALL: "replies come `delay` later, and what is asked meanwhile is answered after them",
    GARBLE: "one byte of the reply is wrong",
    SPLIT: "the reply stops in the middle for `delay`",
    CHECKSUM: "the checksum of the reply is wrong (framings rtu and binary, some text devices)",
    FOREIGN: "the reply carries the address of another unit (framings rtu and tcp)",
    NOISE: "stray bytes follow the reply",
    DISCONNECT: "TCP: closed and not reachable; pty: gone, and back under the same path",
}
"""Faults of any device; its model may know more, as its events."""

HEADER = 7
"""Bytes of a Modbus TCP frame in front of the function code."""


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of one device.

    It begins ``at`` seconds after the lab's start (or after its injection), lasts for
    ``duration`` seconds (None: for ever; a disconnection: for a moment) and comes back
    ``every`` so many seconds. While it lasts it strikes each reply with ``probability``, at
    most ``count`` replies in all. ``delay`` is seconds, ``channel`` is for events. ``seed`` makes
    its chance its own; None: the lab's.
    """

    device: str
    kind: str
    at: float = 0.0
    duration: float | None = None
    every: float | None = None
    probability: float = 1.0
    count: int | None = None
    delay: float = 1.0
    channel: str = ""
    seed: int | None = None

    @property
    def mistake(self) -> str:
        """What about its numbers makes no sense; empty when they do."""
        times = (self.at, self.duration or 0.0, self.every or 0.0, self.delay)
        if not all(time >= 0 for time in times) or self.every == 0:
            return "times are not negative, and every is not 0"
        if not 0 <= self.probability <= 1:
            return "a probability is from 0 to 1"
        return "a count is at least 1" if self.count is not None and self.count < 1 else ""

    @property
    def strikes_replies(self) -> bool:
        """True for what happens to single replies, False for what begins and ends in time."""
        if self.kind == DISCONNECT:
            return self.probability < 1 or self.count is not None
        return self.kind in WIRE_FAULTS

    def active(self, elapsed: float) -> bool:
        """Whether the fault is on, ``elapsed`` seconds after the start."""
        since = elapsed - self.at
        if since < 0:
            return False
        if self.every is not None:
            since %= self.every
        return self.duration is None or since < self.duration

    def past(self, elapsed: float) -> bool:
        """Whether it has been on for the last time; what begins and ends says so itself."""
        if not self.strikes_replies or self.every is not None or self.duration is None:
            return False
        return elapsed >= self.at + self.duration

    def next_begin(self, elapsed: float) -> float | None:
        """When the fault begins the next time, at or after ``elapsed``; None when never."""
        if elapsed <= self.at:
            return self.at
        if self.every is None:
            return None
        return self.at + -(-(elapsed - self.at) // self.every) * self.every


def objection(fault: Fault, device: Device, framing: Framing) -> str:
    """Why a fault cannot happen to a device on a wire of some framing; empty when it can."""
    known = [*WIRE_FAULTS, *device.events]
    if fault.kind not in known:
        return f"{device.model} knows {', '.join(known)}; not {fault.kind!r}"
    if fault.kind == CHECKSUM and framing not in CHECKED and not _checksummed(device):
        return f"{device.model} sends no checksum on framing {framing}"
    if fault.kind == FOREIGN and framing not in ADDRESSED:
        return f"{device.model} sends no address on framing {framing}"
    if fault.channel and (fault.channel not in device.channels or fault.kind in WIRE_FAULTS):
        return f"{fault.kind} of channel {fault.channel!r} is not possible"
    return ""


def _checksummed(device: Device) -> bool:
    return isinstance(device, TextDevice) and device.checksummed


def garble(data: bytes, framing: Framing, random: Random) -> bytes:
    """One byte changed, so that a careful reader can notice.

    RTU and other frames with a checksum: any byte, the checksum tells. Text: the high bit of a
    character, as a parity error does. Modbus TCP has no checksum: the function code.
    """
    if not data:
        return data
    if framing == "tcp":
        return _flip(data, min(HEADER, len(data) - 1), 0x40)
    if framing in CHECKED:
        first = len(data) - len(data.lstrip(WAKING)) if framing == "binary" else 0
        return _flip(data, random.randrange(first % len(data), len(data)), random.randint(1, 255))
    printable = [index for index, byte in enumerate(data) if byte not in b"\r\n"]
    return _flip(data, random.choice(printable or [0]), 0x80)


def spoil_checksum(data: bytes, place: int = -1) -> bytes:
    """A frame with a wrong checksum (a byte of it is at ``place``) and everything else right."""
    return _flip(data, place % len(data), 0x01)


def spoil_digit(data: bytes, place: int) -> bytes:
    """The same for text, where the checksum is hexadecimal digits and stays so."""
    index = place % len(data)
    digit = b"1" if data[index : index + 1] == b"0" else b"0"
    return data[:index] + digit + data[index + 1 :]


def stray(random: Random) -> bytes:
    """What a disturbance of the line looks like to whoever listens."""
    return random.randbytes(random.randint(1, MOST_NOISE))


def _flip(data: bytes, index: int, mask: int) -> bytes:
    return data[:index] + bytes([data[index] ^ mask]) + data[index + 1 :]
