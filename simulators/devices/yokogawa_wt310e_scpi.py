"""Yokogawa WT310E power meter, commands over RS-232, USB or Ethernet.

Sources: Yokogawa, "WT310E/WT310EH/WT332E/WT333E Communication Interface User's Manual"
IM WT310E-17EN: page 5-1 (messages, several units joined by semicolons), 5-5 (headers in responses,
COMMunicate:HEADer and VERBose, INTEGrate:MODE? and INTEGrate:STATe?), 5-6 (numbers), 9-7 (the items
U, I, P, S, Q, lambda, phi, fU, fI that the outputs are set to at first). Commands of the numeric,
input, integration and status groups as in Intel's public yoko-tool (_wt310.py). "NAN" where there
is no data, "INF" over the range, frequencies with five digits: the manual of the WT3001E,
IM WT3001E-17EN, page 6-97. The form of *IDN?: a log published with a client
("YOKOGAWA,WT310,C2PH13047V,F1.03"). From memory: that nine items are sent at first, the numbers of
the errors, five digits of a mantissa.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, TypeAlias

from pydantic import Field

from simulators.controls import Control, number, switch
from simulators.device import DeviceOptions, Value
from simulators.devices.power_items import FUNCTIONS, NO_DATA, OVER_RANGE, PowerMeter
from simulators.dialogue import Reply, TextDevice
from simulators.scpi import ErrorQueue, header_pattern, units

NO_ERROR = '0,"No error"'
UNDEFINED, OUT_OF_RANGE = '113,"Undefined header"', '222,"Data out of range"'
MOST_ITEMS = 255
FIRST_ITEMS = FUNCTIONS[:9]
CHANNELS = {
    "U": "voltage",
    "I": "current",
    "P": "power",
    "S": "apparent_power",
    "Q": "reactive_power",
    "LAMBDA": "power_factor",
    "PHI": "phase",
    "FU": "voltage_frequency",
    "FI": "current_frequency",
    "WH": "energy",
}

Action: TypeAlias = Callable[[re.Match[str], dict[str, Value]], str | None]
"""What a command does: puts channels it tells into the dictionary, returns the answer."""


class Options(DeviceOptions):
    """The load's mean active power in W, and the mains it hangs on in V."""

    power: float = Field(default=800.0, gt=0)
    voltage: float = Field(default=230.0, gt=0)
    serial_number: str = "C3UJ10007V"


class YokogawaWt310eScpi(TextDevice):
    """A power meter between the mains and an appliance."""

    model: ClassVar[str] = "yokogawa-wt310e-scpi"
    description: ClassVar[str] = "Yokogawa WT310E power meter (commands)"
    channels: ClassVar[tuple[str, ...]] = tuple(CHANNELS.values())
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "over-range": "the current exceeds the range: INF in everything it enters",
        "no-load": "the appliance is unplugged: no current, no phase (NAN)",
    }
    turnaround = 0.01

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.meter = PowerMeter(random, options.voltage, options.power)
        self.held: list[str] | None = None
        self._serial_number = options.serial_number
        self._items = [*FIRST_ITEMS, *["NONE"] * (MOST_ITEMS - len(FIRST_ITEMS))]
        self._count = len(FIRST_ITEMS)
        self._header = self._verbose = True
        self._words = {"INPUT:MODE": "RMS", "RATE": "250.0E-03", "NUMERIC:FORMAT": "ASCII"}
        self._words |= {"INPUT:VOLTAGE:RANGE": "300.0E+00", "INPUT:CURRENT:RANGE": "10.0E+00"}
        self._words |= {"INPUT:VOLTAGE:AUTO": "1", "INPUT:CURRENT:AUTO": "1"}
        self._words |= {"INTEGRATE:MODE": "NORMAL", "COMMUNICATE:REMOTE": "0"}
        self._errors = ErrorQueue(20, '350,"Queue overflow"', NO_ERROR)
        self._commands = self._table()

    def step(self, dt: float) -> None:
        """Let the appliance run, and integrate while that is on."""
        self._refresh()
        self.meter.step(dt)

    def state(self) -> dict[str, Value]:
        """All it can tell; None where there is no data."""
        self._refresh()
        return {channel: _told(self.meter.text(name)) for name, channel in CHANNELS.items()}

    def controls(self) -> Mapping[str, Control]:
        """The appliance, and the HOLD key."""
        meter = self.meter
        return {
            "load": number("mean power, W", meter.phase.feed, lambda: meter.power, low=0),
            "hold": switch("the HOLD key", self._hold, lambda: self.held is not None),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer the queries of a message, joined by semicolons; other commands are silent."""
        answers: list[str] = []
        values: dict[str, Value] = {}
        self._refresh()
        for commands in units(line):
            answer = self._command(commands, values)
            if answer is not None:
                answers.append(answer)
        data = ";".join(answers).encode("ascii", "replace") + b"\n"
        return Reply(data, line, values) if answers else None

    def _command(self, commands: tuple[str, ...], values: dict[str, Value]) -> str | None:
        for command in commands:
            for pattern, action in self._commands:
                if match := pattern.fullmatch(command):
                    return action(match, values)
        self._errors.push(UNDEFINED)
        return None

    def _refresh(self) -> None:
        self.meter.loaded = not self.happening("no-load")
        self.meter.over = self.happening("over-range")

    def _table(self) -> list[tuple[re.Pattern[str], Action]]:
        head = header_pattern
        table: list[tuple[str, Action]] = [
            (r"\*IDN\?", lambda _m, _v: f"YOKOGAWA,WT310E,{self._serial_number},F1.03"),
            (r"\*(TST|ESR|STB|ESE|SRE)\?", lambda _m, _v: "0"),
            (r"\*OPC\?", lambda _m, _v: "1"),
            (r"\*CLS", lambda _m, _v: self._errors.clear()),
            (r"\*RST", lambda _m, _v: self._reset()),
            (r"\*(OPC|WAI|TRG|(ESE|SRE)\s+\d+)", lambda _m, _v: None),
            (head("STATus:ERRor?"), lambda _m, _v: self._errors.pop()),
            (head("SYSTem:ERRor?"), lambda _m, _v: self._errors.pop()),
            (head("NUMeric[:NORMal]:VALue?") + r"(?:\s*(\d+))?", self._tell),
            (head("NUMeric[:NORMal]:NUMber?"), self._tell_count),
            (head("NUMeric[:NORMal]:NUMber") + r"\s+(\w+)", self._choose_count),
            (head("NUMeric[:NORMal]:ITEM") + r"(\d*)\?", self._tell_item),
            (head("NUMeric[:NORMal]:ITEM") + r"(\d*)\s+(\w+)\s*(?:,\s*(\w+))?", self._choose_item),
            (head("NUMeric:HOLD") + r"\s+(\w+)", self._choose_hold),
            (r":?HOLD\s+(\w+)", self._choose_hold),
            (head("COMMunicate:HEADer") + r"\s+(\w+)", self._choose_header),
            (head("COMMunicate:VERBose") + r"\s+(\w+)", self._choose_verbose),
            (head("INTEGrate:STATe?"), lambda _m, _v: self._integration()),
            (head("INTEGrate:") + "(STARt?|STOP|RESet?)", self._integrate),
        ]
        pairs = [(re.compile(text, re.IGNORECASE), action) for text, action in table]
        return [*pairs, *(pair for name in self._words for pair in self._setting(name))]

    def _setting(self, name: str) -> list[tuple[re.Pattern[str], Action]]:
        """How a setting that is a word is asked for and made."""
        short = {"INPUT": "INPut", "VOLTAGE": "VOLTage", "CURRENT": "CURRent", "RANGE": "RANGe"}
        short |= {"NUMERIC": "NUMeric", "FORMAT": "FORMat", "INTEGRATE": "INTEGrate"}
        short |= {"COMMUNICATE": "COMMunicate", "REMOTE": "REMote"}
        header = ":".join(short.get(part, part) for part in name.split(":"))
        pattern = header_pattern(header.replace("INPut:", "[INPut:]"))

        def store(match: re.Match[str], _: dict[str, Value]) -> None:
            self._words[name] = match[1].upper()

        return [
            (re.compile(rf"{pattern}\?", re.IGNORECASE), lambda _m, _v: self._headed(name)),
            (re.compile(rf"{pattern}\s+(\S.*)", re.IGNORECASE), store),
        ]

    def _headed(self, name: str, value: str | None = None) -> str:
        told = self._words[name] if value is None else value
        return f":{name} {told}" if self._header else told

    # The numeric group.

    def _tell(self, match: re.Match[str], values: dict[str, Value]) -> str:
        wanted = range(1, self._count + 1)
        if match[1]:
            wanted = [max(1, min(int(match[1]), MOST_ITEMS))]
        texts: list[str] = []
        for index in wanted:
            name = self._items[index - 1]
            texts.append(self.held[index - 1] if self.held else self.meter.text(name))
            if channel := CHANNELS.get(name):
                values[channel] = _told(texts[-1])
        return ",".join(texts)

    def _tell_count(self, _: re.Match[str], _values: dict[str, Value]) -> str:
        return self._headed("NUMERIC:NORMAL:NUMBER", str(self._count))

    def _choose_count(self, match: re.Match[str], _: dict[str, Value]) -> None:
        text = {"ALL": str(MOST_ITEMS)}.get(match[1].upper(), match[1])
        if text.isdecimal() and 1 <= int(text) <= MOST_ITEMS:
            self._count = int(text)
        else:
            self._errors.push(OUT_OF_RANGE)

    def _tell_item(self, match: re.Match[str], _: dict[str, Value]) -> str | None:
        index = int(match[1] or 1)
        if not 1 <= index <= MOST_ITEMS:
            self._errors.push(OUT_OF_RANGE)
            return None
        item = self._items[index - 1]
        name = item if self._verbose else item[:4]
        return self._headed(
            f"NUMERIC:NORMAL:ITEM{index}", name if item in {"NONE", "TIME"} else f"{name},1"
        )

    def _choose_item(self, match: re.Match[str], _: dict[str, Value]) -> None:
        index = int(match[1] or 1)
        asked = match[2].upper()
        known = {name: name for name in (*FUNCTIONS, "NONE")} | {"LAMB": "LAMBDA"}
        if 1 <= index <= MOST_ITEMS and asked in known and (match[3] or "1") == "1":
            self._items[index - 1] = known[asked]
        else:
            self._errors.push(OUT_OF_RANGE)

    # What else can be set.

    def _hold(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        self.held = [self.meter.text(name) for name in self._items] if on else None

    @staticmethod
    def _switched(text: str) -> bool:
        return text.upper() in {"ON", "1"}

    def _choose_hold(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self._hold(self._switched(match[1]))

    def _choose_header(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self._header = self._switched(match[1])

    def _choose_verbose(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self._verbose = self._switched(match[1])

    def _reset(self) -> None:
        self._items = [*FIRST_ITEMS, *["NONE"] * (MOST_ITEMS - len(FIRST_ITEMS))]
        self._count, self.held = len(FIRST_ITEMS), None

    def _integration(self) -> str:
        if self.meter.integrating:
            return "START"
        return "STOP" if self.meter.time else "RESET"

    def _integrate(self, match: re.Match[str], _: dict[str, Value]) -> None:
        self.meter.integrating = match[1].upper().startswith("STAR")
        if match[1].upper().startswith("RES"):
            self.meter.energy = self.meter.time = 0.0


def _told(text: str) -> Value:
    return None if text in {NO_DATA, OVER_RANGE} else float(text)
