"""What Lake Shore's monitors and controllers have in common on the wire.

Sources: Lake Shore, "Model 218 Temperature Monitor User's Manual", 6.2.4 (command strings are
chained by semicolons) and 6.2.5 (no other communication for 50 ms after the last character of a
command, nor during a response and for 50 ms after it, and not more than 20 a second: "failure to
follow these simple rules will result in inability to establish communication with the instrument
or intermittent failures"). The manual leaves open what exactly is lost. By default what comes too
early is taken, and counted in ``early``; with ``strict`` it is lost.
"""

import re
from abc import abstractmethod
from collections.abc import Callable
from random import Random
from typing import TypeAlias

from simulators.device import Value
from simulators.dialogue import Reply, TextDevice

GAP = 0.05
"""Seconds between the end of one communication and the next."""
COMMAND_ERROR, POWER_ON = 0x20, 0x80
"""Bits of the standard event status register."""

Action: TypeAlias = Callable[[list[str], dict[str, Value]], str | None]
"""What a command does with its parameters: puts channels it tells into the dictionary, returns
the answer; None when there is none."""


class CommandError(Exception):
    """A parameter is missing or out of range."""


class LakeShoreDevice(TextDevice):
    """An instrument with IEEE 488.2 messages ended by CR LF."""

    turnaround = 0.01

    def __init__(self, random: Random, *, strict: bool, identity: str) -> None:
        super().__init__(random)
        self.early = 0
        """How many messages came before the time the manual gives."""
        self._strict = strict
        self._identity = identity
        self._ready = 0.0
        self._events = POWER_ON
        self._commands = {**self._common(), **self._table()}

    @abstractmethod
    def _table(self) -> dict[str, Action]:
        """The commands and queries of the model."""

    def hears(self, line: str) -> bool:
        """Count a message that comes too early; a strict instrument misses it."""
        del line
        early = self.elapsed < self._ready
        self.early += early
        if early and self._strict:
            return False
        self._ready = self.elapsed + GAP
        return True

    def ask(self, line: str) -> Reply | None:
        """Answer the queries of a message; what is wrong is ignored, and set in *ESR?."""
        answers: list[str] = []
        values: dict[str, Value] = {}
        for part in filter(None, (each.strip() for each in line.split(";"))):
            answer = self._obey(part, values)
            if answer is not None:
                answers.append(answer)
        if not answers:
            return None
        self._ready = self.elapsed + self.turnaround + GAP
        return Reply(";".join(answers).encode("latin-1") + b"\r\n", line, values)

    def _obey(self, part: str, values: dict[str, Value]) -> str | None:
        match = re.fullmatch(r"(\*?[A-Za-z]+\??)\s*(.*)", part, re.DOTALL)
        action = self._commands.get(match[1].upper()) if match else None
        if match is None or action is None:
            self._events |= COMMAND_ERROR
            return None
        parameters = [each.strip() for each in match[2].split(",")] if match[2] else []
        try:
            return action(parameters, values)
        except CommandError:
            self._events |= COMMAND_ERROR
            return None

    def _common(self) -> dict[str, Action]:
        return {
            "*IDN?": lambda _, __: self._identity,
            "*OPC?": lambda _, __: "1",
            "*TST?": lambda _, __: "0",
            "*STB?": lambda _, __: "000",
            "*ESE?": lambda _, __: "000",
            "*SRE?": lambda _, __: "000",
            "*ESR?": self._tell_events,
            "*CLS": self._clear,
            "*RST": lambda _, __: None,
            "*OPC": lambda _, __: None,
            "*WAI": lambda _, __: None,
            "*ESE": lambda _, __: None,
            "*SRE": lambda _, __: None,
            "MODE": lambda _, __: None,
            "MODE?": lambda _, __: "0",
        }

    def _tell_events(self, _: list[str], __: dict[str, Value]) -> str:
        events, self._events = self._events, 0
        return f"{events:03d}"

    def _clear(self, _: list[str], __: dict[str, Value]) -> None:
        self._events = 0


def parameter(parameters: list[str], index: int = 0) -> str:
    """A parameter in capitals.

    Raises:
        CommandError: there are fewer.
    """
    if index >= len(parameters):
        raise CommandError
    return parameters[index].upper()


def quantity(parameters: list[str], index: int, low: float, high: float) -> float:
    """A parameter that is a number within limits.

    Raises:
        CommandError: it is none, or beyond them.
    """
    text = parameter(parameters, index)
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)(E[-+]?\d{1,2})?", text, re.ASCII):
        raise CommandError
    if not low <= float(text) <= high:
        raise CommandError
    return float(text)


def digits(value: float, count: int) -> str:
    """A number with sign, ``count`` digits and a point that floats; six: +4.20000, +294.500."""
    whole = max(1, len(f"{abs(value):.{count}f}".partition(".")[0]))
    return f"{value:+.{max(0, count - whole)}f}"
