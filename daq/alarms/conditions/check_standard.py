"""Drift of an instrument, found by measuring the same standard again and again.

A check weight on a balance, a reference resistor at a meter. Control of a measurement process by a
check standard: NISTIR 6969 (2019), SOP 9 (charts: action at 3 standard deviations) and SOP 30; it
is one way of ensuring the validity of results of ISO/IEC 17025:2017, 7.7.1.
"""

import math
import statistics
from collections import deque
from collections.abc import Iterable, Iterator

import msgspec

from daq.alarms.conditions.condition import NEVER, NS, number, shown
from drivers.model import Quality, Status, Value

MOST = 50
"""Checks that are kept at most."""

ACTION = 3.0
"""Sigmas beyond which a check is not of a process in control."""

SLACK, DECISION = 0.5, 5.0
"""Of the sums that find a small shift, in sigmas; as those of a CUSUM chart."""

FEWEST = 6
"""Checks below which there is no trend; its slope must be beyond ACTION of its standard errors."""

VALUE, DURING = 0, 1
"""The places: the channel, and the rule that says when the standard is measured."""


class Made(msgspec.Struct, frozen=True):
    """A check: when, the mean of the readings, its error, and how many readings it is of."""

    time: int
    value: float
    error: float
    readings: int


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What errors may be, in the channel's unit; times in ns, 0 and infinity for no limit.

    ``bias`` and ``sigma`` are mean and standard deviation of errors while all is well.
    """

    tolerance: float = math.inf
    bias: float = 0.0
    sigma: float = math.inf
    horizon: int = 0
    overdue: int = 0


class CheckStandard:
    """Holds while the last checks are not those of an instrument in order.

    A check is the mean of good readings that were within ``near`` of ``nominal`` for ``hold`` ns
    without a break; the next one needs that the standard was taken away. With ``during`` only
    readings while that rule holds are of the standard.
    """

    def __init__(
        self,
        nominal: float,
        near: float,
        hold: int,
        limits: Limits,
        last: int = 30,
        *,
        during: bool = False,
    ) -> None:
        self._nominal, self._near, self._hold, self._limits = nominal, near, hold, limits
        self._checks: deque[tuple[int, float]] = deque(maxlen=last)
        self._open = not during
        self._readings: list[float] = []
        self._begun = 0
        self._taken = False
        self._made: list[Made] = []
        self._found = ""
        self._waiting: int | None = None
        self._late = False

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading, or whether the standard is measured now."""
        if place == DURING:
            self._open = bool(value)
            if not self._open:
                self._away()
            return
        found = number(value, status)
        if found is None or status.quality is not Quality.GOOD:
            self._readings.clear()
        elif not self._open or abs(found - self._nominal) > self._near:
            self._away()
        elif not self._taken:
            self._of_standard(time, found)

    def _away(self) -> None:
        self._taken = False
        self._readings.clear()

    def _of_standard(self, time: int, value: float) -> None:
        if not self._readings:
            self._begun = time
        self._readings.append(value)
        if time - self._begun < self._hold:
            return
        mean = statistics.fmean(self._readings)
        self._made.append(Made(time, mean, mean - self._nominal, len(self._readings)))
        self._away()
        self._taken = True
        self._add(time, mean)

    def _add(self, time: int, value: float) -> None:
        self._checks.append((time, value - self._nominal))
        self._waiting = time
        self._found = ", ".join(self._faults())

    def made(self) -> list[Made]:
        """The checks made since this was asked before."""
        made, self._made = self._made, []
        return made

    def recall(self, checks: Iterable[tuple[int, float]]) -> None:
        """Go on from checks that the journal holds: time (ns) and value."""
        self._checks.clear()
        for time, value in checks:
            self._add(time, value)
        self._made.clear()

    def holds(self, now: int) -> bool:
        """Whether something is not as it should be."""
        if self._waiting is None:
            self._waiting = now
        self._late = 0 < self._limits.overdue <= now - self._waiting
        return self._late or bool(self._found)

    def due(self) -> int:
        """When the next check will be overdue."""
        if not self._limits.overdue or self._late:
            return NEVER
        return 0 if self._waiting is None else self._waiting + self._limits.overdue

    def resume(self, now: int, *, active: bool) -> None:
        """Checks are as far from each other as they are, whatever the daemon does."""
        self._readings.clear()

    def words(self) -> str:
        """What is not as it should be."""
        late = f"no check for {self._limits.overdue / (3600 * NS):.3g} h" if self._late else ""
        return ", ".join(filter(None, [self._found, late]))

    def _faults(self) -> Iterator[str]:
        error, limits = self._checks[-1][1], self._limits
        if abs(error) > limits.tolerance:
            yield f"error {shown(error)}, allowed {shown(limits.tolerance)}"
        scores = [(one - limits.bias) / limits.sigma for _, one in self._checks]
        if abs(scores[-1]) > ACTION:
            yield f"{shown(scores[-1])} sigma off, allowed {ACTION:g}"
        if (total := _sum(scores)) > DECISION:
            yield f"drifted: sum {shown(total)} sigma, allowed {DECISION:g}"
        if limits.horizon and (left := self._forecast()) <= limits.horizon:
            yield f"at the tolerance in {left / (86_400 * NS):.3g} days"

    def _forecast(self) -> float:
        """The ns until a line through the checks is at the tolerance; infinite for never."""
        if len(self._checks) < FEWEST:
            return math.inf
        first = self._checks[0][0]
        times = [(time - first) / NS for time, _ in self._checks]
        errors = [error for _, error in self._checks]
        if len(set(times)) < FEWEST:
            return math.inf
        slope, level = statistics.linear_regression(times, errors)
        rest = math.fsum((e - level - slope * t) ** 2 for t, e in zip(times, errors, strict=True))
        mean = statistics.fmean(times)
        spread = math.fsum((t - mean) ** 2 for t in times)
        if abs(slope) <= ACTION * math.sqrt(rest / (len(times) - 2) / spread):
            return math.inf
        now = level + slope * times[-1]
        left = (math.copysign(self._limits.tolerance, slope) - now) / slope
        return max(left, 0.0) * NS


def _sum(scores: Iterable[float]) -> float:
    """The greater of the two cumulative sums after all of them."""
    up = down = 0.0
    for score in scores:
        up, down = max(up + score - SLACK, 0.0), max(down - score - SLACK, 0.0)
    return max(up, down)
