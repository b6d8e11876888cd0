"""Eurotherm 3200 series temperature controller, on a furnace.

Sources: Eurotherm, "3200 Series Engineering Handbook", part HA028651 issue 7.0, section 15.5
"Parameter Modbus Addresses" (1 PV.IN, 2 TG.SP, 3 MAN.OP, 4 WRK.OP, 5 WKG.SP ... 111 SP.HI,
112 SP.LO, 258 sensor break status, 273 A-M; values as integers scaled by the configured
decimals); checked against a published driver guide for the 32h8 and the 2000 series, which
also gives functions 3, 4, 6, 16 and the bits of the status word 75. Handbook: MAN.OP can be
written in manual mode; in automatic mode it follows the working output, for bumpless transfer.

From memory, no second source found: addresses without a parameter read as 8000h ("no data" in
the Series 2000 Communications Handbook), instrument type at 122, decimals at 525.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions
from simulators.devices.furnace import Furnace
from simulators.errors import OperationError
from simulators.registers import (
    ILLEGAL_VALUE,
    Bank,
    ModbusDevice,
    ModbusRefusal,
    Point,
    int16,
    signed,
    uint16,
)

DECIMALS = 1
NO_DATA = 0x8000
ADDRESSES = (range(1024),)
RANGE_LOW, RANGE_HIGH = -200.0, 1372.0
"""Of a type K thermocouple, in degrees Celsius."""
STATUS_MANUAL = 1 << 4
STATUS_SENSOR_BREAK = 1 << 5


class Options(DeviceOptions):
    """``setpoints`` are run through in turn, each for ``dwell`` seconds, until one is written.

    ``rate`` limits how fast the working set point follows, in degrees a second; 0 is no limit.
    """

    setpoints: tuple[float, ...] = Field(default=(200.0, 350.0, 120.0), min_length=1)
    dwell: float = Field(default=60.0, gt=0)
    rate: float = Field(default=8.0, ge=0)
    setpoint_low: float = 0.0
    setpoint_high: float = 1200.0


class Eurotherm3000(ModbusDevice):
    """A controller and its furnace; the thermocouple may break."""

    model: ClassVar[str] = "eurotherm-3000"
    description: ClassVar[str] = "Eurotherm 3200 temperature controller with a furnace (Modbus)"
    channels: ClassVar[tuple[str, ...]] = (
        "temperature",
        "target_setpoint",
        "output",
        "working_setpoint",
    )
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "sensor-break": "the thermocouple is open: register 258 is 1, PV at the range's end"
    }
    turnaround = 0.008

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.furnace = Furnace(random, options.setpoints, options.dwell, options.rate)
        self._low = options.setpoint_low
        self._high = options.setpoint_high
        self.serve(Bank(self._points(), ADDRESSES, filler=NO_DATA))

    def controls(self) -> Mapping[str, Control]:
        """The front panel."""
        furnace = self.furnace
        low, high = self._low, self._high
        return {
            "setpoint": number(
                "target set point, Cel", furnace.hold, lambda: furnace.target, low=low, high=high
            ),
            "manual": switch("manual operation", self._take_over, lambda: furnace.manual),
            "output": number(
                "output in manual operation, %",
                self._drive,
                lambda: furnace.output,
                low=0,
                high=100,
            ),
        }

    def _take_over(self, manual: bool) -> None:  # noqa: FBT001 - a switch is its position
        self.furnace.manual = manual

    def _drive(self, output: float) -> None:
        if not self.furnace.manual:
            raise OperationError("follows the controller unless manual is true")
        self.furnace.output = output

    @property
    def broken(self) -> bool:
        """True while the thermocouple is open."""
        return self.happening("sensor-break")

    @property
    def temperature(self) -> float:
        """The process value, degrees Celsius; the top of the range while the sensor is open."""
        return RANGE_HIGH if self.broken else self.furnace.measured

    def step(self, dt: float) -> None:
        """Heat, cool and control; a broken sensor cuts the power."""
        self.furnace.step(dt, driven=not self.broken)

    @property
    def _status(self) -> int:
        return STATUS_SENSOR_BREAK * self.broken | STATUS_MANUAL * self.furnace.manual

    def _points(self) -> list[Point]:
        return [*self._process_points(), *self._limit_points(), *self._state_points()]

    def _process_points(self) -> list[Point]:
        furnace = self.furnace
        return [
            _scaled(1, lambda: self.temperature, "temperature"),
            _scaled(2, lambda: furnace.target, "target_setpoint", write=self._set_target),
            _scaled(3, lambda: furnace.output, "output", write=self._set_output),
            _scaled(4, lambda: furnace.output),
            _scaled(5, lambda: furnace.working, "working_setpoint"),
            _scaled(24, lambda: furnace.target, write=self._set_target),
            _scaled(39, lambda: self.temperature - furnace.working),
        ]

    def _limit_points(self) -> list[Point]:
        return [
            _scaled(11, lambda: RANGE_LOW),
            _scaled(12, lambda: RANGE_HIGH),
            _scaled(30, lambda: 100.0),
            _scaled(31, lambda: 0.0),
            _scaled(111, lambda: self._high),
            _scaled(112, lambda: self._low),
            _plain(525, lambda: DECIMALS),
        ]

    def _state_points(self) -> list[Point]:
        return [
            _plain(15, lambda: 0),
            _plain(75, lambda: self._status),
            _plain(76, lambda: ~self._status),
            _plain(107, lambda: 0x0215),
            _plain(122, lambda: 0x3280),
            _plain(199, lambda: 0),
            _plain(258, lambda: int(self.broken)),
            _plain(273, lambda: int(self.furnace.manual), write=self._set_mode),
        ]

    def _set_target(self, words: Sequence[int]) -> None:
        value = signed(words[0]) / 10**DECIMALS
        if not self._low <= value <= self._high:
            raise ModbusRefusal(ILLEGAL_VALUE)
        self.furnace.hold(value)

    def _set_output(self, words: Sequence[int]) -> None:
        value = signed(words[0]) / 10**DECIMALS
        if not self.furnace.manual or not 0 <= value <= 100:  # noqa: PLR2004 - per cent
            raise ModbusRefusal(ILLEGAL_VALUE)
        self.furnace.output = value

    def _set_mode(self, words: Sequence[int]) -> None:
        if words[0] not in (0, 1):
            raise ModbusRefusal(ILLEGAL_VALUE)
        self.furnace.manual = bool(words[0])


def _scaled(
    address: int,
    of: Callable[[], float],
    channel: str = "",
    write: Callable[[Sequence[int]], None] | None = None,
) -> Point:
    return Point(address, 1, lambda: int16(of(), DECIMALS), channel, write)


def _plain(
    address: int, of: Callable[[], int], write: Callable[[Sequence[int]], None] | None = None
) -> Point:
    return Point(address, 1, lambda: uint16(of()), write=write)
