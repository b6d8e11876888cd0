"""Advantech ADAM-4017 and ADAM-4018 analog input modules, ASCII commands over RS-485.

Sources: Advantech, "ADAM 4000 Series User's Manual": page 4-2 (syntax, capital letters only),
pages 5-4 and following (%AANNTTCCFF, its format byte), 5-10 ($AA2 and "!45050600"), 5-13 to 5-15
(#AA, #AAN, silence on a syntax error, "+9999" and "-0000" out of range of a thermocouple, the
measured value out of range of a voltage), 4-12 (#**, $AA4, $AAF, $AAM), appendix F (checksum: sum
modulo 256 of all characters before it, no response to a missing or wrong one, "#0588" and
">+3.56719D"). "?AA" for an invalid command, silence for a syntax error: ADAM-6000 manual, page 124,
and ICP DAS's page on #AAN ("if the channel is not available"). Codes 00 to 06 of the ranges as in
public clients; the other codes, the places of the point and the answers of $AA5VV and $AA6: from
memory of appendix B and chapter 5.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Literal, TypeAlias

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.analog_inputs import AnalogInput, spread
from simulators.dialogue import Reply, TextDevice

INPUTS = 8
HIGHEST_COUNT = 0x7FFF
CHECKSUM = 0x40
FORMAT = 0x03
ENGINEERING, PERCENT, HEXADECIMAL = 0, 1, 2
OVER, UNDER = "+9999", "-0000"
VOLTAGE_RANGES = {
    "00": (-15.0, 15.0, 3),
    "01": (-50.0, 50.0, 3),
    "02": (-100.0, 100.0, 2),
    "03": (-500.0, 500.0, 2),
    "04": (-1.0, 1.0, 4),
    "05": (-2.5, 2.5, 4),
    "06": (-20.0, 20.0, 3),
    "08": (-10.0, 10.0, 3),
    "09": (-5.0, 5.0, 4),
    "0A": (-1.0, 1.0, 4),
    "0B": (-500.0, 500.0, 2),
    "0C": (-150.0, 150.0, 2),
    "0D": (-20.0, 20.0, 3),
}
"""Lowest and highest value (mV, V or mA) and digits behind the point, by code."""
THERMOCOUPLES = {
    "0E": (0.0, 760.0, 2),
    "0F": (0.0, 1000.0, 1),
    "10": (-100.0, 400.0, 2),
    "11": (0.0, 1000.0, 1),
    "12": (500.0, 1750.0, 1),
    "13": (500.0, 1750.0, 1),
    "14": (500.0, 1800.0, 1),
}
"""Types J, K, T, E, R, S, B; degrees Celsius."""
OFFERED = {
    "4017": {"08", "09", "0A", "0B", "0C", "0D"},
    "4018": {"00", "01", "02", "03", "04", "05", "06", *THERMOCOUPLES},
}
FACTORY_RANGE = {"4017": "09", "4018": "0F"}
BAUD_9600 = "06"

Action: TypeAlias = Callable[[re.Match[str]], tuple[str, dict[str, Value]]]
"""What a valid command does: the answer, and the channels it tells."""


class Options(DeviceOptions):
    """``address`` is hexadecimal; ``range`` is the code TT, empty for ``module``'s usual one."""

    address: str = Field(default="01", pattern=r"^[0-9A-F]{2}$")
    module: Literal["4017", "4018"] = "4017"
    range: str = Field(default="", pattern=r"^([0-9A-F]{2})?$")
    checksum: bool = False


class Adam4000(TextDevice):
    """A module with eight inputs."""

    model: ClassVar[str] = "adam-4000"
    description: ClassVar[str] = "Advantech ADAM-4017/4018 analog input module (ASCII)"
    channels: ClassVar[tuple[str, ...]] = tuple(f"ch{i}" for i in range(INPUTS))
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "open": "an input is open: a voltage strays about zero, a thermocouple shows +9999"
    }
    turnaround = 0.005

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self._address = options.address
        self._module = options.module
        offered = OFFERED[options.module]
        self._range = options.range if options.range in offered else FACTORY_RANGE[options.module]
        self._checksum = options.checksum
        self._format = ENGINEERING
        self._enabled = 0xFF
        self._sampled: str | None = None
        low, high, _ = self._limits()
        means = spread(INPUTS, low, high)
        self.inputs = [AnalogInput(random, mean, high - low) for mean in means]
        self._commands = self._table()

    @property
    def address(self) -> str:
        """Two hexadecimal digits."""
        return self._address

    def step(self, dt: float) -> None:
        """Let the inputs wander."""
        for each in self.inputs:
            each.step(dt)

    def state(self) -> dict[str, Value]:
        """What the inputs measure, in the unit of the range; None out of it."""
        return {
            name: self._told(self._text(i, ENGINEERING)) for i, name in enumerate(self.channels)
        }

    def controls(self) -> Mapping[str, Control]:
        """What the inputs are wired to."""
        return {
            f"ch{i}": number(
                f"mean at input {i}, in the unit of the range",
                each.wired.tend,
                lambda each=each: each.wired.mean,
            )
            for i, each in enumerate(self.inputs)
        }

    def ask(self, line: str) -> Reply | None:
        """Answer a valid command; ?AA to an invalid one, silence to what has no form or sum."""
        command = self._unsealed(line)
        if command == "#**":
            self._sampled = self._all()
        form = re.fullmatch(r"([#$%])([0-9A-F]{2})(.*)", command or "")
        if form is None or form[2] != self._address:
            return None
        for pattern, action in self._commands:
            if match := pattern.fullmatch(form[1] + form[3]):
                text, values = action(match)
                return self._reply(text, line, values)
        if form[1] == "#" or not form[3]:
            return None
        return self._reply(f"?{self._address}", line)

    def spoil(self, data: bytes) -> bytes | None:
        """A reply with a wrong checksum; None when checksums are off."""
        return data[:-3] + b"%02X\r" % ((_sum(data[:-3]) + 1) % 256) if self._checksum else None

    def _unsealed(self, line: str) -> str | None:
        """The command without its checksum; None when that is missing or wrong."""
        if not self._checksum:
            return line
        body = line[:-2]
        return body if line[-2:] == f"{_sum(body.encode('latin-1')):02X}" else None

    def _reply(self, text: str, line: str, values: dict[str, Value] | None = None) -> Reply:
        data = text.encode("ascii")
        sealed = data + b"%02X" % _sum(data) if self._checksum else data
        return Reply(sealed + b"\r", line, values or {})

    def _table(self) -> list[tuple[re.Pattern[str], Action]]:
        table: dict[str, Action] = {
            r"#": lambda _: (">" + self._all(), self._values(range(INPUTS))),
            r"#([0-7])": lambda match: self._one(int(match[1])),
            r"#[89A-F]": lambda _: (f"?{self._address}", {}),
            r"\$2": lambda _: self._said(f"{self._range}{BAUD_9600}{self._flags():02X}"),
            r"\$M": lambda _: self._said(self._module),
            r"\$F": lambda _: self._said("A2.30"),
            r"\$4": self._tell_sampled,
            r"\$5([0-9A-F]{2})": self._enable,
            r"\$6": lambda _: self._said(f"{self._enabled:02X}"),
            r"%([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{2})": self._configure,
        }
        return [(re.compile(pattern), action) for pattern, action in table.items()]

    def _said(self, text: str) -> tuple[str, dict[str, Value]]:
        return f"!{self._address}{text}", {}

    def _limits(self) -> tuple[float, float, int]:
        return (VOLTAGE_RANGES | THERMOCOUPLES)[self._range]

    def _flags(self) -> int:
        return self._format | CHECKSUM * self._checksum

    def _one(self, index: int) -> tuple[str, dict[str, Value]]:
        return ">" + self._text(index, self._format), self._values([index])

    def _all(self) -> str:
        asked = [i for i in range(INPUTS) if self._enabled >> i & 1]
        return "".join(self._text(i, self._format) for i in asked)

    def _values(self, indices: range | list[int]) -> dict[str, Value]:
        asked = [i for i in indices if len(indices) == 1 or self._enabled >> i & 1]
        return {self.channels[i]: self._told(self._text(i, ENGINEERING)) for i in asked}

    def _told(self, text: str) -> Value:
        return None if text in {OVER, UNDER} else float(text)

    def _text(self, index: int, form: int) -> str:
        """A reading in one of the data formats."""
        low, high, places = self._limits()
        opened = self.happening("open", self.channels[index])
        value = self.inputs[index].read(opened=opened)
        if self._range in THERMOCOUPLES and (opened or not low <= value <= high):
            under = not opened and value < low
            return (
                ("0000" if under else "FFFF") if form == HEXADECIMAL else UNDER if under else OVER
            )
        part = value / max(-low, high)
        if form == HEXADECIMAL:
            return f"{round(max(-1.0, min(part, 1.0)) * HIGHEST_COUNT) % 0x10000:04X}"
        return f"{part * 100:+07.2f}" if form == PERCENT else f"{value + 0.0:+07.{places}f}"

    def _tell_sampled(self, _: re.Match[str]) -> tuple[str, dict[str, Value]]:
        if self._sampled is None:
            return f"?{self._address}", {}
        sampled, self._sampled = self._sampled, None
        return f">{self._address}1{sampled}", {}

    def _enable(self, match: re.Match[str]) -> tuple[str, dict[str, Value]]:
        self._enabled = int(match[1], 16)
        return self._said("")

    def _configure(self, match: re.Match[str]) -> tuple[str, dict[str, Value]]:
        """Change address, range and format; baud rate and checksum only by the INIT* terminal."""
        new, code, baud, flags = match[1], match[2], match[3], int(match[4], 16)
        sealed = bool(flags & CHECKSUM)
        if code not in OFFERED[self._module] or baud != BAUD_9600 or sealed != self._checksum:
            return f"?{self._address}", {}
        if flags & FORMAT > HEXADECIMAL:
            return f"?{self._address}", {}
        self._address, self._range, self._format = new, code, flags & FORMAT
        return f"!{new}", {}


def _sum(data: bytes) -> int:
    return sum(data) % 256
