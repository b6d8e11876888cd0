"""Keithley Model 2000 multimeter, SCPI over RS-232.

Sources: Keithley, "Model 2000 Multimeter User's Manual" 2000-900-01 rev. H / rev. J: *IDN?
page 4-43 ("KEITHLEY INSTRUMENTS INC., MODEL 2000, xxxxxxx, yyyyy/zzzzz"), response messages
page 4-38 (several answers joined by semicolons, terminated by LF), :SYSTem:ERRor? page 5-63
(first in first out, ten messages, "350, Queue Overflow", "0, No error"), :FORMat:ELEMents page
5-28 (a reading is "+1.23456789E+00VDC" with its unit, an overflow +9.9E37 without). Which
abbreviations are taken follows SCPI 1999, 6.2.1; the errors -109, -222, -224 its chapter 21.8.
Checked against the *IDN? strings in published drivers ("KEITHLEY INSTRUMENTS INC.,MODEL 2000") and
by pymeasure's Keithley2000. From memory: the ranges and speeds (keithley_functions.py), the form
of numbers in answers to settings, and that READ? with continuous initiation on is -213 beside the
reading.
"""

import math
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, TypeAlias

from pydantic import Field

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.devices.keithley_functions import (
    KINDS,
    NAMES,
    OVERFLOW,
    Setting,
    Terminals,
    function_of,
    item_of,
)
from simulators.dialogue import Reply, TextDevice
from simulators.scpi import ErrorQueue, header_pattern, units

NO_ERROR = '0,"No error"'
UNDEFINED_HEADER = '-113,"Undefined header"'
MISSING_PARAMETER = '-109,"Missing parameter"'
OUT_OF_RANGE = '-222,"Parameter data out of range"'
ILLEGAL_VALUE = '-224,"Illegal parameter value"'
INIT_IGNORED = '-213,"Init ignored"'
QUEUE_OVERFLOW = '350,"Queue overflow"'
SLOWEST, FASTEST = 10.0, 0.01
"""Power line cycles."""
MOST_DIGITS, FEWEST_DIGITS = 7, 4
LONGEST_APERTURE = 1.0

Action: TypeAlias = Callable[[re.Match[str], dict[str, Value]], str | None]
"""What a command does: puts channels it tells into the dictionary, returns the answer."""


class Options(DeviceOptions):
    """The source the meter is connected to, V, and the resistor, ohm."""

    voltage: float = 5.0
    resistance: float = Field(default=1000.0, gt=0)
    serial_number: str = "1263748"


class Keithley2000(TextDevice):
    """A multimeter on a reference source that wanders with the room's temperature."""

    model: ClassVar[str] = "keithley-2000"
    description: ClassVar[str] = "Keithley 2000 multimeter (SCPI)"
    channels: ClassVar[tuple[str, ...]] = ("voltage",)
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "overflow": "the input exceeds the range: readings are +9.9E37"
    }
    turnaround = 0.005

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.terminals = Terminals(random, options.voltage, options.resistance)
        self._serial_number = options.serial_number
        self._errors = ErrorQueue(10, QUEUE_OVERFLOW, NO_ERROR)
        self._reset()
        self._commands = self._table()

    def _reset(self) -> None:
        self.function = "VOLT:DC"
        self.settings = {name: Setting(kind) for name, kind in KINDS.items()}
        self._with_unit = False
        self._continuous = False
        self._beeps = True

    def step(self, dt: float) -> None:
        """Let the source wander."""
        self.terminals.step(dt)

    def state(self) -> dict[str, Value]:
        """The voltage, as long as that is what is measured."""
        return {"voltage": self.reading if self.function == "VOLT:DC" else None}

    def controls(self) -> Mapping[str, Control]:
        """What is at the terminals."""
        source, resistor = self.terminals.source, self.terminals.resistor
        return {
            "voltage": number("mean voltage of the source, V", source.tend, lambda: source.mean),
            "resistance": number(
                "mean resistance, ohm", resistor.tend, lambda: resistor.mean, low=1e-3
            ),
        }

    @property
    def reading(self) -> float:
        """What the meter shows of its function; +9.9E37 at an overflow."""
        if self.happening("overflow"):
            return OVERFLOW
        return self.settings[self.function].show(self.terminals.read(self.function))

    def ask(self, line: str) -> Reply | None:
        """Answer the queries of a line, joined by semicolons; other commands are silent."""
        answers: list[str] = []
        values: dict[str, Value] = {}
        for commands in units(line):
            answer = self._command(commands, values)
            if answer is not None:
                answers.append(answer)
        if not answers:
            return None
        measured = any("E" in answer and answer[0] in "+-" for answer in answers)
        delay = self.settings[self.function].duration if measured else 0.0
        return Reply(";".join(answers).encode("latin-1") + b"\n", line, values, delay)

    def _command(self, commands: tuple[str, ...], values: dict[str, Value]) -> str | None:
        for command in commands:
            for pattern, action in self._commands:
                if match := pattern.fullmatch(command):
                    return action(match, values)
        self._errors.push(UNDEFINED_HEADER)
        return None

    def _table(self) -> list[tuple[re.Pattern[str], Action]]:
        head = header_pattern
        named = r":(\w+(?::DC|:AC)?)"
        sense = head("[SENSe:]") + rf"({'|'.join(NAMES)})"
        table: list[tuple[str, Action]] = [
            (r"\*IDN\?", lambda _m, _v: self._identify()),
            (r"\*OPC\?", lambda _m, _v: "1"),
            (r"\*(TST|ESR|STB|ESE|SRE)\?", lambda _m, _v: "0"),
            (r"\*CLS|" + head("STATus:QUEue:CLEar"), lambda _m, _v: self._errors.clear()),
            (r"\*RST|" + head("SYSTem:PRESet"), lambda _m, _v: self._reset()),
            (r"\*(OPC|WAI|TRG|ESE|SRE)(\s+\d+)?", lambda _m, _v: None),
            (head("READ?"), lambda _m, values: self._read(values)),
            (head("FETCh?"), lambda _m, values: self._measure(values)),
            (head("[SENSe:]DATA[:FRESh]?"), lambda _m, values: self._measure(values)),
            (head("MEASure") + rf"(?:{named})?\?", self._measure_function),
            (head("CONFigure") + named + r"(?:\s+\S.*)?", self._configure),
            (head("CONFigure?"), lambda _m, _v: f'"{self.function}"'),
            (head("[SENSe:]FUNCtion?"), lambda _m, _v: f'"{self.function}"'),
            (head("[SENSe:]FUNCtion") + r"""\s+['"](\w+(?::DC|:AC)?)['"]""", self._configure),
            (rf"{sense}:(\w[\w:]*?)\s*\?", self._tell_setting),
            (head("SYSTem:ERRor?"), lambda _m, _v: self._errors.pop()),
            (head("STATus:QUEue[:NEXT]?"), lambda _m, _v: self._errors.pop()),
            (head("SYSTem:VERSion?"), lambda _m, _v: "1991.0"),
            (head("SYSTem:BEEPer[:STATe]?"), lambda _m, _v: str(int(self._beeps))),
            (head("SYSTem:BEEPer[:STATe]") + r"\s+(\w+)", self._choose_beeper),
            (head("SYSTem:") + r"(REMote|LOCal|RWLock|KEY|AZERO\S*)(\s+\S+)?", lambda _m, _v: None),
            (head("FORMat:ELEMents?"), lambda _m, _v: self._elements()),
            (head("FORMat:ELEMents") + r"\s+(\S.*)", self._choose_elements),
            (head("INITiate:CONTinuous?"), lambda _m, _v: str(int(self._continuous))),
            (head("INITiate:CONTinuous") + r"\s+(\w+)", self._choose_continuous),
            (head("INITiate[:IMMediate]"), lambda _m, _v: self._initiate()),
            (head("ABORt"), lambda _m, _v: None),
            (rf"{sense}:(\w[\w:]*)\s+(\S.*)", self._set),
            (rf"{sense}:(\w[\w:]*)", self._lacking),
            (r":?(TRIG|DISP|CALC|SAMP|TRAC|ROUT|UNIT)\w*(:\w+)*(\s+\S.*)?", lambda _m, _v: None),
        ]
        return [(re.compile(text, re.IGNORECASE), action) for text, action in table]

    def _identify(self) -> str:
        return f"KEITHLEY INSTRUMENTS INC.,MODEL 2000,{self._serial_number},A20  /A02"

    # Measuring.

    def _measure(self, values: dict[str, Value]) -> str:
        reading = self.reading
        if self.function == "VOLT:DC":
            values["voltage"] = float(f"{reading:+.8E}")
        if reading == OVERFLOW:
            return "+9.9E37"
        unit = KINDS[self.function].unit if self._with_unit else ""
        return f"{reading:+.8E}{unit}"

    def _read(self, values: dict[str, Value]) -> str:
        self._initiate()
        return self._measure(values)

    def _measure_function(self, match: re.Match[str], values: dict[str, Value]) -> str | None:
        if match[1] and not self._choose(match[1]):
            return None
        return self._measure(values)

    def _initiate(self) -> None:
        if self._continuous:
            self._errors.push(INIT_IGNORED)

    # Settings.

    def _configure(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self._choose(match[1])

    def _choose(self, name: str) -> bool:
        function = function_of(name)
        if function is None:
            self._errors.push(ILLEGAL_VALUE)
            return False
        self.function = function
        return True

    def _lacking(self, match: re.Match[str], _: dict[str, Value]) -> None:
        known = function_of(match[1]) is not None
        self._errors.push(MISSING_PARAMETER if known else UNDEFINED_HEADER)

    def _tell_setting(self, match: re.Match[str], _: dict[str, Value]) -> str | None:
        function, item = function_of(match[1]), item_of(match[2])
        if function is None or item is None:
            self._errors.push(UNDEFINED_HEADER)
            return None
        told = getattr(self.settings[function], item)
        return str(int(told)) if isinstance(told, bool) or item == "digits" else f"{told:.6E}"

    def _set(self, match: re.Match[str], _: dict[str, Value]) -> None:
        function, item = function_of(match[1]), item_of(match[2])
        if function is None or item is None:
            self._errors.push(UNDEFINED_HEADER)
            return
        value = _number(match[3])
        if value is None:
            self._errors.push(ILLEGAL_VALUE)
        elif not self._put(self.settings[function], item, value):
            self._errors.push(OUT_OF_RANGE)

    def _put(self, setting: Setting, item: str, value: float) -> bool:
        if item == "range":
            return setting.choose_range(value)
        limits = {
            "auto": (0, 1),
            "relative": (0, 1),
            "cycles": (FASTEST, SLOWEST),
            "digits": (FEWEST_DIGITS, MOST_DIGITS),
            "reference": (-1e9, 1e9),
            "aperture": (FASTEST, LONGEST_APERTURE),
        }
        low, high = limits[item]
        if not low <= value <= high:
            return False
        setattr(setting, item, bool(value) if item in {"auto", "relative"} else value)
        return True

    def _elements(self) -> str:
        return "READ,UNIT" if self._with_unit else "READ"

    def _choose_elements(self, match: re.Match[str], _: dict[str, Value]) -> None:
        asked = {part.strip().upper()[:4] for part in match[1].split(",")}
        if "READ" in asked and asked <= {"READ", "UNIT"}:
            self._with_unit = "UNIT" in asked
        else:
            self._errors.push(ILLEGAL_VALUE)

    def _choose_beeper(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self._beeps = match[1].upper() in {"ON", "1"}

    def _choose_continuous(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self._continuous = match[1].upper() in {"ON", "1"}


def _number(text: str) -> float | None:
    words = {"ON": 1.0, "OFF": 0.0}
    try:
        value = words[text.strip().upper()] if text.strip().upper() in words else float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
