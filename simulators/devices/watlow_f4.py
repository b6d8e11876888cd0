"""Watlow Series F4 ramping controller, on a climate chamber.

Sources: Watlow, "Controls Communications Guide", page 17 (a read of an inactive parameter gives
0, a write to one exception 2, a value out of range exception 3, an unknown function exception 1);
the register list of the manual as github.com/shanedertrain/watlow_controller,
watlow_f4_registers.py, transcribes it (0 to 5 diagnostics, 100 value and 101 error of input 1,
103 and 107 power of outputs 1A and 1B, 300 set point, 602 and 603 its limits, 606 decimal point,
607 error latching, 608 process units, 901 degrees F or C; input 2 from 104, 319 and 610);
a public driver that checks model 5270 ("F4"), 606, 607 and 608 before use; "F4P User's Manual",
page 6.5 (values are integers in tenths, hundredths or thousandths as configured).

Codes of an input error after the Series 988 communications guide, page 6.5 (1 A-D overflow, 2
overrange, 3 underrange, 4 A-D underflow): the F4's own list was not found. Assumed: an input in
error keeps its last value; 901 is 1 for degrees C.
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
    int16,
    signed,
    uint16,
)

F4 = 5270
"""The model number: characters 52 and 70 in decimal, read backwards "F4"."""
AD_OVERFLOW = 1
ADDRESSES = (range(5504),)
MOST_DECIMALS = 3
POWER_DECIMALS = 2
TEMPERATURE, HUMIDITY = 0, 1
CELSIUS = 1


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    ``decimals`` is the setting of input 1; with ``humidity`` (per cent) the controller has a
    second channel, an F4D, without it is an F4S.
    """

    setpoints: tuple[float, ...] = Field(default=(60.0, -10.0, 23.0), min_length=1)
    dwell: float = Field(default=240.0, gt=0)
    decimals: int = Field(default=1, ge=0, le=MOST_DECIMALS)
    humidity: float | None = Field(default=None, ge=0, le=100)
    setpoint_low: float = -42.0
    setpoint_high: float = 130.0
    serial_number: int = Field(default=12345, ge=0, lt=65536)


class WatlowF4(ModbusDevice):
    """A controller and its chamber; the sensor may break."""

    model: ClassVar[str] = "watlow-f4"
    description: ClassVar[str] = "Watlow F4 controller with a climate chamber (Modbus, int16)"
    channels: ClassVar[tuple[str, ...]] = ("temperature", "setpoint", "output")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "input 1 is open: error 1 in register 101, the last value stands"
    }
    turnaround = 0.02

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.chamber = Chamber(random, options.setpoints, options.dwell, options.humidity)
        self._decimals = options.decimals
        self._low = options.setpoint_low
        self._high = options.setpoint_high
        self._serial_number = options.serial_number
        self._last = self.chamber.temperature
        points = [*self._identity(), *self._temperature(), *self._settings()]
        if options.humidity is not None:
            points += self._humidity()
        self.serve(Bank(points, ADDRESSES))

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        chamber = self.chamber
        return {
            "setpoint": number(
                "set point 1, Cel",
                chamber.hold,
                lambda: chamber.temperature_setpoint,
                low=self._low,
                high=self._high,
            ),
            "decimals": number(
                "decimal point of input 1",
                lambda value: self._set_decimals(round(value)),
                lambda: self._decimals,
                low=0,
                high=MOST_DECIMALS,
            ),
        }

    @property
    def broken(self) -> bool:
        """True while the sensor is open."""
        return self.happening("sensor-break")

    def step(self, dt: float) -> None:
        """Heat, cool and control; a broken sensor stops the machine."""
        self.chamber.runs = not self.broken
        self.chamber.step(dt)
        if not self.broken:
            self._last = self.chamber.temperature

    def _identity(self) -> list[Point]:
        return [
            _plain(0, lambda: F4),
            _plain(1, lambda: self._serial_number // 10000),
            _plain(2, lambda: self._serial_number % 10000),
            _plain(3, lambda: 20),
            _plain(4, lambda: 310),
            _plain(5, lambda: 1204),
            _plain(8, lambda: 1),
        ]

    def _temperature(self) -> list[Point]:
        chamber = self.chamber
        return [
            self._scaled(100, lambda: self._last, "temperature"),
            _plain(101, lambda: AD_OVERFLOW * self.broken),
            _power(103, lambda: max(0.0, chamber.output), "output"),
            _power(107, lambda: max(0.0, -chamber.output)),
            self._scaled(
                300, lambda: chamber.temperature_setpoint, "setpoint", self._set_temperature
            ),
            self._scaled(602, lambda: self._low),
            self._scaled(603, lambda: self._high),
        ]

    def _settings(self) -> list[Point]:
        return [
            _plain(606, lambda: self._decimals, self._set_decimals),
            _plain(607, lambda: 0),
            _plain(608, lambda: TEMPERATURE),
            _plain(901, lambda: CELSIUS),
        ]

    def _humidity(self) -> list[Point]:
        chamber = self.chamber
        return [
            Point(104, 1, lambda: int16(chamber.humidity, 1)),
            _plain(105, lambda: 0),
            Point(
                319, 1, lambda: int16(chamber.humidity_setpoint or 0, 1), write=self._set_humidity
            ),
            Point(612, 1, lambda: int16(0, 1)),
            Point(613, 1, lambda: int16(100, 1)),
            _plain(616, lambda: 1),
            _plain(618, lambda: HUMIDITY),
        ]

    def _scaled(
        self,
        address: int,
        of: Callable[[], float],
        channel: str = "",
        write: Callable[[float], None] | None = None,
    ) -> Point:
        take = None if write is None else _taker(write, lambda: self._decimals)
        return Point(address, 1, lambda: int16(of(), self._decimals), channel, take)

    def _set_temperature(self, celsius: float) -> None:
        demand(self._low <= celsius <= self._high)
        self.chamber.hold(celsius)

    def _set_humidity(self, words: Words) -> None:
        humidity = signed(words[0]) / 10
        demand(0 <= humidity <= 100)  # noqa: PLR2004 - per cent
        self.chamber.humidity_setpoint = humidity

    def _set_decimals(self, decimals: int) -> None:
        demand(0 <= decimals <= MOST_DECIMALS)
        self._decimals = decimals


def _plain(
    address: int, of: Callable[[], int], write: Callable[[int], None] | None = None
) -> Point:
    take = None if write is None else _taker(lambda value: write(round(value)), lambda: 0)
    return Point(address, 1, lambda: uint16(of()), write=take)


def _power(address: int, of: Callable[[], float], channel: str = "") -> Point:
    return Point(address, 1, lambda: int16(of(), POWER_DECIMALS), channel)


def _taker(write: Callable[[float], None], decimals: Callable[[], int]) -> Callable[[Words], None]:
    return lambda words: write(signed(words[0]) / 10 ** decimals())
