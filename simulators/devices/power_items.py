"""What a power meter measures of an appliance on the mains, by the names of its items."""

import math
from random import Random

from simulators.devices.mains import Phase
from simulators.noise import Wander

FUNCTIONS = ("U", "I", "P", "S", "Q", "LAMBDA", "PHI", "FU", "FI", "WH", "TIME")
OF_THE_CURRENT = ("I", "P", "S", "Q", "LAMBDA", "PHI")
ZERO_WITHOUT_LOAD = ("I", "P", "S", "Q")
NO_DATA, OVER_RANGE = "NAN", "INF"
DIGITS = 5
SECONDS_PER_HOUR = 3600


class PowerMeter:
    """Readings in V, A, W, VA, var, degrees, Hz, W.h and s."""

    def __init__(self, random: Random, voltage: float, power: float) -> None:
        self.phase = Phase(random, voltage, power, 0.0)
        self.loaded = True
        self.over = False
        self.integrating = False
        self.energy = 0.0
        self.time = 0.0
        self._frequency = Wander(random, 50.0, 0.01, 30)

    @property
    def power(self) -> float:
        """Active power, W."""
        drawn: float = self.phase.power
        return drawn if self.loaded else 0.0

    def step(self, dt: float) -> None:
        """Let the appliance run, and integrate while that is on."""
        self.phase.step(dt)
        self._frequency.step(dt)
        if self.integrating:
            self.energy += self.power * dt / SECONDS_PER_HOUR
            self.time += dt

    def read(self, name: str) -> float:
        """A reading: not a number where there is no data, infinite over the range."""
        if self.over and name in OF_THE_CURRENT:
            return math.inf
        if not self.loaded and name in (*OF_THE_CURRENT, "FI"):
            return 0.0 if name in ZERO_WITHOUT_LOAD else math.nan
        phase, frequency = self.phase, self._frequency.value
        known = {
            "U": phase.voltage,
            "I": phase.current,
            "P": self.power,
            "S": phase.apparent,
            "Q": phase.reactive,
            "LAMBDA": phase.factor,
            "PHI": phase.angle,
            "FU": frequency,
            "FI": frequency,
            "WH": self.energy,
            "TIME": self.time,
        }
        return known.get(name, math.nan)

    def text(self, name: str) -> str:
        """A reading as it is sent."""
        value = self.read(name)
        if math.isnan(value):
            return NO_DATA
        if math.isinf(value):
            return OVER_RANGE
        return str(int(value)) if name == "TIME" else engineering(value)


def engineering(value: float) -> str:
    """A number with five digits and an exponent that is a multiple of three: 103.79E+00."""
    if value == 0:
        return "0.0000E+00"
    digits, power = f"{abs(value):.{DIGITS - 1}e}".split("e")
    front = int(power) % 3 + 1
    plain = digits.replace(".", "")
    sign = "-" if value < 0 else ""
    return f"{sign}{plain[:front]}.{plain[front:]}E{int(power) - front + 1:+03d}"
