"""Mark-10 force gauge, Gauge Control Language 2 over USB or RS-232.

Sources: Mark-10, "Series 5 Digital Force Gauges User's Guide" (also sold by Checkline), pages 17
and 19 (?, ?C, ?PT, ?PC, ?ET, ?A; ETx, Sn, Cn, Rn, RN, RM, RV, RS, AOFFn, SAVE, LIST and its example
"V1.00;LBF;CUR;FLTC8;FLTP1;AOUT00;AOFF5;FULL;MIT;POL;B0"; errors *10, *11, *12, *22); Omega DFG55
guide, page 18 (units, CUR, PT, PC, CLR, Z, FLTCn, FLTPn, MEM, STA, SPHn, SPHD, SPLD); "Series 4
User's Guide", page 16 ("-18.78 lbF" is tension, "4.285 N" compression, the unit is optional). That
FULL and NUM switch the unit on and off, POL and NPOL the sign, that other settings are silent, and
the form of MEM and STA: from memory.
"""

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import ClassVar, Literal, TypeAlias

from simulators.controls import Control, key, number
from simulators.device import DeviceOptions, Value
from simulators.devices.pulling import TestStand
from simulators.dialogue import Reply, TextDevice

ILLEGAL, NOT_APPLICABLE, INVALID, TOO_LARGE = "*10", "*11", "*12", "*22"
CAPACITY = 100.0
"""N; the gauge tells up to a tenth more."""
UNITS = {
    "LB": ("lbF", 0.2248089, 2),
    "OZ": ("ozF", 3.596943, 1),
    "KG": ("kgF", 0.1019716, 3),
    "G": ("gF", 101.9716, 0),
    "N": ("N", 1.0, 2),
    "KN": ("kN", 0.001, 5),
}
"""By command: name, how many there are in a newton, digits behind the point."""
QUERIES = {"C": "force", "PT": "peak_tension", "PC": "peak_compression"}
MODES = {"CUR": "force", "PT": "peak_tension", "PC": "peak_compression"}
"""The channel that a query tells, and the one that is shown in each mode."""
FILTERS, LONGEST_AUTO_OFF = 10, 30
MEMORY = 1000

Action: TypeAlias = Callable[[re.Match[str]], str | None]
"""What a command does; returns the answer, None when there is none."""


class Options(DeviceOptions):
    """``busy`` lets the stand test specimens; ``with_unit`` is the factory setting."""

    busy: bool = True
    force_unit: Literal["LB", "OZ", "KG", "G", "N", "KN"] = "N"
    with_unit: bool = True
    serial_number: str = "3412305"


class Mark10Gauge(TextDevice):
    """A gauge on a test stand; it keeps the peaks of tension and compression."""

    model: ClassVar[str] = "mark10-gauge"
    description: ClassVar[str] = "Mark-10 force gauge (GCL2)"
    channels: ClassVar[tuple[str, ...]] = ("force", "peak_tension", "peak_compression")
    options: ClassVar[type[DeviceOptions]] = Options
    events: ClassVar[Mapping[str, str]] = {
        "overload": "more force than the gauge can bear: it shows the end of its range"
    }
    turnaround = 0.002

    def __init__(self, options: Options, random: Random) -> None:
        super().__init__(random)
        self.stand = TestStand(random, busy=options.busy)
        self.tension = 0.0
        self.compression = 0.0
        self._zero = 0.0
        self._unit = options.force_unit
        self._with_unit = options.with_unit
        self._signed = True
        self._mode = "CUR"
        self._filters = {"C": 8, "P": 1}
        self._auto_off = 5
        self._limits = {"H": 0.0, "L": 0.0}
        self._stored: list[str] = []
        self._data_key = False
        self._serial_number = options.serial_number
        self._commands = self._table()

    @property
    def force(self) -> float:
        """N, tension being negative."""
        felt = 2 * CAPACITY if self.happening("overload") else self.stand.force - self._zero
        return max(-1.1 * CAPACITY, min(felt, 1.1 * CAPACITY))

    def step(self, dt: float) -> None:
        """Let the stand work, and follow the peaks."""
        self.stand.step(dt)
        self.tension = min(self.tension, self.force)
        self.compression = max(self.compression, self.force)

    def state(self) -> dict[str, Value]:
        """The force and its peaks in the unit shown."""
        forces = (self.force, self.tension, self.compression)
        told = [float(self._digits(force)) for force in forces]
        return dict(zip(self.channels, told, strict=True))

    def controls(self) -> Mapping[str, Control]:
        """The force, and the DATA key."""
        return {
            "load": number("force on the gauge, N (tension < 0)", self._hold, lambda: self.force),
            "data": key("the DATA key: stores the reading and sends it", self._press_data),
        }

    def ask(self, line: str) -> Reply | None:
        """Answer a command; settings are silent, errors are not."""
        command = line.strip()
        if not command:
            return None
        answer = next(
            (
                action(match)
                for pattern, action in self._commands
                if (match := pattern.fullmatch(command))
            ),
            ILLEGAL,
        )
        return None if answer is None else self._reply(answer, command)

    @property
    def talking(self) -> bool:
        """True when the DATA key has been pressed."""
        return self._data_key

    def emit(self) -> Reply | None:
        """Send the reading the DATA key asked for."""
        if not self._data_key:
            return None
        self._data_key = False
        return self._reply(self._shown(), "DATA")

    def _reply(self, text: str, request: str) -> Reply:
        shown = MODES[self._mode]
        asked = {"?": shown, "DATA": shown} | {f"?{name}": each for name, each in QUERIES.items()}
        told = re.match(r"-?[\d.]+", text) if request in asked else None
        values: dict[str, Value] = {asked[request]: float(told[0])} if told else {}
        return Reply(f"{text}\r\n".encode("ascii"), request, values)

    def _press_data(self) -> None:
        self._stored = [*self._stored, self._shown()][-MEMORY:]
        self._data_key = True

    def _hold(self, force: float) -> None:
        self.stand.load = force

    def _digits(self, force: float) -> str:
        _, factor, places = UNITS[self._unit]
        shown = force * factor if self._signed else abs(force * factor)
        return f"{round(shown, places) + 0.0:.{places}f}"

    def _tell(self, force: float) -> str:
        unit = f" {UNITS[self._unit][0]}" if self._with_unit else ""
        return self._digits(force) + unit

    def _shown(self) -> str:
        forces = {"CUR": self.force, "PT": self.tension, "PC": self.compression}
        return self._tell(forces[self._mode])

    def _table(self) -> list[tuple[re.Pattern[str], Action]]:
        table: dict[str, Action] = {
            r"\?": lambda _: self._shown(),
            r"\?C": lambda _: self._tell(self.force),
            r"\?PT": lambda _: self._tell(self.tension),
            r"\?PC": lambda _: self._tell(self.compression),
            r"\?(ET|A)|MN|ET(H|L|HL|LH)|[SCR][0-3]": lambda _: NOT_APPLICABLE,
            r"LB|OZ|KG|G|N|KN": lambda match: self._choose_unit(match[0]),
            r"CUR|PT|PC": lambda match: self._choose_mode(match[0]),
            r"CLR": lambda _: self._clear(),
            r"Z": lambda _: self._tare(),
            r"FLT([CP])(\d*)": self._filter,
            r"SP([HL])D": lambda match: self._limit(match[1], 0.0),
            r"SP([HL])([+-]?\d+\.?\d*|[+-]?\.\d+)": lambda m: self._limit(m[1], float(m[2])),
            r"(FULL|NUM)": lambda match: self._choose_form(match[1]),
            r"(N?POL)": lambda match: self._choose_sign(match[1]),
            r"AOFF(\d*)": lambda match: self._choose_auto_off(match[1]),
            r"AOUT\d\d|SAVE|N?MIT|ETD": lambda _: None,
            r"MEM": lambda _: "\r\n".join(self._stored) or None,
            r"STA": lambda _: self._statistics(),
            r"CLRMEM": lambda _: self._stored.clear(),
            r"RN": lambda _: "Series 5 Force Gauge",
            r"RM": lambda _: "M5-20",
            r"RV": lambda _: "1.00",
            r"RS": lambda _: self._serial_number,
            r"LIST": lambda _: self._list(),
            r"(SP[HL]|FLT|AOUT|[SCR]\d).*": lambda _: INVALID,
        }
        return [(re.compile(pattern), action) for pattern, action in table.items()]

    def _choose_unit(self, unit: str) -> None:
        self._unit = unit if unit in UNITS else self._unit

    def _choose_mode(self, mode: str) -> None:
        self._mode = mode

    def _choose_form(self, form: str) -> None:
        self._with_unit = form == "FULL"

    def _choose_sign(self, sign: str) -> None:
        self._signed = sign == "POL"

    def _choose_auto_off(self, minutes: str) -> str | None:
        if not minutes:
            return INVALID
        if int(minutes) > LONGEST_AUTO_OFF:
            return TOO_LARGE
        self._auto_off = int(minutes)
        return None

    def _clear(self) -> None:
        self.tension = self.compression = 0.0

    def _tare(self) -> None:
        self._zero = self.stand.force
        self._clear()

    def _filter(self, match: re.Match[str]) -> str | None:
        if not match[2]:
            return INVALID
        if int(match[2]) > FILTERS:
            return TOO_LARGE
        self._filters[match[1]] = int(match[2])
        return None

    def _limit(self, which: str, value: float) -> str | None:
        if abs(value) > CAPACITY * UNITS[self._unit][1]:
            return TOO_LARGE
        self._limits[which] = value
        return None

    def _statistics(self) -> str:
        numbers = [float(each.split()[0]) for each in self._stored] or [0.0]
        mean = sum(numbers) / len(numbers)
        return "\r\n".join(f"{each:.2f}" for each in (max(numbers), min(numbers), mean))

    def _list(self) -> str:
        form, sign = "FULL" if self._with_unit else "NUM", "POL" if self._signed else "NPOL"
        unit = {"LB": "LBF", "OZ": "OZF", "KG": "KGF", "G": "GF"}.get(self._unit, self._unit)
        filters = [f"FLT{name}{value}" for name, value in self._filters.items()]
        rest = ["AOUT00", f"AOFF{self._auto_off}", form, "MIT", sign, "B0"]
        return ";".join(["V1.00", unit, self._mode, *filters, *rest])
