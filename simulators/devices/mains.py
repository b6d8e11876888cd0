"""One phase of a mains supply and what it feeds: the physics behind an energy meter."""

import math
from random import Random

from simulators.noise import Wander

JOULE_PER_KWH = 3.6e6


class Phase:
    """A phase whose load is a base that wanders and a machine that switches on and off.

    Args:
        random: where chance comes from.
        voltage: mean line to neutral voltage, V.
        power: mean active power, W.
        energy: what its counter shows at first, kWh.
    """

    def __init__(self, random: Random, voltage: float, power: float, energy: float) -> None:
        self.power = power
        self.energy = energy
        self.reactive_energy = 0.3 * energy
        self._random = random
        self._voltage = Wander(random, voltage, 1.2, 45)
        self._factor = Wander(random, 0.93, 0.01, 60)
        self.feed(power)
        self._runs = random.choice((True, False))
        self._left = random.uniform(2, 15)

    def feed(self, power: float) -> None:
        """Connect a load of this mean active power, W."""
        self._base = Wander(self._random, 0.6 * power, 0.06 * power, 20)
        self._machine = 0.8 * power

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass; the counters integrate the power (kWh, kvarh)."""
        for part in (self._voltage, self._factor, self._base):
            part.step(dt)
        self._left -= dt
        if self._left <= 0:
            self._runs = not self._runs
            self._left = self._random.uniform(5, 25)
        self.power = max(0.0, self._base.value) + self._machine * self._runs
        self.energy += self.power * dt / JOULE_PER_KWH
        self.reactive_energy += self.reactive * dt / JOULE_PER_KWH

    @property
    def voltage(self) -> float:
        """Line to neutral, V."""
        return self._voltage.value

    @property
    def factor(self) -> float:
        """Power factor, 0.5 to 1."""
        return min(1.0, max(0.5, self._factor.value))

    @property
    def apparent(self) -> float:
        """Apparent power, VA."""
        return self.power / self.factor

    @property
    def reactive(self) -> float:
        """Reactive power, var."""
        return self.apparent * math.sin(math.acos(self.factor))

    @property
    def current(self) -> float:
        """Current, A."""
        return self.apparent / self.voltage

    @property
    def angle(self) -> float:
        """Phase angle, degrees."""
        return math.degrees(math.acos(self.factor))
