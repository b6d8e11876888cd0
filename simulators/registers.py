"""What a Modbus device is to its master: banks of 16-bit registers that hold points."""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from simulators.device import Device, Value

if TYPE_CHECKING:
    from simulators.coils import Coils

Words: TypeAlias = Sequence[int]
"""Contents of registers."""

ILLEGAL_FUNCTION = 1
ILLEGAL_ADDRESS = 2
ILLEGAL_VALUE = 3

READ_HOLDING = 3
READ_INPUT = 4
WRITE_ONE = 6
WRITE_MANY = 16


class ModbusRefusal(Exception):  # noqa: N818 - an answer of the device, not an error of ours
    """The device answers with an exception code instead of doing what is asked."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code}")
        self.code = code


def demand(right: bool, code: int = ILLEGAL_VALUE) -> None:  # noqa: FBT001 - what it demands
    """Refuse what is asked, as an illegal value or with another exception, unless it is right.

    Raises:
        ModbusRefusal: it is not right.
    """
    if not right:
        raise ModbusRefusal(code)


class Encoded(msgspec.Struct, frozen=True):
    """A value as it goes over the wire: its registers, and the number they stand for."""

    words: tuple[int, ...]
    value: Value


def float32(value: float) -> Encoded:
    """An IEEE 754 single in two registers, high word first, rounded as the device rounds it."""
    raw = struct.pack(">f", value)
    high, low = struct.unpack(">HH", raw)
    return Encoded((high, low), struct.unpack(">f", raw)[0])


def low_word_first(encoded: Encoded) -> Encoded:
    """The same number with its registers the other way round."""
    return Encoded(encoded.words[::-1], encoded.value)


def to_float(words: Words) -> float:
    """The number in two registers, high word first, that hold an IEEE 754 single."""
    return struct.unpack(">f", struct.pack(">HH", *words))[0]


def int16(value: float, decimals: int = 0) -> Encoded:
    """A signed register holding ``value`` times ten to the ``decimals``, clipped to 16 bits."""
    raw = max(-0x8000, min(0x7FFF, round(value * 10**decimals)))
    return Encoded((raw & 0xFFFF,), raw / 10**decimals if decimals else raw)


def uint16(value: int) -> Encoded:
    """An unsigned register."""
    return Encoded((value & 0xFFFF,), value & 0xFFFF)


def uint32(value: int) -> Encoded:
    """An unsigned number in two registers, high word first."""
    return Encoded((value >> 16 & 0xFFFF, value & 0xFFFF), value)


def int32(value: float, decimals: int = 0) -> Encoded:
    """A signed number in two registers, high word first: ``value`` times ten to ``decimals``."""
    raw = round(value * 10**decimals)
    return Encoded((raw >> 16 & 0xFFFF, raw & 0xFFFF), raw / 10**decimals if decimals else raw)


def signed(word: int) -> int:
    """The signed number a register holds."""
    return word - 0x10000 if word & 0x8000 else word


class Point(msgspec.Struct, frozen=True):
    """One parameter of the device: where it is, how it reads, and whether it can be written.

    ``write`` gets as many registers as the point has; it raises ModbusRefusal. ``channel`` is
    empty for what is no channel.
    """

    address: int
    length: int
    read: Callable[[], Encoded]
    channel: str = ""
    write: Callable[[Words], None] | None = None

    @property
    def end(self) -> int:
        """The address behind the point."""
        return self.address + self.length


class Reading(msgspec.Struct, frozen=True):
    """Registers read, and the channels that lay wholly within them."""

    words: list[int]
    values: dict[str, Value]


class Bank:
    """Registers of one kind.

    Args:
        points: the parameters.
        exists: addresses that can be read; those without a parameter hold ``filler``.
        limit: the most registers one request may read.
        whole: a request must not begin or end inside a parameter, nor on an odd register.
    """

    def __init__(
        self,
        points: Iterable[Point],
        exists: Iterable[range],
        *,
        limit: int = 125,
        filler: int = 0,
        whole: bool = False,
    ) -> None:
        self._points = {point.address: point for point in points}
        self._exists = frozenset(address for part in exists for address in part)
        self._limit = limit
        self._filler = filler
        self._whole = whole

    def read(self, address: int, count: int) -> Reading:
        """The contents of ``count`` registers from ``address``.

        Raises:
            ModbusRefusal: too many, or not there.
        """
        self._check(address, count)
        words = [self._filler] * count
        values: dict[str, Value] = {}
        for start in range(address - 1, address + count):
            if point := self._points.get(start):
                self._place(point, address, words, values)
        return Reading(words, values)

    def channels(self) -> dict[str, Value]:
        """What all points that are channels hold."""
        points = self._points.values()
        return {point.channel: point.read().value for point in points if point.channel}

    def write(self, address: int, words: Words) -> None:
        """Write registers; every parameter touched must be written whole.

        Raises:
            ModbusRefusal: not there, not to be written, or a value the device does not take.
        """
        position, end = address, address + len(words)
        while position < end:
            point = self._points.get(position)
            if point is None or point.write is None or point.end > end:
                raise ModbusRefusal(ILLEGAL_ADDRESS)
            point.write(words[position - address : point.end - address])
            position = point.end

    def _check(self, address: int, count: int) -> None:
        if not 1 <= count <= self._limit:
            raise ModbusRefusal(ILLEGAL_VALUE)
        if not all(register in self._exists for register in range(address, address + count)):
            raise ModbusRefusal(ILLEGAL_ADDRESS)
        if self._whole and (address % 2 or count % 2):
            raise ModbusRefusal(ILLEGAL_ADDRESS)

    @staticmethod
    def _place(point: Point, address: int, words: list[int], values: dict[str, Value]) -> None:
        encoded = point.read()
        for offset, word in enumerate(encoded.words):
            index = point.address + offset - address
            if 0 <= index < len(words):
                words[index] = word
        inside = point.address >= address and point.end <= address + len(words)
        if point.channel and inside:
            values[point.channel] = encoded.value


class ModbusDevice(Device):
    """A device that is a Modbus unit with registers."""

    readable: Mapping[int, Bank]
    """The bank each read function (3, 4) reads from; others get exception 1."""
    writable: Mapping[int, Bank]
    """The bank each write function (6, 16) writes to; others get exception 1."""
    coils: "Coils | None" = None
    """What functions 1 and 5 read and set, where there is something."""

    def serve(self, registers: Bank) -> None:
        """Have one map of registers: read by functions 3 and 4 alike, written by 6 and 16."""
        self.readable = {READ_HOLDING: registers, READ_INPUT: registers}
        self.writable = {WRITE_ONE: registers, WRITE_MANY: registers}

    def state(self) -> dict[str, Value]:
        """What the registers of its channels hold."""
        found: dict[str, Value] = {}
        for bank in self.readable.values():
            found |= bank.channels()
        return found
