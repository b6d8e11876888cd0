"""Watlow F4T controller, on a climate chamber with humidity.

Sources: Watlow, "F4T Setup and Operations User's Guide", Modbus table, page 225 (0 hardware id
124, 4 software version, 12 serial number, 16 to 30 part number, 46 device name, 90 device status
138 for OK, 94 line frequency, 1328 display units) and page 231 (parameters of loop n 160 registers
apart, loop 1 around 2846); "D4T Data Logger User's Guide", page 196 (enumeration of input errors).
The places of set point 2782, range 2774 and 2776, power 2784 and 2808, working set point 2810,
active mode 2814, process value 2820, mode 2730, and of the units 14080 (RTU) and 6730 (TCP) from
github.com/EspecNorthAmerica/ChamberConnectLibrary, watlowf4t.py, which reads the low word first,
as the EZ-ZONE guides have it by default; ``word_order`` sets the other.

From memory, no source found: the input error of module 1, input 1, at 27588. Assumed: an input in
error keeps its last value; registers near those listed read 0.
"""

from collections.abc import Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.chamber import Chamber
from simulators.devices.watlow import (
    AUTO,
    CELSIUS,
    FAHRENHEIT,
    MEASUREMENT_ERROR,
    NONE,
    OFF,
    OK,
    OPEN,
    SHORTED,
    Parameters,
    WordOrder,
)
from simulators.registers import (
    Bank,
    ModbusDevice,
    Point,
    demand,
)

HARDWARE_ID = 124
PART_NUMBER = "F4T1A1AAAA1AAA1"
STRIDE = 160
SIXTY_HERTZ = 4
INPUT_ERROR = 27588
ADDRESSES = (
    range(120),
    range(1328, 2100),
    range(2730, 2730 + 2 * STRIDE),
    range(6730, 6732),
    range(14080, 14082),
    range(27586, 27600),
)
ERRORS = {
    "sensor-break": OPEN,
    "sensor-short": SHORTED,
    "measurement-error": MEASUREMENT_ERROR,
}


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    ``units`` is what temperatures are sent in.
    """

    setpoints: tuple[float, ...] = Field(default=(85.0, 25.0, -20.0), min_length=1)
    dwell: float = Field(default=240.0, gt=0)
    humidity: float = Field(default=60.0, ge=0, le=100)
    setpoint_low: float = -70.0
    setpoint_high: float = 180.0
    word_order: WordOrder = "low-high"
    units: str = Field(default="C", pattern="^[FC]$")
    serial_number: int = Field(default=30517, ge=0, lt=2**31)


class WatlowF4t(ModbusDevice):
    """A controller with two loops and its chamber; the temperature sensor may fail."""

    model: ClassVar[str] = "watlow-f4t"
    description: ClassVar[str] = "Watlow F4T controller with a climate chamber (Modbus, float)"
    channels: ClassVar[tuple[str, ...]] = ("temperature", "setpoint", "output")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the temperature sensor is open: status 65, the last value stands",
        "sensor-short": "it is shorted: status 127",
        "measurement-error": "it cannot be measured: status 140",
    }
    turnaround = 0.015

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.chamber = Chamber(random, options.setpoints, options.dwell, options.humidity)
        self._low = options.setpoint_low
        self._high = options.setpoint_high
        self._serial_number = options.serial_number
        self._mode = AUTO
        self._last = self.chamber.temperature
        unit = FAHRENHEIT if options.units == "F" else CELSIUS
        self._make = Parameters(options.word_order, unit)
        points = [*self._identity(), *self._temperature(), *self._humidity()]
        self.serve(Bank(points, ADDRESSES))

    def controls(self) -> Mapping[str, Control]:
        """The touch screen."""
        chamber = self.chamber
        return {
            "setpoint": number(
                "set point of loop 1, Cel",
                chamber.hold,
                lambda: chamber.temperature_setpoint,
                low=self._low,
                high=self._high,
            ),
            "humidity_setpoint": number(
                "set point of loop 2, %",
                self._set_humidity,
                lambda: chamber.humidity_setpoint,
                low=0,
                high=100,
            ),
        }

    @property
    def input_error(self) -> int:
        """What the controller says about its temperature input."""
        return next((code for event, code in ERRORS.items() if self.happening(event)), NONE)

    def step(self, dt: float) -> None:
        """Heat, cool and control; an input error or the mode off stops the machine."""
        well = self.input_error == NONE
        self.chamber.runs = well and self._mode != OFF
        self.chamber.step(dt)
        if well:
            self._last = self.chamber.temperature

    def _identity(self) -> list[Point]:
        make = self._make
        return [
            make.long(0, lambda: HARDWARE_ID),
            make.long(4, lambda: 4),
            make.long(12, lambda: self._serial_number),
            *make.text(16, PART_NUMBER, 15),
            *make.text(46, "F4T", 20),
            make.word(90, lambda: OK),
            make.word(94, lambda: SIXTY_HERTZ),
            make.word(1328, lambda: make.unit),
            make.word(6730, lambda: make.unit, self._set_unit),
            make.word(14080, lambda: make.unit, self._set_unit),
        ]

    def _temperature(self) -> list[Point]:
        make, chamber = self._make, self.chamber
        wanted = self._setpoint
        return [
            make.word(2730, lambda: self._mode, self._set_mode),
            make.temperature(2774, lambda: self._low),
            make.temperature(2776, lambda: self._high),
            make.temperature(2782, wanted, "setpoint", self._set_temperature),
            make.number(2808, lambda: chamber.output, "output"),
            make.temperature(2810, wanted),
            make.word(2814, lambda: self._mode if self.input_error == NONE else OFF),
            make.temperature(2820, lambda: self._last, "temperature"),
            make.temperature(27586, lambda: self._last),
            make.word(INPUT_ERROR, lambda: self.input_error),
        ]

    def _humidity(self) -> list[Point]:
        make, chamber = self._make, self.chamber
        return [
            make.word(2730 + STRIDE, lambda: AUTO),
            make.number(2774 + STRIDE, lambda: 0.0),
            make.number(2776 + STRIDE, lambda: 100.0),
            make.number(
                2782 + STRIDE, lambda: chamber.humidity_setpoint or 0.0, write=self._set_humidity
            ),
            make.word(2814 + STRIDE, lambda: AUTO),
            make.number(2820 + STRIDE, lambda: chamber.humidity),
        ]

    def _setpoint(self) -> float:
        return self.chamber.temperature_setpoint

    def _set_temperature(self, celsius: float) -> None:
        demand(self._low <= celsius <= self._high)
        self.chamber.hold(celsius)

    def _set_humidity(self, humidity: float) -> None:
        demand(0 <= humidity <= 100)  # noqa: PLR2004 - per cent
        self.chamber.humidity_setpoint = humidity

    def _set_mode(self, mode: int) -> None:
        demand(mode in (AUTO, OFF))
        self._mode = mode

    def _set_unit(self, unit: int) -> None:
        demand(unit in (FAHRENHEIT, CELSIUS))
        self._make.unit = unit
