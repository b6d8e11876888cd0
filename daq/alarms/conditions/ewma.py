"""An exponentially weighted moving average, for shifts too small for single readings.

J. M. Lucas, M. S. Saccucci, Technometrics 32 (1990) 1: weight and width for a wanted run length.
"""

import math

from daq.alarms.conditions.chart import Chart
from daq.alarms.conditions.condition import shown


class Ewma(Chart):
    """Holds while the average is further off than ``width`` of its own sigmas.

    ``weight`` is that of the newest sample, 0 to 1. The limits are those of the steady state, and
    the average begins at the mean.
    """

    def __init__(
        self, mean: float, sigma: float, every: int = 0, weight: float = 0.1, width: float = 2.814
    ) -> None:
        super().__init__(mean, sigma, every)
        self._weight = weight
        self._limit = width * math.sqrt(weight / (2 - weight))
        self._average = 0.0

    def sample(self, z: float) -> None:
        """Take a sample."""
        self._average += self._weight * (z - self._average)

    def holds(self, now: int) -> bool:
        """Whether the average is too far off."""
        return abs(self._average) > self._limit

    def words(self) -> str:
        """The average and the limits, in the channel's unit."""
        average, reach = self._mean + self._average * self._sigma, self._limit * self._sigma
        return f"average {shown(average)}, allowed {shown(self._mean)} ± {shown(reach)}"
