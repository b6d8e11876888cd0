"""Sartorius laboratory balance, SBI.

Sources: Sartorius, "Cubis MSE Operating Instructions", page 71 (commands: ESC and a character, or
ESC, a letter, a digit and an underline; CR LF behind them are optional) and page 70 (22 characters;
overload High, underload Low; "Stat     ERR ###"); "ME215S" pages 135 and 136 and "LE" pages 51 and
52 (16 characters: sign, digit or space, weight in eight, space, unit in three, CR LF; "H", "L" and
"Err ###"; ID codes in front: N for net, Stat for status); "FB" page 66 ("No stability parameter":
no unit); "GC803S" page 57. The overview of commands K L M N O P Q R S T U V W Z, f, p, s and x:
graysonbellamy.github.io/sartoriuslib/sbi_commands. What x1_ to x4_ ask for (model, serial number,
software, hardware): a published LADS driver for balances with PC-SBI. With automatic output ESC P
starts and stops it: labmcp-sartorius, which cites the SBI interface description. Factory settings
9600 8O1 (BCE) or 19200 8O1 (MSE): sartoriuslib. From memory: the place of H and High in their
lines, that x1_ and the others answer in the width of a line, and that a balance that prints with
stability waits for it.

``print`` is a key of the balance: it sends without being asked.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Literal

from pydantic import Field

from simulators.controls import Control, key, number
from simulators.device import DeviceOptions, Value
from simulators.devices.weighing import DIGIT, WeighingCell
from simulators.dialogue import Reply, TextDevice

ESC = "\x1b"
CAPACITY = 220.009
LOWEST = -20.0
"""Load in g below which the pan is missing."""
PLACES = 4
LONG = 22
LONGEST_COMMAND = 4
LONGEST_PENDING = 3
"""Prints that wait; a balance does not remember more."""
ERROR_NUMBER = 54
LETTERED = re.compile(r"([a-z])(\d*)_")


class Options(DeviceOptions):
    """``form`` is 22 characters with an ID code, or 16 without.

    ``output`` says when ESC P and the key send: at once, or when the weight is stable.
    ``auto`` sends by itself: each ``interval`` seconds, or each new load once it is stable.
    ``samples`` puts samples on and off by itself.
    """

    form: Literal[16, 22] = 22
    output: Literal["immediate", "stable"] = "immediate"
    auto: Literal["off", "interval", "stable"] = "off"
    interval: float = Field(default=1.0, ge=0.1, le=3600)
    samples: bool = True
    type_name: str = Field(default="MSE224S-100-DU", pattern=r"^[!-~]{1,20}$")
    serial_number: str = Field(default="0034309393", pattern=r"^[0-9A-Za-z-]{1,14}$")


class SartoriusSbi(TextDevice):
    """A balance that settles, and has a print key."""

    model: ClassVar[str] = "sartorius-sbi"
    description: ClassVar[str] = "Sartorius laboratory balance (SBI)"
    channels: ClassVar[tuple[str, ...]] = ("weight",)
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "overload": "more on the pan than the balance can weigh: High, H",
        "underload": "the pan is missing: Low, L",
        "unstable": "a draught: the weight never settles, lines come without unit",
        "error": "the weighing system has failed: ERR 054",
    }
    turnaround = 0.02
    longest_line: ClassVar[int] = 20

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.cell = WeighingCell(random, samples=options.samples)
        self._options = options
        self._zero = 0.0
        self._tare = 0.0
        self._prints = 0
        self._auto = options.auto != "off"
        self._next = 0.0
        self._printed_load: float | None = 0.0

    def step(self, dt: float) -> None:
        """Let the pan settle."""
        self.cell.step(dt, draught=self.happening("unstable"))

    @property
    def weight(self) -> float | None:
        """The net weight, g; None where the balance has none to tell."""
        return None if self._trouble else self._gross - self._tare

    def controls(self) -> Mapping[str, Control]:
        """The pan, the print key and the tare key."""
        return {
            "load": number(
                "put so many grams on the pan altogether; nobody else puts samples on it any more",
                self.cell.lay,
                lambda: self.cell.load,
            ),
            "print": key("the print key: sends the weight without being asked", self._press),
            "tare": key("the tare key", self._tare_now),
        }

    def ends(self, pending: str) -> bool:
        """A command is whole with its letter, or with its underline; ESC begins anew."""
        _, escape, command = pending.rpartition(ESC)
        whole = re.fullmatch(r"[A-Z]|[a-z]\d*_", command)
        return not escape or bool(whole) or len(command) > LONGEST_COMMAND

    def hears(self, line: str) -> bool:
        """What has no ESC is no command: line ends, noise."""
        return ESC in line

    def ask(self, line: str) -> Reply | None:
        """Obey a command; only prints and information are answered."""
        command = line.rpartition(ESC)[2].strip() if ESC in line else ""
        if command == "P":
            return self._print_for(line)
        if command and command in "TUV":
            self._zero_now() if command == "V" else self._tare_now()
            return None
        if match := LETTERED.fullmatch(command):
            return self._extended(match[1] + match[2], line)
        return None  # filters, keys, beep, restart, calibration: obeyed in silence

    @property
    def talking(self) -> bool:
        """True while prints wait, or the balance prints by itself."""
        return self._prints > 0 or self._auto

    def emit(self) -> Reply | None:
        """The next line of a key, or of the automatic output."""
        if self._prints and self._ready:
            self._prints -= 1
            return self._line("print")
        return self._automatic() if self._auto else None

    @property
    def _gross(self) -> float:
        return self.cell.reading - self._zero

    @property
    def _trouble(self) -> str:
        """What stands in the place of the weight: H, L or E; empty for none."""
        if self.happening("error"):
            return "E"
        if self.happening("overload") or self._gross > CAPACITY:
            return "H"
        return "L" if self.happening("underload") or self._gross < LOWEST else ""

    @property
    def _ready(self) -> bool:
        return self._options.output == "immediate" or self.cell.stable or bool(self._trouble)

    def _press(self) -> None:
        self._prints = min(LONGEST_PENDING, self._prints + 1)

    def _print_for(self, line: str) -> Reply | None:
        if self._options.auto != "off":
            self._auto = not self._auto
            self._next = self.elapsed
            return None
        if self._ready:
            return self._line(line)
        self._press()
        return None

    def _automatic(self) -> Reply | None:
        if self._options.auto == "interval":
            if self.elapsed < self._next:
                return None
            self._next = max(self._next + self._options.interval, self.elapsed)
            return self._line("auto")
        if not self.cell.stable:
            return None
        if self.cell.load == self._printed_load:
            return None
        self._printed_load = self.cell.load
        return self._line("auto")

    def _extended(self, command: str, line: str) -> Reply | None:
        told: dict[str, Callable[[], str]] = {
            "x1": lambda: self._options.type_name,
            "x2": lambda: self._options.serial_number,
            "x3": lambda: "00-39-20",
            "x4": lambda: "01-62-05",
        }
        if command == "p":
            return self._print_for(line)
        if command in told:
            return Reply(f"{told[command]():<{self._options.form - 2}}\r\n".encode("latin-1"), line)
        return None

    def _zero_now(self) -> None:
        self._zero, self._tare = self.cell.reading, 0.0

    def _tare_now(self) -> None:
        self._tare = self._gross

    # Lines.

    def _line(self, request: str) -> Reply:
        long = self._options.form == LONG
        if trouble := self._trouble:
            text = _special(trouble, long=long)
            return Reply(text.encode("latin-1") + b"\r\n", request, {"weight": None})
        value = round((self._gross - self._tare) / DIGIT) * DIGIT
        digits = f"{abs(value):.{PLACES}f}"
        sign = " " if float(digits) == 0 else "-" if value < 0 else "+"
        unit = "g" if self.cell.stable else ""
        code = f"{'N':<6}" if long else ""
        text = f"{code}{sign}{digits:>9} {unit:<3}"
        told: dict[str, Value] = {"weight": float(f"{sign}{digits}".strip())}
        return Reply(text.encode("latin-1") + b"\r\n", request, told)


def _special(trouble: str, *, long: bool) -> str:
    if trouble == "E":
        middle = f"ERR {ERROR_NUMBER:03d}" if long else f"Err {ERROR_NUMBER:03d}"
        return f"{'Stat' if long else '':<{9 if long else 3}}{middle}    "
    if long:
        word = {"H": "High", "L": "Low"}[trouble]
        return f"{'Stat':<12}{word:<8}"
    return f"{'':<6}{trouble:<8}"
