"""Cumulative sums upwards and downwards, for small shifts that last.

The tabular CUSUM of D. C. Montgomery, Introduction to Statistical Quality Control, chapter 9, and
of the NIST/SEMATECH e-Handbook, 6.3.2.3.
"""

from daq.alarms.conditions.chart import Chart
from daq.alarms.conditions.condition import shown

MOST = 2.0
"""Decision intervals a sum grows to at most: when the shift is over, the alarm is to end, too."""


class Cusum(Chart):
    """Holds while a sum of what exceeds ``slack`` is beyond ``decision``, both in sigmas."""

    def __init__(
        self,
        mean: float,
        sigma: float,
        every: int = 0,
        slack: float = 0.5,
        decision: float = 5.0,
    ) -> None:
        super().__init__(mean, sigma, every)
        self._slack, self._decision = slack, decision
        self._up = self._down = 0.0

    def sample(self, z: float) -> None:
        """Take a sample."""
        most = MOST * self._decision
        self._up = min(max(self._up + z - self._slack, 0.0), most)
        self._down = min(max(self._down - z - self._slack, 0.0), most)

    def holds(self, now: int) -> bool:
        """Whether one of the sums is beyond."""
        return max(self._up, self._down) > self._decision

    def words(self) -> str:
        """The greater sum."""
        side = "upwards" if self._up >= self._down else "downwards"
        sums = shown(max(self._up, self._down))
        return f"sum {side} {sums} sigma, allowed {shown(self._decision)}"
