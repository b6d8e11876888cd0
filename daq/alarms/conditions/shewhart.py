"""A Shewhart chart with the supplementary rules.

Western Electric, Statistical Quality Control Handbook (1956), and L. S. Nelson, J. of Quality
Technology 16 (1984) 237. They differ in how long a run on one side is: eight or nine.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

from daq.alarms.conditions.chart import Chart
from daq.alarms.conditions.condition import shown

Test: TypeAlias = Literal[
    "beyond-3",
    "two-of-three-beyond-2",
    "four-of-five-beyond-1",
    "run-of-8",
    "run-of-9",
    "six-rising-or-falling",
    "fourteen-alternating",
    "fifteen-within-1",
    "eight-outside-1",
]

WESTERN_ELECTRIC: tuple[Test, ...] = (
    "beyond-3",
    "two-of-three-beyond-2",
    "four-of-five-beyond-1",
    "run-of-8",
)

LONGEST = 15
"""Samples the longest test looks at."""


class Shewhart(Chart):
    """Holds while the last samples fail one of the ``tests``."""

    def __init__(
        self,
        mean: float,
        sigma: float,
        every: int = 0,
        tests: Iterable[Test] = WESTERN_ELECTRIC,
    ) -> None:
        super().__init__(mean, sigma, every)
        self._tests = tuple(tests)
        self._samples: deque[float] = deque(maxlen=LONGEST)
        self._failed: list[Test] = []

    def sample(self, z: float) -> None:
        """Take a sample."""
        self._samples.append(z)
        last = list(self._samples)
        self._failed = [test for test in self._tests if _TESTS[test](last)]

    def holds(self, now: int) -> bool:
        """Whether the last samples failed a test."""
        return bool(self._failed)

    def words(self) -> str:
        """Which."""
        if not self._samples:
            return ""
        return f"{', '.join(self._failed)}; the last sample is {shown(self._samples[-1])} sigma off"


def _of(count: int, among: int, beyond: float) -> Callable[[Sequence[float]], bool]:
    """So many of the last ones on the same side beyond this; the newest is one of them."""

    def test(last: Sequence[float]) -> bool:
        newest = last[-1]
        if abs(newest) <= beyond:
            return False
        side = 1 if newest > 0 else -1
        return sum(z * side > beyond for z in last[-among:]) >= count

    return test


def _steady(last: Sequence[float]) -> bool:
    steps = [b - a for a, b in pairwise(last[-6:])]
    return len(steps) == 5 and (all(s > 0 for s in steps) or all(s < 0 for s in steps))  # noqa: PLR2004


def _alternating(last: Sequence[float]) -> bool:
    steps = [b - a for a, b in pairwise(last[-14:])]
    turns = [a * b < 0 for a, b in pairwise(steps)]
    return len(turns) == 12 and all(turns)  # noqa: PLR2004


def _within(last: Sequence[float]) -> bool:
    return len(last) >= 15 and all(abs(z) < 1 for z in last[-15:])  # noqa: PLR2004


def _outside(last: Sequence[float]) -> bool:
    return len(last) >= 8 and all(abs(z) > 1 for z in last[-8:])  # noqa: PLR2004


_TESTS: Mapping[Test, Callable[[Sequence[float]], bool]] = {
    "beyond-3": _of(1, 1, 3.0),
    "two-of-three-beyond-2": _of(2, 3, 2.0),
    "four-of-five-beyond-1": _of(4, 5, 1.0),
    "run-of-8": _of(8, 8, 0.0),
    "run-of-9": _of(9, 9, 0.0),
    "six-rising-or-falling": _steady,
    "fourteen-alternating": _alternating,
    "fifteen-within-1": _within,
    "eight-outside-1": _outside,
}
