"""A measuring instrument with SCPI commands: a table of them, settings, an error queue.

Sources as of ``simulators/scpi.py``; messages of errors as in HP, "34401A User's Guide", chapter 5.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, TypeAlias

from simulators.device import Value
from simulators.dialogue import Reply, TextDevice
from simulators.scpi import ErrorQueue, header_pattern, units

UNDEFINED = '-113,"Undefined header"'
MISSING = '-109,"Missing parameter"'
OUT_OF_RANGE = '-222,"Data out of range"'
ILLEGAL = '-224,"Illegal parameter value"'
STALE = '-230,"Data stale"'
COMMAND_BIT, EXECUTION_BIT, POWER_ON = 0x20, 0x10, 0x80
"""Bits of the standard event status register."""
CLEAR = "\x03"
"""Ctrl-C is a device clear on RS-232."""

Action: TypeAlias = Callable[[str, dict[str, Value]], str | None]
"""What a command does with its parameter: puts channels it tells into the dictionary, returns the
answer; None when there is none."""


class ScpiDevice(TextDevice):
    """Answers the queries of a message joined by semicolons; answers end in CR LF."""

    longest_line: ClassVar[int] = 1024
    defaults: ClassVar[Mapping[str, str]] = {}
    """Settings that are kept as they are written: header, and what its query answers at first."""

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self.errors = ErrorQueue(20, '-350,"Too many errors"', '+0,"No error"')
        self._events = POWER_ON
        self._settings = dict(self.defaults)
        self._commands = self._compiled()

    def commands(self) -> Mapping[str, Action]:
        """The model's own: header as manuals print it, and what it does."""
        return {}

    def ends(self, pending: str) -> bool:
        """A device clear needs no end of line."""
        return pending.endswith(CLEAR)

    def ask(self, line: str) -> Reply | None:
        """Answer a message; what is wrong goes into the error queue."""
        if line.endswith(CLEAR):
            return None
        answers: list[str] = []
        values: dict[str, Value] = {}
        for meant in units(line):
            answer = self._obey(meant, values)
            if answer is not None:
                answers.append(answer)
        if not answers:
            return None
        data = ";".join(answers).encode("latin-1", "replace") + b"\r\n"
        return Reply(data, line, values, self.takes(values))

    def takes(self, values: Mapping[str, Value]) -> float:
        """Seconds of measuring before an answer that tells these."""
        del values
        return 0.0

    def complain(self, error: str) -> None:
        """Put an error into the queue; returns nothing, as a command without an answer does."""
        self.errors.push(error)
        self._events |= COMMAND_BIT if error.startswith("-1") else EXECUTION_BIT

    def reset(self) -> None:
        """*RST: all settings as they were at first."""
        self._settings = dict(self.defaults)

    def setting(self, header: str) -> str:
        """What a setting stands at."""
        return self._settings[header]

    def _obey(self, meant: tuple[str, ...], values: dict[str, Value]) -> str | None:
        for command in meant:
            for pattern, action in self._commands:
                if match := pattern.fullmatch(command):
                    return action((match["parameter"] or "").strip(), values)
        return self.complain(UNDEFINED)

    def _compiled(self) -> list[tuple[re.Pattern[str], Action]]:
        table: dict[str, Action] = {**self._common(), **self.commands()}
        for header in self.defaults:
            table[f"{header}?"] = lambda _, __, header=header: self._settings[header]
            table[header] = lambda text, _, header=header: self._keep(header, text)
        return [(_pattern(header), action) for header, action in table.items()]

    def _keep(self, header: str, text: str) -> None:
        if not text:
            self.complain(MISSING)
            return
        number = re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(E[-+]?\d{1,2})?", text, re.IGNORECASE)
        kind = self.defaults[header]
        if text.upper() in {"ON", "OFF"} and kind in {"0", "1"}:
            text = str(int(text.upper() == "ON"))
        elif number and "E" in kind:
            text = f"{float(text):+.8E}"
        self._settings[header] = text if text.startswith('"') else text.upper()

    def _common(self) -> dict[str, Action]:
        return {
            "*OPC?": lambda _, __: "1",
            "*TST?": lambda _, __: "+0",
            "*STB?": lambda _, __: "+0",
            "*ESE?": lambda _, __: "+0",
            "*SRE?": lambda _, __: "+0",
            "*ESR?": self._tell_events,
            "*CLS": self._clear,
            "*RST": lambda _, __: self.reset(),
            "*OPC": lambda _, __: None,
            "*WAI": lambda _, __: None,
            "*ESE": lambda _, __: None,
            "*SRE": lambda _, __: None,
            "SYSTem:ERRor?": lambda _, __: self.errors.pop(),
            "SYSTem:BEEPer": lambda _, __: None,
        }

    def _tell_events(self, _: str, __: dict[str, Value]) -> str:
        events, self._events = self._events, 0
        return f"+{events}"

    def _clear(self, _: str, __: dict[str, Value]) -> None:
        self.errors.clear()
        self._events = 0


def _pattern(header: str) -> re.Pattern[str]:
    text = re.escape(header) if header.startswith("*") else header_pattern(header)
    return re.compile(rf"{text}(?:\s+(?P<parameter>.*))?", re.IGNORECASE | re.DOTALL)
