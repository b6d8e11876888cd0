"""Binder climate chamber with an MB1 controller (MK, MKF series).

Sources: "BINDER Interface Technical Specifications" as far as github.com/ecree-solarflare/ovenctl
quotes it (2.11.7: 11A9h process value 1, 1077h set point 1, 1581h set point 1 manual, 156Fh set
point 1 basic, 1A22h mode with flags 1000h basic, 0800h manual, 0400h automatic; 2.7: exceptions 1
function, 2 address, 3 value out of range, 5 write access denied; functions 3, 4, 6, 16), its notes
and memory dumps of a real oven (floats low word first; addresses 0 to 2Bh and 1000h to 1A7Dh
exist; 1007h door, 1228h alarm text one character to a register, 123Dh alarm, 123Eh note; idle, the
basic set point is in force); a driver for the MKF 115 (class Binder_MKFT115_MB1: humidity at 11CDh,
its set points at 1079h, 1571h and 1583h).

The two disagree which of 1581h and 156Fh is manual and which is basic; here it is as the technical
specifications are quoted. The dumps hold 200003.0 (48 43 50 C0) where an input is not fitted: after
the numbering that JUMO controllers use (1 under, 2 over range, 3 no valid input) a broken sensor
is 200003 here too; that is a conclusion, not a quotation. The readme of the dumps says that
addresses that do not exist "typically" brought exception 3; here it is 2, as specified.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.chamber import Chamber
from simulators.registers import (
    Bank,
    ModbusDevice,
    Point,
    Words,
    demand,
    float32,
    low_word_first,
    to_float,
    uint16,
)

ACCESS_DENIED = 5
NO_INPUT = 200003.0
IDLE, PROGRAM, MANUAL, BASIC = 0, 0x0400, 0x0800, 0x1000
ALARM_TEXT, TEXT_LENGTH = 0x1228, 0x14
DOOR_OPEN = "DOOR OPEN"
ADDRESSES = (range(0x2C), range(0x1000, 0x1A7E))


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    Without ``humidity`` (per cent) the chamber has no humidity sensor, as in the MK series.
    """

    setpoints: tuple[float, ...] = Field(default=(45.0, 5.0, 70.0), min_length=1)
    dwell: float = Field(default=240.0, gt=0)
    humidity: float | None = Field(default=55.0, ge=0, le=98)
    setpoint_low: float = -40.0
    setpoint_high: float = 180.0


class BinderMb1(ModbusDevice):
    """A chamber whose door may be opened and whose sensor may break."""

    model: ClassVar[str] = "binder-mb1"
    description: ClassVar[str] = "Binder climate chamber, MB1 controller (Modbus, low word first)"
    channels: ClassVar[tuple[str, ...]] = (
        "temperature",
        "setpoint",
        "humidity",
        "humidity_setpoint",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "a sensor is open (temperature, humidity or both): its value is 200003",
        "door-open": "the door stands open: note and text, the air mixes with the room's",
    }
    turnaround = 0.03

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.chamber = Chamber(random, options.setpoints, options.dwell, options.humidity)
        self._humid = options.humidity is not None
        self._low = options.setpoint_low
        self._high = options.setpoint_high
        self._mode = MANUAL
        points = [*self._values(), *self._setpoints(), *self._state()]
        self.serve(Bank(points, ADDRESSES))

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        chamber = self.chamber
        return {
            "setpoint": number(
                "set point of temperature, Cel",
                chamber.hold,
                lambda: chamber.temperature_setpoint,
                low=self._low,
                high=self._high,
            )
        }

    @property
    def temperature(self) -> float:
        """Process value 1, degrees Celsius, or the code of a broken sensor."""
        broken = self.happening("sensor-break", "temperature")
        return NO_INPUT if broken else self.chamber.temperature

    @property
    def humidity(self) -> float:
        """Relative humidity, per cent, or the code of a sensor that is broken or not fitted."""
        broken = self.happening("sensor-break", "humidity")
        return NO_INPUT if broken or not self._humid else self.chamber.humidity

    @property
    def door_open(self) -> bool:
        """True while the door stands open."""
        return self.happening("door-open")

    def step(self, dt: float) -> None:
        """Heat, cool and control, unless idle or blind."""
        blind = self.happening("sensor-break", "temperature")
        self.chamber.runs = self._mode != IDLE and not blind
        self.chamber.door_open = self.door_open
        self.chamber.step(dt)

    def _values(self) -> list[Point]:
        return [
            _number(0x11A9, lambda: self.temperature, "temperature"),
            _number(0x11CD, lambda: self.humidity, "humidity"),
        ]

    def _setpoints(self) -> list[Point]:
        chamber = self.chamber

        def temperature() -> float:
            return chamber.temperature_setpoint

        def humidity() -> float:
            return chamber.humidity_setpoint or 0.0

        return [
            _number(0x1077, temperature, "setpoint"),
            _number(0x1079, humidity, "humidity_setpoint"),
            _number(0x156F, temperature, write=self._set_temperature),
            _number(0x1571, humidity, write=self._set_humidity),
            _number(0x1581, temperature, write=self._set_temperature),
            _number(0x1583, humidity, write=self._set_humidity),
        ]

    def _state(self) -> list[Point]:
        return [
            _word(0x1007, lambda: int(self.door_open)),
            _word(0x123D, lambda: int(self.temperature == NO_INPUT)),
            _word(0x123E, lambda: int(self.door_open)),
            Point(0x1A22, 1, lambda: uint16(self._mode), write=self._set_mode),
            *(_word(ALARM_TEXT + i, lambda i=i: ord(self._text[i])) for i in range(TEXT_LENGTH)),
        ]

    @property
    def _text(self) -> str:
        return (DOOR_OPEN if self.door_open else "").ljust(TEXT_LENGTH)

    def _set_temperature(self, celsius: float) -> None:
        demand(self._low <= celsius <= self._high)
        self.chamber.hold(celsius)

    def _set_humidity(self, humidity: float) -> None:
        demand(self._humid and 0 <= humidity <= 98)  # noqa: PLR2004 - the most it reaches
        self.chamber.humidity_setpoint = humidity

    def _set_mode(self, words: Words) -> None:
        demand(words[0] in (IDLE, PROGRAM, MANUAL, BASIC))
        self._mode = words[0]


def _number(
    address: int,
    of: Callable[[], float],
    channel: str = "",
    write: Callable[[float], None] | None = None,
) -> Point:
    def take(words: Words) -> None:
        demand(write is not None, ACCESS_DENIED)
        if write is not None:
            write(to_float(words[::-1]))

    return Point(address, 2, lambda: low_word_first(float32(of())), channel, take)


def _word(address: int, of: Callable[[], int]) -> Point:
    return Point(address, 1, lambda: uint16(of()), write=_deny)


def _deny(words: Words) -> None:
    del words
    demand(False, ACCESS_DENIED)  # noqa: FBT003 - it is never right
