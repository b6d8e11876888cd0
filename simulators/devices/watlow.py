"""What Watlow controllers have in common on Modbus: enumerations, units, the order of words.

Sources: Watlow, "F4T Setup and Operations User's Guide", Modbus table, page 225 (numbers of
enumerations: None 61, Off 62, F 30, C 15 ...) and "D4T Data Logger User's Guide", page 196
(errors of an input: None 61, Open 65, Shorted 127, Measurement Error 140, Bad Calibration Data
139, Ambient Error 9, RTD Error 141, Fail 32); "EZ-ZONE Communications", page 13 (30 for degrees
F and 15 for degrees C, register 2490; low word first), and "EZ-ZONE RMC User's Guide", page 38
(low word first by default, can be swapped).
"""

from collections.abc import Callable
from typing import Literal, TypeAlias

import msgspec

from simulators.registers import Encoded, Point, Words, float32, low_word_first, to_float, uint16

NONE, OPEN, SHORTED, MEASUREMENT_ERROR = 61, 65, 127, 140
OFF, ON = 62, 63
AUTO, MANUAL = 10, 54
OK = 138
FAHRENHEIT, CELSIUS = 30, 15

WordOrder: TypeAlias = Literal["low-high", "high-low"]


def to_fahrenheit(celsius: float) -> float:
    """Degrees Fahrenheit."""
    return celsius * 1.8 + 32


def to_celsius(fahrenheit: float) -> float:
    """Degrees Celsius."""
    return (fahrenheit - 32) / 1.8


class Parameters(msgspec.Struct):
    """Makes the points of a controller whose floats have a word order that can be set.

    ``unit`` is what temperatures are sent and taken in; the physics is in degrees Celsius, and
    so are the values told to the served log.
    """

    word_order: WordOrder
    unit: int

    def number(
        self,
        address: int,
        of: Callable[[], float],
        channel: str = "",
        write: Callable[[float], None] | None = None,
    ) -> Point:
        """A number in two registers."""

        def take(words: Words) -> None:
            if write is not None:
                write(to_float(self._ordered(words)))

        return Point(address, 2, lambda: self._swapped(float32(of())), channel, write and take)

    def temperature(
        self,
        address: int,
        of: Callable[[], float],
        channel: str = "",
        write: Callable[[float], None] | None = None,
    ) -> Point:
        """A temperature in two registers, in the unit that is set; ``of`` is in Celsius."""

        def read() -> Encoded:
            if self.unit == CELSIUS:
                return self._swapped(float32(of()))
            sent = self._swapped(float32(to_fahrenheit(of())))
            return Encoded(sent.words, _of(sent.value))

        def take(words: Words) -> None:
            number = to_float(self._ordered(words))
            if write is not None:
                write(number if self.unit == CELSIUS else to_celsius(number))

        return Point(address, 2, read, channel, write and take)

    def long(self, address: int, of: Callable[[], int]) -> Point:
        """A whole number of 32 bits in two registers."""

        def read() -> Encoded:
            number = of()
            return self._swapped(Encoded((number >> 16 & 0xFFFF, number & 0xFFFF), number))

        return Point(address, 2, read)

    def word(
        self, address: int, of: Callable[[], int], write: Callable[[int], None] | None = None
    ) -> Point:
        """A whole number or enumeration in the first of the two registers it has."""

        def take(words: Words) -> None:
            if write is not None:
                write(words[0])

        return Point(address, 1, lambda: uint16(of()), write=write and take)

    def text(self, address: int, text: str, length: int) -> list[Point]:
        """A text, one character to a register, padded with zeros."""
        return [
            self.word(address + i, lambda i=i: ord(text[i]) if i < len(text) else 0)
            for i in range(length)
        ]

    def _swapped(self, encoded: Encoded) -> Encoded:
        return low_word_first(encoded) if self.word_order == "low-high" else encoded

    def _ordered(self, words: Words) -> Words:
        return words[::-1] if self.word_order == "low-high" else words


def _of(value: object) -> float:
    return to_celsius(value) if isinstance(value, float) else 0.0
