"""Watlow EZ-ZONE PM temperature controller, on a furnace.

Sources: Watlow, "EZ-ZONE Communications", page 13 (closed loop set point in 2160 and 2161, an
IEEE 754 float; temperatures are sent in degrees F, 2490 says 30 for F and 15 for C; a write with
function 16); "EZ-ZONE PM PID Controller User's Guide", page 112 (1880 loop control mode, 2160
closed loop set point, 2162 open loop set point); "EZ-ZONE PMI User's Guide", page 64 (368 sensor
type, 62 is off); the transcription of the manual's tables at github.com/gregoryleblanc/CsHeater,
AnalogInput.md (360 process value, 362 input error, 392 and 394 range, 398 display precision, 402
filtered value). Enumerations: see ``simulators.devices.watlow``.

The order of words: the manuals (EZ-ZONE Communications, page 13; RMC User's Guide, page 38) say
low word first by default, and that it can be swapped; public code for it (github.com/numat/watlow,
gateway; github.com/GraysonBellamy/watlowlib) reads high word first. The latter is the default
of ``watlow-ezzone``, the former of ``watlow-ezzone-lohi``; ``word_order`` sets either.

1904 as output power is from numat/watlow. From memory, or assumed: the value of an input in error
is its last one; registers near those listed read 0, others bring exception 2.
"""

from collections.abc import Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions
from simulators.devices.furnace import Furnace
from simulators.devices.watlow import (
    AUTO,
    CELSIUS,
    FAHRENHEIT,
    MANUAL,
    NONE,
    OFF,
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

HARDWARE_ID = 28
"""Of a PM, as the test data of github.com/GraysonBellamy/watlowlib have it."""
THERMOCOUPLE, TENTHS = 95, 94
RANGE_LOW, RANGE_HIGH = -200.0, 1370.0
ADDRESSES = (
    range(40),
    range(360, 450),
    range(1880, 1950),
    range(2160, 2190),
    range(2480, 2520),
)


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    ``rate`` limits how fast the working set point follows, in degrees a second. ``units`` is
    what temperatures are sent in.
    """

    setpoints: tuple[float, ...] = Field(default=(180.0, 260.0, 90.0), min_length=1)
    dwell: float = Field(default=90.0, gt=0)
    rate: float = Field(default=6.0, ge=0)
    setpoint_low: float = RANGE_LOW
    setpoint_high: float = 650.0
    word_order: WordOrder = "high-low"
    units: str = Field(default="F", pattern="^[FC]$")
    serial_number: int = Field(default=41207, ge=0, lt=2**31)


class WatlowEzZone(ModbusDevice):
    """A controller and its furnace; the thermocouple may break or be shorted."""

    model: ClassVar[str] = "watlow-ezzone"
    description: ClassVar[str] = "Watlow EZ-ZONE PM temperature controller (Modbus, float in °F)"
    channels: ClassVar[tuple[str, ...]] = ("temperature", "setpoint", "output")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the thermocouple is open: input error 65, the last value stands",
        "sensor-short": "the thermocouple is shorted: input error 127, the last value stands",
    }
    turnaround = 0.012

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.furnace = Furnace(random, options.setpoints, options.dwell, options.rate)
        self._low = options.setpoint_low
        self._high = options.setpoint_high
        self._serial_number = options.serial_number
        self._mode = AUTO
        self._last = self.furnace.measured
        unit = FAHRENHEIT if options.units == "F" else CELSIUS
        self._make = Parameters(options.word_order, unit)
        self.serve(Bank(self._points(), ADDRESSES))

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        furnace = self.furnace
        return {
            "setpoint": number(
                "closed loop set point, Cel",
                furnace.hold,
                lambda: furnace.target,
                low=self._low,
                high=self._high,
            )
        }

    @property
    def input_error(self) -> int:
        """What the controller says about its input."""
        if self.happening("sensor-break"):
            return OPEN
        return SHORTED if self.happening("sensor-short") else NONE

    @property
    def temperature(self) -> float:
        """The process value, degrees Celsius; the last one while the input is in error."""
        return self._last

    def step(self, dt: float) -> None:
        """Heat, cool and control; an input error or the mode off cuts the power."""
        well = self.input_error == NONE
        self.furnace.manual = self._mode == MANUAL
        self.furnace.step(dt, driven=well and self._mode != OFF)
        if well:
            self._last = self.furnace.measured

    def _points(self) -> list[Point]:
        return [*self._identity(), *self._input(), *self._loop()]

    def _identity(self) -> list[Point]:
        make = self._make
        return [
            make.long(0, lambda: HARDWARE_ID),
            make.long(4, lambda: 16),
            make.long(12, lambda: self._serial_number),
            make.word(2490, lambda: make.unit, self._set_unit),
        ]

    def _input(self) -> list[Point]:
        make = self._make
        return [
            make.temperature(360, lambda: self._last, "temperature"),
            make.word(362, lambda: self.input_error),
            make.word(368, lambda: THERMOCOUPLE),
            make.temperature(392, lambda: RANGE_LOW),
            make.temperature(394, lambda: RANGE_HIGH),
            make.word(398, lambda: TENTHS),
            make.temperature(402, lambda: self._last),
        ]

    def _loop(self) -> list[Point]:
        make, furnace = self._make, self.furnace
        return [
            make.word(1880, lambda: self._mode, self._set_mode),
            make.number(1904, lambda: furnace.output, "output"),
            make.temperature(2160, lambda: furnace.target, "setpoint", self._set_target),
            make.number(2162, lambda: furnace.output, write=self._set_output),
            make.temperature(2172, lambda: furnace.working),
        ]

    def _set_target(self, celsius: float) -> None:
        demand(self._low <= celsius <= self._high)
        self.furnace.hold(celsius)

    def _set_output(self, output: float) -> None:
        demand(self._mode == MANUAL and 0 <= output <= 100)  # noqa: PLR2004 - per cent
        self.furnace.output = output

    def _set_mode(self, mode: int) -> None:
        demand(mode in (AUTO, MANUAL, OFF))
        self._mode = mode

    def _set_unit(self, unit: int) -> None:
        demand(unit in (FAHRENHEIT, CELSIUS))
        self._make.unit = unit


class LowHighOptions(Options):
    """The same, with the other order of words unless it is set."""

    word_order: WordOrder = "low-high"


class WatlowEzZoneLohi(WatlowEzZone):
    """The controller as the manuals have it leave the factory."""

    model: ClassVar[str] = "watlow-ezzone-lohi"
    description: ClassVar[str] = "Watlow EZ-ZONE PM that sends the low word first (Modbus)"
    options: ClassVar[type[DeviceOptions]] = LowHighOptions
