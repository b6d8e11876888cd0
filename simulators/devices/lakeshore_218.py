"""Lake Shore Model 218 temperature monitor, eight inputs on a cryostat.

Sources: Lake Shore, "Model 218 Temperature Monitor User's Manual", pages 6-9 and 6-10 (9600 baud,
7 data bits, odd parity, CR LF, 64 characters a message, one query in it, 50 ms, see
``lakeshore.py``), 6-21 to 6-29 (CRDG? <input> or 0 for all, format +/-nn.nnn; RDGST? <input>,
format nnn: 16 temperature under range, 32 over range, 64 units under range, 128 units over range).
"LSCI,MODEL218E,21EA4F,042109", and KRDG? without a parameter answered by "+480.00,+480.00,...,
+01.000": notes of the NASA IRTF on its 218, from which the widths of numbers are. Over range reads
the end of the curve, under range and units zero read 0: seen as "+00.000" and "+480.00" in such
notes, the rest from memory. What does not exist is answered by silence.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.cryostat import Stage
from simulators.devices.lakeshore import Action, CommandError, LakeShoreDevice, parameter

INPUTS = tuple(str(number) for number in range(1, 9))
BASES = (3.1, 3.4, 4.2, 9.5, 38.0, 44.0, 77.4, 288.0)
"""Where the stages come to rest, K: from the second stage of the cooler to the flange."""
CURVE_END = 480.0
KELVIN = 273.15
UNDER, OVER, UNITS_UNDER, UNITS_OVER = 16, 32, 64, 128
STATUS = {
    "under-range": UNDER,
    "over-range": OVER,
    "sensor-short": UNITS_UNDER,
    "sensor-break": UNITS_OVER,
}


class Options(DeviceOptions):
    """``cold`` begins at the base temperatures, otherwise at room temperature.

    ``strict`` loses what comes less than 50 ms after the last communication.
    """

    cold: bool = False
    strict: bool = False
    serial_number: str = Field(default="21EA4F", pattern=r"^[0-9A-Za-z]{1,7}$")


class LakeShore218(LakeShoreDevice):
    """Eight sensors in a cryostat that cools down."""

    model: ClassVar[str] = "lakeshore-218"
    description: ClassVar[str] = "Lake Shore 218 temperature monitor"
    channels: ClassVar[tuple[str, ...]] = tuple(f"t{number}" for number in INPUTS)
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "under-range": "temperature below the curve: RDGST? 16",
        "over-range": "temperature above the curve: RDGST? 32",
        "sensor-short": "sensor shorted, units under range: RDGST? 64",
        "sensor-break": "sensor open, units over range: RDGST? 128",
    }
    longest_line: ClassVar[int] = 64

    def __init__(self, options: Options, random: Random) -> None:
        identity = f"LSCI,MODEL218E,{options.serial_number},042109"
        super().__init__(random, strict=options.strict, identity=identity)
        self.stages = [Stage(random, base, cold=options.cold) for base in BASES]

    def step(self, dt: float) -> None:
        """Let the cryostat cool."""
        for stage in self.stages:
            stage.step(dt)

    def state(self) -> dict[str, Value]:
        """The temperatures, K; None where a sensor is in trouble."""
        return {f"t{each}": self._true(each) for each in INPUTS}

    def controls(self) -> Mapping[str, Control]:
        """The cooler."""
        return {"cooler": switch("the cooler", self._cool, lambda: self.stages[0].cooled)}

    def status(self, name: str) -> int:
        """The status bits of an input."""
        return sum(bit for event, bit in STATUS.items() if self.happening(event, f"t{name}"))

    def _cool(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        for stage in self.stages:
            stage.cooled = on

    def _true(self, name: str) -> float | None:
        return None if self.status(name) else self.stages[int(name) - 1].reading

    def _table(self) -> dict[str, Action]:
        return {
            "KRDG?": lambda given, values: self._read(given, values, 0.0),
            "CRDG?": lambda given, values: self._read(given, values, KELVIN),
            "RDGST?": self._tell_status,
            "SRDG?": lambda given, _: _joined(self._asked(given), lambda _: "+1.2345"),
            "INPUT?": lambda given, _: str(int(parameter(given) in INPUTS)),
            "ALARMST?": lambda given, _: _demanded(given, "0,0"),
            "INTYPE?": lambda _, __: "0",
            "BAUD?": lambda _, __: "2",
        }

    def _read(self, given: list[str], values: dict[str, Value], offset: float) -> str:
        names = self._asked(given)
        for name in names:
            values[f"t{name}"] = None if self.status(name) else self._kelvin(name)
        return _joined(names, lambda name: _format(self._shown(name) - offset))

    def _asked(self, given: list[str]) -> tuple[str, ...]:
        if not given or given == ["0"]:
            return INPUTS
        if given[0] not in INPUTS:
            raise CommandError
        return (given[0],)

    def _kelvin(self, name: str) -> float:
        return float(_format(self.stages[int(name) - 1].reading))

    def _shown(self, name: str) -> float:
        status = self.status(name)
        if status & (OVER | UNITS_OVER):
            return CURVE_END
        return 0.0 if status else self.stages[int(name) - 1].reading

    def _tell_status(self, given: list[str], values: dict[str, Value]) -> str:
        del values
        name = parameter(given)
        if name not in INPUTS:
            raise CommandError
        return f"{self.status(name):03d}"


def _joined(names: tuple[str, ...], tell: Callable[[str], str]) -> str:
    return ",".join(tell(name) for name in names)


def _demanded(given: list[str], answer: str) -> str:
    if parameter(given) not in INPUTS:
        raise CommandError
    return answer


def _format(value: float) -> str:
    """Five digits, at least two before the point: +01.000, +77.350, +480.00."""
    return f"{value:+07.3f}" if abs(value) < 99.9995 else f"{value:+.2f}"  # noqa: PLR2004 - 99.9995
