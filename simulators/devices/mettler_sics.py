"""Mettler-Toledo laboratory balance, MT-SICS levels 0 and 1.

Sources: Mettler-Toledo, "MT-SICS Interface Commands, Standard and Advanced Laboratory
Balances", reference manual 30014405, chapters 2 (formats: status, value right-aligned in ten
characters, unit; ES, ET, EL) and 3 (@, I1-I4, S, SI, SIR, T, TA, TAC, TI, Z, ZI); "S S", "S D",
"S I", "S +", "S -" also in the AL-IC operating instructions, page 72. Checked against the
transcripts in the tests of InstrumentKit (mettler_toledo) and of a published MT-SICS client:
"@" answers 'I4 A "serial"', "Z" "Z A", "TAC" "TAC A", I2 'XS204 Excellence 220.0090 g'. What SIU,
SIRU, SU, SNR, SR, UPD, I5, I10, I11, D, DW are for: the AL-IC instructions, page 72; the size of a
change that SNR and SR tell, how UPD and TA take a value, from memory of the reference manual.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar

from pydantic import Field

from simulators.controls import Control, key, number
from simulators.device import DeviceOptions, Value
from simulators.devices.weighing import DIGIT, WeighingCell
from simulators.dialogue import Reply, TextDevice

CAPACITY = 220.009
LOWEST = -20.0
"""Load in g below which the pan is missing: underload."""
RATE = 5.0
"""Values of SIR a second, unless UPD says otherwise."""
FASTEST = 23.0
CHANGE, LEAST_CHANGE = 0.125, 30
"""What SNR and SR take for a change: a part of the last stable weight, at least so many digits."""
PLACES = 4
WEIGHT_REPLIES: dict[str, str] = dict.fromkeys(("SI", "SIR", "SU", "SIU", "SIRU", "SNR", "SR"), "S")
"""Commands whose replies begin with another name than their own."""


class Follow:
    """SNR and SR: which of them, from which stable weight, and whether it has changed since."""

    def __init__(self, name: str, change: float) -> None:
        self.name = name
        self.change = change
        self.last: float | None = None
        self.moved = False


class Options(DeviceOptions):
    """``samples`` puts samples on and off by itself; ``patience`` is how long S waits, s."""

    samples: bool = True
    patience: float = Field(default=10.0, gt=0)
    serial_number: str = Field(default="1126493049", pattern=r"^[0-9A-Za-z-]{1,20}$")


class MettlerSics(TextDevice):
    """A balance that settles; S waits until it has."""

    model: ClassVar[str] = "mettler-sics"
    description: ClassVar[str] = "Mettler-Toledo laboratory balance (MT-SICS)"
    channels: ClassVar[tuple[str, ...]] = ("weight",)
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "overload": "more on the pan than the balance can weigh: S +",
        "underload": "the pan is missing: S -",
        "unstable": "a draught: the weight never settles",
        "busy": "the balance is in a menu: S I",
    }
    turnaround = 0.01

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.cell = WeighingCell(random, samples=options.samples)
        self._patience = options.patience
        self._serial_number = options.serial_number
        self._zero = 0.0
        self._tare = 0.0
        self._waiting: tuple[str, float] | None = None
        self._repeat: float | None = None
        self._rate = RATE
        self._follow: Follow | None = None
        self._commands = self._table()

    def step(self, dt: float) -> None:
        """Let the pan settle."""
        self.cell.step(dt, draught=self.happening("unstable"))

    def state(self) -> dict[str, Value]:
        """The net weight, g; None where the balance has none to tell."""
        return {"weight": None if self._trouble() else self.gross - self._tare}

    def controls(self) -> Mapping[str, Control]:
        """The pan and the print key."""
        return {
            "load": number(
                "put so many grams on the pan altogether; nobody else puts samples on it any more",
                self.cell.lay,
                lambda: self.cell.load,
            ),
            "print": key("the print key: sends the weight once it is stable", self._press_print),
        }

    def _press_print(self) -> None:
        self._waiting = ("S", self.elapsed + self._patience)

    @property
    def gross(self) -> float:
        """Weight above zero, g."""
        return self.cell.reading - self._zero

    @property
    def stable(self) -> bool:
        """True when the weight has settled."""
        return self.cell.stable

    def ask(self, line: str) -> Reply | None:
        """Answer a command; ES when unknown, EL with a parameter, I while one waits."""
        name, _, parameter = line.partition(" ")
        command = self._commands.get(name)
        if command is None:
            return self._reply("ES", line)
        takes = name in {"SNR", "SR", "TA", "UPD", "D"}
        if parameter.strip() and not takes:
            return self._reply("EL", line)
        if self._waiting and name != "@":
            return self._reply(f"{WEIGHT_REPLIES.get(name, name)} I", line)
        self._repeat = self._follow = None
        return command(line)

    @property
    def talking(self) -> bool:
        """True while a command waits for the weight to settle, or SIR, SNR or SR repeats."""
        return bool(self._waiting or self._follow) or self._repeat is not None

    def emit(self) -> Reply | None:
        """Send what a waiting command came to, or the next weight of SIR."""
        if self._waiting:
            return self._settled(*self._waiting)
        if self._follow:
            return self._followed(self._follow)
        if self._repeat is not None and self.elapsed >= self._repeat:
            self._repeat = max(self._repeat + 1 / self._rate, self.elapsed)
            return self._weight("S", "SIR")
        return None

    def _followed(self, follow: Follow) -> Reply | None:
        """The next stable weight after a change; SR tells that it changes as well."""
        weight = self.gross - self._tare
        if follow.last is None or follow.moved:
            if not self.stable:
                return None
            follow.last, follow.moved = weight, False
            return self._weight("S", follow.name)
        least = max(CHANGE * abs(follow.last), LEAST_CHANGE * DIGIT)
        if abs(weight - follow.last) < (follow.change or least):
            return None
        follow.moved = True
        return self._weight("S", follow.name) if follow.name == "SR" else None

    def _table(self) -> dict[str, Callable[[str], Reply | None]]:
        return {
            "@": self._cancel,
            "I0": self._list,
            "I1": lambda line: self._reply('I1 A "01" "2.30" "2.22" "" ""', line),
            "I2": lambda line: self._reply('I2 A "XS204 Excellence 220.0090 g"', line),
            "I3": lambda line: self._reply('I3 A "2.10 10.28.0.493.142"', line),
            "I4": self._tell_serial_number,
            "S": self._when_stable,
            "SU": self._when_stable,
            "SI": lambda line: self._weight("S", line),
            "SIU": lambda line: self._weight("S", line),
            "SIR": self._stream,
            "SIRU": self._stream,
            "SNR": self._follow_changes,
            "SR": self._follow_changes,
            "UPD": self._choose_rate,
            "I5": lambda line: self._reply('I5 A "11780711A"', line),
            "I10": lambda line: self._reply('I10 A "BALANCE"', line),
            "I11": lambda line: self._reply('I11 A "XS204"', line),
            "D": lambda line: self._reply("D A", line),
            "DW": lambda line: self._reply("DW A", line),
            "T": self._when_stable,
            "TA": self._tell_tare,
            "TAC": self._clear_tare,
            "TI": self._tare_now,
            "Z": self._when_stable,
            "ZI": self._zero_now,
        }

    def _reply(self, text: str, request: str, values: dict[str, Value] | None = None) -> Reply:
        return Reply(text.encode("latin-1") + b"\r\n", request, values or {})

    def _trouble(self) -> str:
        if self.happening("busy"):
            return "I"
        if self.happening("overload") or self.gross > CAPACITY:
            return "+"
        return "-" if self.happening("underload") or self.gross < LOWEST else ""

    def _weight(self, name: str, request: str) -> Reply:
        if trouble := self._trouble():
            return self._reply(f"{name} {trouble}", request, {"weight": None})
        number = _number(self.gross - self._tare)
        status = "S" if self.stable else "D"
        return self._reply(f"{name} {status} {number} g", request, {"weight": float(number)})

    def _when_stable(self, line: str) -> Reply | None:
        self._waiting = (line, self.elapsed + self._patience)
        return self.emit()

    def _settled(self, name: str, deadline: float) -> Reply | None:
        if not (self._trouble() or self.stable or self.elapsed >= deadline):
            return None
        self._waiting = None
        if trouble := self._trouble() or ("" if self.stable else "I"):
            weighs = name in {"S", "SU"}
            shown = "S" if weighs else name
            return self._reply(f"{shown} {trouble}", name, {"weight": None} if weighs else {})
        if name in {"S", "SU"}:
            return self._weight("S", name)
        return self._zero_now(name) if name == "Z" else self._tare_now(name)

    def _stream(self, line: str) -> Reply:
        self._repeat = self.elapsed + 1 / self._rate
        return self._weight("S", line)

    def _follow_changes(self, line: str) -> Reply | None:
        name, _, parameter = line.partition(" ")
        change = _grams(parameter) if parameter.strip() else 0.0
        if change is None or change < 0:
            return self._reply("EL", line)
        self._follow = Follow(name, change)
        return self.emit()

    def _choose_rate(self, line: str) -> Reply:
        parameter = line.partition(" ")[2].strip()
        if not parameter:
            return self._reply(f"UPD A {self._rate:.3f}", line)
        if not re.fullmatch(r"\d+\.?\d*", parameter) or not 0 < float(parameter) <= FASTEST:
            return self._reply("UPD L", line)
        self._rate = float(parameter)
        return self._reply("UPD A", line)

    def _tell_tare(self, line: str) -> Reply:
        parameter = line.partition(" ")[2]
        tare = _grams(parameter) if parameter.strip() else self._tare
        if tare is None or not 0 <= tare <= CAPACITY:
            return self._reply("TA L", line)
        self._tare = tare
        return self._reply(f"TA A {_number(self._tare)} g", line)

    def _zero_now(self, line: str) -> Reply:
        self._zero = self.cell.reading
        self._tare = 0.0
        if line == "Z":
            return self._reply("Z A", line)
        return self._reply("ZI S" if self.stable else "ZI D", line)

    def _tare_now(self, line: str) -> Reply:
        self._tare = self.gross
        status = "S" if self.stable else "D"
        return self._reply(f"{line} {status} {_number(self._tare)} g", line)

    def _clear_tare(self, line: str) -> Reply:
        self._tare = 0.0
        return self._reply("TAC A", line)

    def _cancel(self, line: str) -> Reply:
        self._waiting = self._repeat = self._follow = None
        return self._tell_serial_number(line)

    def _tell_serial_number(self, line: str) -> Reply:
        return self._reply(f'I4 A "{self._serial_number}"', line)

    def _list(self, line: str) -> Reply:
        names = sorted(self._commands)
        level = {name: 1 if name.startswith("T") else 0 for name in names}
        lines = [f'I0 B {level[name]} "{name}"' for name in names]
        lines[-1] = lines[-1].replace("I0 B", "I0 A")
        return self._reply("\r\n".join(lines), line)


def _grams(text: str) -> float | None:
    """A weight as a command gives it, "10.00 g"; None when it is none."""
    match = re.fullmatch(r"\s*(\d+\.?\d*)\s*g\s*", text)
    return float(match[1]) if match else None


def _number(weight: float) -> str:
    rounded = round(weight / DIGIT) * DIGIT
    return f"{rounded + 0.0:10.{PLACES}f}"
