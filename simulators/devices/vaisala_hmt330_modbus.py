"""Vaisala HMT330 humidity and temperature transmitter, on Modbus.

Sources: Vaisala, "HMT330 User's Guide" M210566EN-K, page 202, tables 41 and 42 (registers counted
from 1: RH 1, T 3, Td 7 ... as floats, from 257 as integers times 100, 268 and 269 times 10; 513 is
1 without errors, 514 is 1 with data online, 516 and 517 the error bits; what is not measured or
has failed is "unavailable"); an earlier edition, page 199, table 40 (769 pressure setting, 1025 as
an integer, 0 to 9999 hPa; "writing out-of-range values is silently ignored"); "Indigo500 User
Guide" M212287EN, page 118 (the lower word of a float comes first).

That an unavailable value is NaN, and 8000h as an integer, is from other people's notes on the
transmitter, not from those pages; which error bit is which sensor is assumed.
"""

import math
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.climate import Room, saturation
from simulators.registers import (
    Bank,
    Encoded,
    ModbusDevice,
    Point,
    float32,
    int16,
    low_word_first,
    to_float,
    uint16,
)

FIRST = 1
"""What the manual calls the first register."""
INTEGERS = 256
UNAVAILABLE = 0x8000
ONLINE = 1
HUMIDITY_ERROR, TEMPERATURE_ERROR = 1 << 0, 1 << 1
PRESSURE, PRESSURE_INTEGER = 769, 1025
ADDRESSES = (range(66), range(256, 290), range(512, 518), range(768, 790), range(1024, 1040))


class Options(DeviceOptions):
    """``temperature`` (degrees Celsius) and ``humidity`` (per cent) the room is held near."""

    temperature: float = Field(default=23.0, ge=-40, le=80)
    humidity: float = Field(default=45.0, ge=1, le=99)


class VaisalaHmt330Modbus(ModbusDevice):
    """A transmitter in a room; a sensor may fail."""

    model: ClassVar[str] = "vaisala-hmt330-modbus"
    description: ClassVar[str] = "Vaisala HMT330 humidity transmitter (Modbus, low word first)"
    channels: ClassVar[tuple[str, ...]] = ("humidity", "temperature", "dewpoint")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "a sensor fails (humidity, temperature or both): NaN, error bits"
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.room = Room(random, options.temperature, options.humidity)
        self._pressure = 1013.25
        self.serve(Bank([*self._measured(), *self._state()], ADDRESSES))

    def controls(self) -> Mapping[str, Control]:
        """The room it hangs in."""
        room = self.room
        return {
            "temperature": number(
                "mean temperature of the room, Cel",
                lambda value: room.condition(value, room.humidity),
                lambda: room.temperature,
                low=-40,
                high=80,
            ),
            "humidity": number(
                "mean humidity of the room, %",
                lambda value: room.condition(room.temperature, value),
                lambda: room.humidity,
                low=1,
                high=99,
            ),
        }

    def step(self, dt: float) -> None:
        """Let the room change."""
        self.room.step(dt)

    @property
    def humidity(self) -> float:
        """Relative humidity, per cent; NaN when it cannot be had without the failed sensor."""
        failed = self._failed("humidity") or self._failed("temperature")
        return math.nan if failed else self.room.humidity

    @property
    def temperature(self) -> float:
        """Degrees Celsius, or NaN."""
        return math.nan if self._failed("temperature") else self.room.temperature

    @property
    def dewpoint(self) -> float:
        """Degrees Celsius, or NaN."""
        return math.nan if math.isnan(self.humidity) else self.room.dewpoint

    @property
    def errors(self) -> int:
        """The error bits."""
        return HUMIDITY_ERROR * self._failed("humidity") | TEMPERATURE_ERROR * self._failed(
            "temperature"
        )

    def _failed(self, channel: str) -> bool:
        return self.happening("sensor-break", channel)

    def _vapour(self) -> float:
        """Partial pressure of water vapour, hPa."""
        return saturation(self.temperature) * self.humidity / 100

    def _measured(self) -> list[Point]:
        return [
            *_quantity(1, 1, 2, lambda: self.humidity, "humidity"),
            *_quantity(3, 2, 2, lambda: self.temperature, "temperature"),
            *_quantity(7, 4, 2, lambda: self.dewpoint, "dewpoint"),
            *_quantity(9, 5, 2, lambda: self.dewpoint),
            *_quantity(23, 12, 1, self._vapour),
            *_quantity(25, 13, 1, lambda: saturation(self.temperature)),
        ]

    def _state(self) -> list[Point]:
        return [
            _word(513, lambda: int(not self.errors)),
            _word(514, lambda: ONLINE),
            _word(516, lambda: self.errors),
            _word(517, lambda: 0),
            Point(
                PRESSURE - FIRST,
                2,
                lambda: low_word_first(float32(self._pressure)),
                write=lambda words: self._set_pressure(to_float(words[::-1])),
            ),
            Point(
                PRESSURE_INTEGER - FIRST,
                1,
                lambda: int16(self._pressure),
                write=lambda words: self._set_pressure(words[0]),
            ),
        ]

    def _set_pressure(self, pressure: float) -> None:
        if 0 <= pressure <= 9999:  # noqa: PLR2004 - hPa; anything else is silently ignored
            self._pressure = pressure


def _quantity(
    place: int, integer: int, decimals: int, of: Callable[[], float], channel: str = ""
) -> tuple[Point, Point]:
    """A quantity in its two floating point registers and in its integer register."""
    return (
        Point(place - FIRST, 2, lambda: low_word_first(_float(of())), channel),
        Point(INTEGERS + integer - FIRST, 1, lambda: _integer(of(), decimals)),
    )


def _float(value: float) -> Encoded:
    return Encoded(float32(value).words, None) if math.isnan(value) else float32(value)


def _integer(value: float, decimals: int) -> Encoded:
    return Encoded((UNAVAILABLE,), None) if math.isnan(value) else int16(value, decimals)


def _word(place: int, of: Callable[[], int]) -> Point:
    return Point(place - FIRST, 1, lambda: uint16(of()))
