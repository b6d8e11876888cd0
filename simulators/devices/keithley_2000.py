"""Keithley Model 2000 multimeter, SCPI over RS-232.

Sources: Keithley, "Model 2000 Multimeter User's Manual" 2000-900-01 rev. H / rev. J: *IDN?
page 4-43 ("KEITHLEY INSTRUMENTS INC., MODEL 2000, xxxxxxx, yyyyy/zzzzz"), response messages
page 4-38 (several answers joined by semicolons, terminated by LF), :SYSTem:ERRor? page 5-63
(first in first out, ten messages, "350, Queue Overflow", "0, No error"), :FORMat:ELEMents page
5-28 (a reading is "+1.23456789E+00VDC" with its unit, an overflow +9.9E37 without). Which
abbreviations are taken follows SCPI 1999, 6.2.1. Checked against the *IDN? strings in published
drivers ("KEITHLEY INSTRUMENTS INC.,MODEL 2000").
"""

import re
import string
from collections import deque
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Self, TypeAlias

from simulators.controls import Control, number
from simulators.device import DeviceOptions, Value
from simulators.dialogue import Reply, TextDevice
from simulators.noise import Wander

OVERFLOW = 9.9e37
QUEUE_LENGTH = 10
MEASURING = 0.07
"""Seconds a reading takes at one power line cycle with autozero."""
NO_ERROR = '0,"No error"'
UNDEFINED_HEADER = '-113,"Undefined header"'
QUEUE_OVERFLOW = '350,"Queue overflow"'
BRACKETS = {"[": "(?:", "]": ")?", "?": r"\?"}

Action: TypeAlias = Callable[[dict[str, Value]], str | None]
"""What a command does: puts channels it tells into the dictionary, returns the answer."""


class Options(DeviceOptions):
    """``voltage`` is the source the meter is connected to, V."""

    voltage: float = 5.0
    serial_number: str = "1263748"


class Keithley2000(TextDevice):
    """A voltmeter on a reference source that wanders with the room's temperature."""

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
        scale = abs(options.voltage) or 1.0
        self._source = Wander(random, options.voltage, 2e-4 * scale, 120)
        self._noise = Wander(random, 0.0, 2e-6 * scale, 0.05)
        self._serial_number = options.serial_number
        self._with_unit = False
        self._errors: deque[str] = deque()
        self._queries = self._patterns()

    @classmethod
    def create(cls, options: Mapping[str, object], random: Random) -> Self:
        """Make one from the options of a scenario."""
        return cls(Options.model_validate(options), random)

    def step(self, dt: float) -> None:
        """Let the source wander."""
        self._source.step(dt)
        self._noise.step(dt)

    def controls(self) -> Mapping[str, Control]:
        """The source at the terminals."""
        source = self._source
        return {
            "voltage": number("mean voltage of the source, V", source.tend, lambda: source.mean)
        }

    @property
    def voltage(self) -> float:
        """What the meter shows, V; +9.9E37 at an overflow."""
        if self.happening("overflow"):
            return OVERFLOW
        return self._source.value + self._noise.value

    def ask(self, line: str) -> Reply | None:
        """Answer the queries of a line, joined by semicolons; other commands are silent."""
        answers: list[str] = []
        values: dict[str, Value] = {}
        for command in filter(None, (part.strip() for part in line.split(";"))):
            answer = self._command(command, values)
            if answer is not None:
                answers.append(answer)
        if not answers:
            return None
        delay = MEASURING if values else 0.0
        return Reply(";".join(answers).encode("latin-1") + b"\n", line, values, delay)

    def _command(self, command: str, values: dict[str, Value]) -> str | None:
        for pattern, action in self._queries:
            if pattern.fullmatch(command):
                return action(values)
        self._complain(UNDEFINED_HEADER)
        return None

    def _complain(self, error: str) -> None:
        if len(self._errors) < QUEUE_LENGTH:
            self._errors.append(error)
        else:
            self._errors[-1] = QUEUE_OVERFLOW

    def _patterns(self) -> list[tuple[re.Pattern[str], Action]]:
        table: list[tuple[str, Action]] = [
            ("READ?", self._measure),
            ("FETCh?", self._measure),
            ("[SENSe:]DATA?", self._measure),
            ("MEASure[:VOLTage][:DC]?", self._measure),
            ("SYSTem:ERRor?", self._next_error),
            ("STATus:QUEue?", self._next_error),
            ("SYSTem:VERSion?", lambda _: "1991.0"),
            ("[SENSe:]FUNCtion?", lambda _: '"VOLT:DC"'),
            ("CONFigure?", lambda _: '"VOLT:DC"'),
            ("CONFigure:VOLTage[:DC]", lambda _: None),
            ("FORMat:ELEMents?", lambda _: "READ,UNIT" if self._with_unit else "READ"),
            ("INITiate[:IMMediate]", lambda _: None),
            ("INITiate:CONTinuous", lambda _: None),
            ("ABORt", lambda _: None),
        ]
        common: list[tuple[str, Action]] = [
            (r"\*IDN\?", self._identify),
            (r"\*OPC\?", lambda _: "1"),
            (r"\*(TST|ESR|STB|ESE|SRE)\?", lambda _: "0"),
            (r"\*CLS", self._clear),
            (r"\*RST", lambda _: self._choose_elements(with_unit=False)),
            (
                r":?FORM(AT)?:ELEM(ENTS)?\s+READ(ING)?",
                lambda _: self._choose_elements(with_unit=False),
            ),
            (
                r":?FORM(AT)?:ELEM(ENTS)?\s+READ(ING)?\s*,\s*UNITS?",
                lambda _: self._choose_elements(with_unit=True),
            ),
            (r"\*(OPC|WAI|ESE|SRE)(\s+\d+)?", lambda _: None),
        ]
        pairs = [(_short_or_long(header), action) for header, action in table] + common
        return [(re.compile(text, re.IGNORECASE), action) for text, action in pairs]

    def _measure(self, values: dict[str, Value]) -> str:
        text = "+9.9E37" if self.happening("overflow") else f"{self.voltage:+.8E}"
        values["voltage"] = float(text)
        return text + "VDC" if self._with_unit and not self.happening("overflow") else text

    def _choose_elements(self, *, with_unit: bool) -> None:
        self._with_unit = with_unit

    def _identify(self, _: dict[str, Value]) -> str:
        return f"KEITHLEY INSTRUMENTS INC.,MODEL 2000,{self._serial_number},A20  /A02"

    def _next_error(self, _: dict[str, Value]) -> str:
        return self._errors.popleft() if self._errors else NO_ERROR

    def _clear(self, _: dict[str, Value]) -> None:
        self._errors.clear()


def _short_or_long(header: str) -> str:
    """A regular expression for a header as manuals print it: capitals are the short form."""
    text = re.sub(r"[A-Z]+[a-z]*|[\[\]?]", _header_part, header)
    return rf":?{text}(\s+\S.*)?"


def _header_part(match: re.Match[str]) -> str:
    token = match[0]
    if token in BRACKETS:
        return BRACKETS[token]
    short = token.rstrip(string.ascii_lowercase)
    rest = token[len(short) :]
    return f"{short}(?:{rest})?" if rest else short
