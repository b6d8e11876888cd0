"""How quantities wander: the one kind of randomness the devices' physics is made of."""

import math
from random import Random


class Wander:
    """A value that strays from a mean and returns to it (an Ornstein-Uhlenbeck process).

    The update is exact, so that the statistics do not depend on the length of a step.

    Args:
        random: where chance comes from; the owner seeds it.
        mean: what the value returns to, in the unit of the quantity.
        spread: standard deviation in the long run, in the same unit.
        time: seconds after which a deviation has decayed to 1/e.
    """

    def __init__(self, random: Random, mean: float, spread: float, time: float) -> None:
        self.mean = mean
        self._random = random
        self._spread = spread
        self._time = time
        self._deviation = random.gauss(0, spread)

    @property
    def value(self) -> float:
        """The present value."""
        return self.mean + self._deviation

    def tend(self, mean: float) -> None:
        """Go to another mean at once."""
        self.mean = mean

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        keep = math.exp(-dt / self._time)
        kick = self._spread * math.sqrt(1 - keep * keep)
        self._deviation = self._deviation * keep + self._random.gauss(0, kick)


def approach(value: float, target: float, dt: float, time: float) -> float:
    """Where a first-order lag with time constant ``time`` is after ``dt`` seconds."""
    return target + (value - target) * math.exp(-dt / time)
