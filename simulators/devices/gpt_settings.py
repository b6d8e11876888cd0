"""The settings of a GPT-9800 in MANU mode: what each is called, may be, and is answered with."""

from typing import Literal, TypeAlias

import msgspec

from simulators.devices.hipot import Function, Program

Outcome: TypeAlias = Literal["ok", "unknown", "value", "mode", "time"]
MODES: tuple[Function, ...] = ("ACW", "DCW", "IR", "GB")
BY_NAME: dict[str, Function] = {mode: mode for mode in MODES}
LONGEST_HARD, HARD = 240.0, 30.0
"""Seconds that ramp and test may last together when more than so many mA are allowed."""
LONGEST = 999.9
SHORTEST_RAMP = 0.1


class Item(msgspec.Struct, frozen=True):
    """A setting of a test: the field of its program, limits, and how it is answered."""

    field: str
    low: float
    high: float
    form: str


def _limits(high: float, kilovolts: float, current: str) -> dict[str, Item]:
    return {
        "VOLT": Item("level", 0.05, kilovolts, "{:.3f}kV"),
        "CHIS": Item("high", 0.001, high, current),
        "CLOS": Item("low", 0.0, high, current),
        "TTIM": Item("test", 0.5, LONGEST, "{:05.1f} S"),
    }


ITEMS: dict[Function, dict[str, Item]] = {
    "ACW": _limits(42.0, 5.0, "{:05.2f}mA") | {"FREQ": Item("frequency", 50, 60, "{:.0f} Hz")},
    "DCW": _limits(11.0, 6.1, "{:05.2f}mA"),
    "IR": {
        "VOLT": Item("level", 0.05, 1.0, "{:.3f}kV"),
        "RHIS": Item("high", 1, 9999, "{:04.0f}M ohm"),
        "RLOS": Item("low", 1, 9999, "{:04.0f}M ohm"),
        "TTIM": Item("test", 1.0, LONGEST, "{:05.1f} S"),
    },
    "GB": {
        "CURR": Item("level", 3.0, 33.0, "{:05.2f}A"),
        "RHIS": Item("high", 0.1, 650.0, "{:05.1f}m ohm"),
        "RLOS": Item("low", 0.0, 650.0, "{:05.1f}m ohm"),
        "TTIM": Item("test", 0.5, LONGEST, "{:05.1f} S"),
        "FREQ": Item("frequency", 50, 60, "{:.0f} Hz"),
    },
}
LONG = {
    "VOLTAGE": "VOLT",
    "CURRENT": "CURR",
    "CHISET": "CHIS",
    "CLOSET": "CLOS",
    "RHISET": "RHIS",
    "RLOSET": "RLOS",
    "TTIME": "TTIM",
    "FREQUENCY": "FREQ",
    "RTIME": "RTIM",
    "ARCCURRENT": "ARCC",
    "UTILITY": "UTIL",
    "ARCMODE": "ARCM",
}


class Settings:
    """The test that is edited and run."""

    def __init__(self) -> None:
        self.mode: Function = "ACW"
        self.ramp = 2.0
        self.programs: dict[Function, Program] = {
            "ACW": Program(1.5, 1.0, 0.0, 5.0),
            "DCW": Program(2.0, 1.0, 0.0, 5.0),
            "IR": Program(0.5, 9999.0, 10.0, 2.0),
            "GB": Program(10.0, 100.0, 0.0, 2.0),
        }
        self._words = {"STEP": "001", "NAME": "MANU_NAME", "UTIL:ARCM": "OFF"}
        self._words |= {"UTIL:GROUNDMODE": "ON"}
        self._spare = {"REF": 0.0, "ARCC": 1.0}

    @property
    def program(self) -> Program:
        """That of the present mode."""
        return self.programs[self.mode]

    def query(self, name: str) -> str | None:
        """The answer to MANU:``name``?; None when there is no such setting."""
        group, item = self._split(name)
        if name == "EDIT:MODE":
            return self.mode
        if item == "RTIM":
            return f"{self.ramp:05.1f} S"
        word = self._words.get(f"{group}:{item}" if group else item)
        if word is not None:
            return f"ARC {word}" if item == "ARCM" else word
        if item in self._spare and group in ITEMS:
            return f"{self._spare[item]:.3f}mA"
        spec = self._item(group, item)
        return spec.form.format(self._get(group, spec)) if spec else None

    def set(self, name: str, value: str) -> Outcome:
        """Carry out MANU:``name`` ``value``."""
        group, item = self._split(name)
        word = f"{group}:{item}" if group else item
        if name == "EDIT:MODE":
            return self._choose(value)
        if word in self._words:
            self._words[word] = value.zfill(3) if item == "STEP" else value
            return "ok"
        number = self._number(value, timed=item == "TTIM")
        if number is None:
            return "value"
        return self._set_ramp(number) if item == "RTIM" else self._set_item(group, item, number)

    def show(self) -> str:
        """The answer to MANU:EDIT:SHOW?."""
        high, low = ("RHIS", "RLOS") if self.mode in {"IR", "GB"} else ("CHIS", "CLOS")
        items, program = ITEMS[self.mode], self.program
        level = next(iter(items.values())).form.format(program.level)
        limits = (
            f"H={items[high].form.format(program.high)},L={items[low].form.format(program.low)}"
        )
        return f"{self.mode},{level},{limits},R={self.ramp:05.1f}S,T={program.test:05.1f}S"

    @staticmethod
    def _split(name: str) -> tuple[str, str]:
        group, _, item = name.rpartition(":")
        return LONG.get(group, group), LONG.get(item, item)

    def _item(self, group: str, item: str) -> Item | None:
        mode = BY_NAME.get(group)
        return ITEMS[mode].get(item) if mode else None

    def _get(self, group: str, spec: Item) -> float:
        value: float = getattr(self.programs[BY_NAME[group]], spec.field)
        return value

    @staticmethod
    def _number(value: str, *, timed: bool) -> float | None:
        if timed and value == "OFF":
            return 0.0
        try:
            return float(value)
        except ValueError:
            return None

    def _choose(self, value: str) -> Outcome:
        mode = BY_NAME.get(value)
        self.mode = mode or self.mode
        return "ok" if mode else "value"

    def _set_ramp(self, seconds: float) -> Outcome:
        if not SHORTEST_RAMP <= seconds <= LONGEST:
            return "value"
        self.ramp = seconds
        return "ok"

    def _set_item(self, group: str, item: str, number: float) -> Outcome:
        spare, spec = item in self._spare and group in ITEMS, self._item(group, item)
        if spec is None and not spare:
            return "unknown"
        if group != self.mode:
            return "mode"
        if spec is None:
            self._spare[item] = number
            return "ok"
        return self._put(spec, number)

    def _put(self, spec: Item, number: float) -> Outcome:
        program = self.program
        if spec.field == "low" and number < spec.low:
            number = spec.low
        forever = spec.field == "test" and number == 0
        if not (forever or spec.low <= number <= spec.high):
            return "value"
        too_long = self.mode == "ACW" and program.high > HARD
        if spec.field == "test" and too_long and self.ramp + number >= LONGEST_HARD:
            return "time"
        if spec.field == "low" and number > program.high:
            return "value"
        setattr(program, spec.field, int(number) if spec.field == "frequency" else number)
        return "ok"
