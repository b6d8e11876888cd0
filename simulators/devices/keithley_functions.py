"""What a Model 2000 measures: its functions, their ranges, and what is at its terminals."""

import math
import re
from random import Random

import msgspec

from simulators.noise import Wander

OVERFLOW = 9.9e37
BEYOND = 1.2
"""A range reads up to this part of its name; 1000 V and 3 A read up to 1.01 of theirs."""
AT_ONE_CYCLE = 0.07
"""Seconds a reading takes at one power line cycle with autozero."""
AUTOZERO = 2.5
"""Integrations a reading takes with autozero."""


class Kind(msgspec.Struct, frozen=True):
    """A function: its unit in a reading, its ranges, and the fastest integration it has."""

    unit: str
    ranges: tuple[float, ...]
    integrates: bool = True


VOLTS = (0.1, 1.0, 10.0, 100.0, 1000.0)
OHMS = (1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8)
KINDS = {
    "VOLT:DC": Kind("VDC", VOLTS),
    "VOLT:AC": Kind("VAC", (0.1, 1.0, 10.0, 100.0, 750.0)),
    "CURR:DC": Kind("ADC", (0.01, 0.1, 1.0, 3.0)),
    "CURR:AC": Kind("AAC", (1.0, 3.0)),
    "RES": Kind("OHM", OHMS),
    "FRES": Kind("OHM4W", OHMS),
    "FREQ": Kind("HZ", (), integrates=False),
    "PER": Kind("SEC", (), integrates=False),
    "TEMP": Kind("C", ()),
}
"""By the name :SENSe:FUNCtion has for them."""


class Setting:
    """How one function is set up."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.auto = True
        self.range = kind.ranges[-1] if kind.ranges else 0.0
        self.cycles = 1.0
        self.digits = 7.0
        self.reference = 0.0
        self.relative = False
        self.aperture = 1.0

    def choose_range(self, value: float) -> bool:
        """Take the lowest range that ``value`` fits; False when none does."""
        fitting = [each for each in self.kind.ranges if abs(value) <= each * 1.01]
        if not fitting:
            return False
        self.range, self.auto = fitting[0], False
        return True

    def show(self, value: float) -> float:
        """What is read of a value: less the reference, an overflow beyond the range."""
        ranges = self.kind.ranges
        limit = self.range if not self.auto or not ranges else ranges[-1]
        over = 1.01 if ranges and limit == ranges[-1] else BEYOND
        if ranges and abs(value) > over * limit:
            return OVERFLOW
        return value - self.reference if self.relative else value

    @property
    def duration(self) -> float:
        """Seconds a reading takes."""
        if not self.kind.integrates:
            return self.aperture
        return AT_ONE_CYCLE + AUTOZERO * (self.cycles - 1) / 50


class Terminals:
    """A source in V with some ripple, a resistor in ohm, a thermocouple in the room."""

    def __init__(self, random: Random, voltage: float, resistance: float) -> None:
        scale = abs(voltage) or 1.0
        self.source = Wander(random, voltage, 2e-4 * scale, 120)
        self.resistor = Wander(random, resistance, 1e-5 * resistance, 300)
        self.room = Wander(random, 23.0, 0.3, 200)
        self._ripple = Wander(random, 1e-3 * scale, 1e-5 * scale, 20)
        self._mains = Wander(random, 50.0, 0.01, 30)
        self._noise = Wander(random, 0.0, 2e-6, 0.05)

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        parts = (self.source, self.resistor, self.room, self._ripple, self._mains, self._noise)
        for part in parts:
            part.step(dt)

    def read(self, function: str) -> float:
        """What is there for a function; a current is the source's through the resistor."""
        volts, ohms = self.source.value, self.resistor.value
        frequency = self._mains.value
        known = {
            "VOLT:DC": volts,
            "VOLT:AC": self._ripple.value,
            "CURR:DC": volts / ohms,
            "CURR:AC": self._ripple.value / ohms,
            "RES": ohms + 0.05,
            "FRES": ohms,
            "FREQ": frequency,
            "PER": 1 / frequency,
            "TEMP": self.room.value,
        }
        value = known[function]
        return value + self._noise.value * (abs(value) or math.ulp(1.0))


LONG_NAMES = {
    "VOLTAGE": "VOLT",
    "CURRENT": "CURR",
    "RESISTANCE": "RES",
    "FRESISTANCE": "FRES",
    "FREQUENCY": "FREQ",
    "PERIOD": "PER",
    "TEMPERATURE": "TEMP",
}
NAMES = [
    *(rf"{name}(?::DC|:AC)?" for name in ("VOLT(?:AGE)?", "CURR(?:ENT)?")),
    *(f"{short}(?:{long.removeprefix(short)})?" for long, short in list(LONG_NAMES.items())[2:]),
]
"""Regular expressions for the names of the functions."""
ITEMS = {
    r"RANG(E)?(:UPP(ER)?)?": "range",
    r"RANG(E)?:AUTO": "auto",
    r"NPLC(YCLES)?": "cycles",
    r"DIG(ITS)?": "digits",
    r"REF(ERENCE)?": "reference",
    r"REF(ERENCE)?:STAT(E)?": "relative",
    r"APER(TURE)?": "aperture",
}
"""Attributes of a setting by what comes behind its function."""


def function_of(name: str) -> str | None:
    """The function a name stands for: VOLT and VOLTAGE:DC are VOLT:DC; None: there is none."""
    first, _, second = name.upper().partition(":")
    short = LONG_NAMES.get(first, first)
    full = f"{short}:{second or 'DC'}" if short in {"VOLT", "CURR"} else short
    return full if full in KINDS and (not second or ":" in full) else None


def item_of(text: str) -> str | None:
    """The attribute of a setting that a header stands for; None: there is none."""
    upper = text.upper()
    return next((item for form, item in ITEMS.items() if re.fullmatch(form, upper)), None)
