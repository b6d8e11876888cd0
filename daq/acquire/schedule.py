"""When a scan group is due: absolute times on a monotonic clock. Pure; the caller has the clock.

A group is due at ``origin + n * interval``. Every due time is computed from ``n``, never from
the time of the last scan, so that an interval does not stretch. A tick that could not be served
before the next one came is skipped and counted, never queued.
"""

import bisect
import math
from collections import Counter
from collections.abc import Sequence

import msgspec

_FINE = (1.2e-3, 1.5e-3, 3e-3)
"""Where most scans of a busy daemon are: asyncio's timers are up to a millisecond late."""

BOUNDS = (*sorted([*(m * 10.0**e for e in range(-5, 1) for m in (1, 2, 5)), *_FINE]), math.inf)
"""Upper bounds in seconds of the classes lateness is counted in: 10 us to 5 s, and beyond."""

LATE_SHARE = 0.1
"""A scan is late when it begins this share of its interval after it was due ..."""

LATE_LEAST = 0.01
"""... but at least so many seconds: no timer of an operating system is exact."""

_GOLDEN = (math.sqrt(5) - 1) / 2


class Ticker:
    """The due times of one scan group, in seconds of whatever clock ``start`` was read from."""

    def __init__(self, interval: float, start: float = 0.0, phase: float = 0.0) -> None:
        self.interval = interval
        self.due = self._origin = start + phase
        self._tick = 0

    def advance(self, now: float) -> int:
        """Serve the tick that is due; the number of ticks skipped because ``now`` is past them.

        Afterwards ``due`` is the first tick later than ``now``.
        """
        served, self._tick = self._tick, max(self._tick, self._tick_before(now)) + 1
        self.due = self._at(self._tick)
        return self._tick - served - 1

    def is_late(self, now: float) -> bool:
        """Whether the tick that is due would be served late, if it were served now."""
        return now - self.due > max(self.interval * LATE_SHARE, LATE_LEAST)

    def resume(self, now: float) -> None:
        """After a time without scans: one is due at once, the next ones at the absolute times.

        Ticks passed in the meantime are not counted: the gap has its own record.
        """
        self._tick = self._tick_before(now)
        self.due = now

    def _at(self, tick: int) -> float:
        return self._origin + tick * self.interval

    def _tick_before(self, now: float) -> int:
        """The last tick at or before a time; the division may be off by one in the last bit."""
        tick = math.floor((now - self._origin) / self.interval)
        if self._at(tick + 1) <= now:
            return tick + 1
        return tick if self._at(tick) <= now else tick - 1


def spread(intervals: Sequence[float]) -> list[float]:
    """A phase in [0, interval) for each group, in order, such that groups do not fall together.

    Groups of the same interval are spread evenly over it; each further interval begins a little
    later, so that groups of 1 s and 2 s do not meet at every second scan.
    """
    count = Counter(intervals)
    kinds = {interval: index for index, interval in enumerate(count)}
    used: Counter[float] = Counter()
    phases: list[float] = []
    for interval in intervals:
        position = used[interval] + kinds[interval] * _GOLDEN % 1.0
        phases.append(position / count[interval] * interval)
        used[interval] += 1
    return phases


class Jitter(msgspec.Struct):
    """How late scans began, in seconds. Of constant size; quantiles are upper bounds of classes."""

    count: int = 0
    total: float = 0.0
    worst: float = 0.0
    classes: list[int] = msgspec.field(default_factory=lambda: [0] * len(BOUNDS))

    def note(self, lateness: float) -> None:
        """Count one scan; a negative lateness (a timer that fired early) counts as none."""
        late = max(lateness, 0.0)
        self.count += 1
        self.total += late
        self.worst = max(self.worst, late)
        self.classes[bisect.bisect_left(BOUNDS, late)] += 1

    @property
    def mean(self) -> float:
        """The mean lateness; 0 before the first scan."""
        return self.total / self.count if self.count else 0.0

    def quantile(self, share: float) -> float:
        """A lateness that at least this share (0 to 1) of all scans did not exceed."""
        wanted = share * self.count
        seen = 0
        for bound, number in zip(BOUNDS, self.classes, strict=True):
            seen += number
            if seen >= wanted:
                return min(bound, self.worst)
        return self.worst
