"""Lake Shore Model 336 temperature controller, four inputs and two heaters on a cryostat.

Sources: the command reference of the same command set in Lake Shore, "Model 331 Temperature
Controller User's Manual", pages 6-28 to 6-38 (CRDG?, HTR? format +nnn.n, HTRST? 0 no error, 1 open,
2 short, INCRV?, RANGE 0 to 3, RDGST? format nnn: 1 invalid reading, 16 temperature under range, 32
over range, 64 units zero, 128 units over range; SETP, SRDG?), and of its successor, "Model 346",
manuals.lakeshore.com, remote operation (several queries in a message; CR before LF optional,
answers always end in CR LF). The differences of the 336 (inputs A to D, an output number in HTR?,
RANGE, SETP and PID, five fields of INTYPE?, KRDG? 0 for all, "LSCI,MODEL336,LSA2CMQ/LSA2C8R,2.9"):
published drivers, and a published simulation of a 336 in Tcl (HTR, INCRV, INTYPE, KRDG, MOUT).
USB 57600 7O1, TCP port 7777. Widths of numbers (six digits) and what a reading out of range shows
(0) are from memory. What does not exist is answered by silence.
"""

from collections.abc import Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.cryostat import Loop, Stage
from simulators.devices.lakeshore import (
    Action,
    CommandError,
    LakeShoreDevice,
    digits,
    parameter,
    quantity,
)

INPUTS = ("A", "B", "C", "D")
BASES = (3.2, 3.6, 41.0, 77.4)
"""Where the stages come to rest without heat, K."""
OUTPUTS = ("1", "2")
KELVIN = 273.15
WIDTH = 6
INVALID, UNDER, OVER, UNITS_ZERO, UNITS_OVER = 1, 16, 32, 64, 128
STATUS = {
    "invalid": INVALID,
    "under-range": UNDER,
    "over-range": OVER,
    "sensor-short": UNITS_ZERO,
    "sensor-break": UNITS_OVER,
}
HEATER_OPEN, HEATER_SHORT = 1, 2


class Options(DeviceOptions):
    """Set points in K of output 1 (input A) and 2 (input B); ``heater_range`` 0 is off.

    ``cold`` begins at the base temperatures, otherwise at room temperature. ``strict`` loses what
    comes less than 50 ms after the last communication.
    """

    setpoint: float = Field(default=10.0, ge=0, le=400)
    setpoint_2: float = Field(default=20.0, ge=0, le=400)
    heater_range: int = Field(default=2, ge=0, le=3)
    cold: bool = False
    strict: bool = False
    serial_number: str = Field(default="LSA2CMQ/LSA2C8R", pattern=r"^[0-9A-Za-z/#]{1,20}$")


class LakeShore336(LakeShoreDevice):
    """A cryostat that cools down to the set points of two loops."""

    model: ClassVar[str] = "lakeshore-336"
    description: ClassVar[str] = "Lake Shore 336 temperature controller"
    channels: ClassVar[tuple[str, ...]] = tuple(f"t{each.lower()}" for each in INPUTS)
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "invalid": "the reading is invalid: RDGST? 1",
        "under-range": "temperature below the curve: RDGST? 16",
        "over-range": "temperature above the curve: RDGST? 32",
        "sensor-short": "sensor shorted, units zero: RDGST? 64",
        "sensor-break": "sensor open, units over range: RDGST? 128, its loop is cut",
        "heater-open": "the heater of output 1 is open: HTRST? 1 is 1, it heats no more",
        "heater-short": "the heater of output 1 is shorted: HTRST? 1 is 2, it heats no more",
    }

    def __init__(self, options: Options, random: Random) -> None:
        identity = f"LSCI,MODEL336,{options.serial_number},2.9"
        super().__init__(random, strict=options.strict, identity=identity)
        self.stages = {
            name: Stage(random, base, cold=options.cold)
            for name, base in zip(INPUTS, BASES, strict=True)
        }
        wanted = (options.setpoint, options.setpoint_2)
        self.loops = {
            name: Loop(setpoint, heater_range=options.heater_range)
            for name, setpoint in zip(OUTPUTS, wanted, strict=True)
        }

    def step(self, dt: float) -> None:
        """Let the cryostat cool, and the loops heat against it."""
        heating: dict[str, float] = dict.fromkeys(INPUTS, 0.0)
        for output, name in zip(OUTPUTS, INPUTS, strict=False):
            loop = self.loops[output]
            if self.status(name):
                loop.range = 0
            loop.step(dt, self.stages[name].temperature)
            heating[name] = 0.0 if self._heater_error(output) else loop.heating
        for name, stage in self.stages.items():
            stage.step(dt, heating[name])

    def state(self) -> dict[str, Value]:
        """The temperatures, K; None where a sensor is in trouble."""
        return {
            f"t{name.lower()}": None if self.status(name) else stage.reading
            for name, stage in self.stages.items()
        }

    def controls(self) -> Mapping[str, Control]:
        """The front panel and the cooler."""
        first = self.loops["1"]

        def turn(setpoint: float) -> None:
            first.setpoint = setpoint

        def choose(heater_range: float) -> None:
            first.range = int(heater_range)

        return {
            "setpoint": number(
                "set point of output 1, K", turn, lambda: first.setpoint, low=0, high=400
            ),
            "range": number(
                "heater range of output 1: 0 is off", choose, lambda: first.range, low=0, high=3
            ),
            "cooler": switch("the cooler", self._cool, lambda: self.stages["A"].cooled),
        }

    def status(self, name: str) -> int:
        """The status bits of an input."""
        channel = f"t{name.lower()}"
        return sum(bit for event, bit in STATUS.items() if self.happening(event, channel))

    def _cool(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        for stage in self.stages.values():
            stage.cooled = on

    def _heater_error(self, output: str) -> int:
        if output != "1":
            return 0
        if self.happening("heater-open"):
            return HEATER_OPEN
        return HEATER_SHORT * self.happening("heater-short")

    def _table(self) -> dict[str, Action]:
        return {**self._input_queries(), **self._output_commands()}

    def _input_queries(self) -> dict[str, Action]:
        return {
            "KRDG?": lambda given, values: self._read(given, values, 0.0),
            "CRDG?": lambda given, values: self._read(given, values, KELVIN),
            "TEMP?": lambda _, __: digits(296.2, WIDTH),
            "RDGST?": lambda given, _: f"{self.status(self._input(given)):03d}",
            "SRDG?": lambda given, _: digits(self._volts(self._input(given)), WIDTH),
            "INNAME?": lambda given, _: f"{'Input ' + self._input(given):<15}",
            "INTYPE?": lambda given, _: "1,0,1,0,1" if self._input(given) else None,
            "INCRV?": lambda given, _: "01" if self._input(given) else None,
            "ALARMST?": lambda given, _: "0,0" if self._input(given) else None,
            "FILTER?": lambda given, _: "0,08,02" if self._input(given) else None,
        }

    def _output_commands(self) -> dict[str, Action]:
        return {
            "SETP?": lambda given, _: digits(self._output(given).setpoint, WIDTH),
            "SETP": self._set_setpoint,
            "RANGE?": lambda given, _: str(self._output(given).range),
            "RANGE": self._set_range,
            "HTR?": lambda given, _: f"{self._output(given).output:+06.1f}",
            "HTRST?": lambda given, _: str(self._heater_error(parameter(given))),
            "MOUT?": lambda given, _: digits(self._output(given).manual, WIDTH),
            "MOUT": self._set_manual,
            "PID?": self._tell_gains,
            "PID": self._set_gains,
            "OUTMODE?": lambda given, _: f"1,{parameter(given)},0" if self._output(given) else None,
            "RAMP?": lambda given, _: "0,+0.0000" if self._output(given) else None,
            "RAMPST?": lambda given, _: "0" if self._output(given) else None,
        }

    def _input(self, given: list[str]) -> str:
        name = parameter(given)
        if name not in INPUTS:
            raise CommandError
        return name

    def _output(self, given: list[str]) -> Loop:
        name = parameter(given)
        if name not in OUTPUTS:
            raise CommandError
        return self.loops[name]

    def _read(self, given: list[str], values: dict[str, Value], offset: float) -> str:
        names = INPUTS if given == ["0"] else (self._input(given),)
        texts: list[str] = []
        for name in names:
            kelvin = 0.0 if self.status(name) else self.stages[name].reading
            texts.append(digits(kelvin - offset, WIDTH))
            told = None if self.status(name) else round(float(texts[-1]) + offset, WIDTH)
            values[f"t{name.lower()}"] = told
        return ",".join(texts)

    def _volts(self, name: str) -> float:
        """A diode's voltage, roughly: 1.7 V in the cold, 0.5 V at room temperature."""
        kelvin = self.stages[name].reading
        return {UNITS_ZERO: 0.0, UNITS_OVER: 10.0}.get(self.status(name), 1.7 - 0.004 * kelvin)

    def _set_setpoint(self, given: list[str], _: dict[str, Value]) -> None:
        self._output(given).setpoint = quantity(given, 1, 0, 400)

    def _set_range(self, given: list[str], _: dict[str, Value]) -> None:
        self._output(given).range = int(quantity(given, 1, 0, 3))

    def _set_manual(self, given: list[str], _: dict[str, Value]) -> None:
        self._output(given).manual = quantity(given, 1, 0, 100)

    def _tell_gains(self, given: list[str], _: dict[str, Value]) -> str:
        return ",".join(digits(gain, 5) for gain in self._output(given).gains)

    def _set_gains(self, given: list[str], _: dict[str, Value]) -> None:
        highest = (1000, 1000, 200)
        gains = [quantity(given, index, 0, high) for index, high in enumerate(highest, 1)]
        self._output(given).gains = gains
