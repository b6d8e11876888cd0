"""What is wired to the inputs of an analog input module: sources that wander and drift."""

import math
from random import Random

from simulators.noise import Wander

DRIFT_TIME = 900.0
NOISE = 2e-5
"""Of the span, standard deviation."""
STRAY = 0.02
"""What an open input picks up, of the span."""
ROOM = 23.0


class AnalogInput:
    """One input; values are in the unit of its range, ``span`` is how much it can swing."""

    def __init__(self, random: Random, mean: float, span: float) -> None:
        self.wired = Wander(random, mean, 0.01 * span, random.uniform(40, 200))
        self._drift = Wander(random, 0.0, 1e-3 * span, DRIFT_TIME)
        self._noise = Wander(random, 0.0, NOISE * span, 0.2)
        self._stray = Wander(random, 0.0, STRAY * span, 0.5)

    def read(self, *, opened: bool) -> float:
        """What the module measures."""
        source = self._stray if opened else self.wired
        return source.value + self._drift.value + self._noise.value

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        for part in (self.wired, self._drift, self._noise, self._stray):
            part.step(dt)


def spread(count: int, low: float, high: float) -> list[float]:
    """Means that tell the inputs apart: all over the middle of the range."""
    middle, reach = (low + high) / 2, 0.35 * (high - low)
    return [middle + reach * math.sin(1.1 + 2.3 * i) for i in range(count)]
