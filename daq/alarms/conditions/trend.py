"""A trend with a forecast: at this pace the limit is reached within a time."""

import math
from collections import deque

from daq.alarms.conditions.condition import NS, Timeless, number, shown
from drivers.model import Status, Value

FEWEST = 3
"""Readings below which there is no line to speak of."""

RENEWED = 4096
"""Readings after which the sums are made anew, before rounding adds up."""


class Trend(Timeless):
    """A line fitted (least squares) to a whole ``window`` reaches ``limit`` within ``horizon``.

    Window and horizon in ns. ``above`` says on which side of the limit it is well.
    """

    def __init__(self, limit: float, window: int, horizon: int, *, above: bool) -> None:
        self._limit, self._sign = limit, 1 if above else -1
        self._window, self._horizon = window, horizon / NS
        self._points: deque[tuple[int, float]] = deque()
        self._origin = 0
        self._sums = (0.0, 0.0, 0.0, 0.0)
        self._since_renewed = 0
        self._first: int | None = None
        self._left = math.inf

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        found = number(value, status)
        if found is None:
            return
        if self._first is None:
            self._first = time
        self._points.append((time, found))
        self._add(time, found, 1)
        while self._points[0][0] < time - self._window:
            self._add(*self._points.popleft(), -1)
        self._since_renewed += 1
        if self._since_renewed >= RENEWED or len(self._points) <= FEWEST:
            self._renew()
        self._left = self._forecast(time)

    def holds(self, now: int) -> bool:
        """Whether the limit was in reach with the last usable reading."""
        return self._left <= self._horizon

    def resume(self, now: int, *, active: bool) -> None:
        """A line across a gap would be a guess."""
        self._points.clear()
        self._first = None
        self._renew()

    def words(self) -> str:
        """When the limit will be reached."""
        if not self._left:
            return f"at {shown(self._limit)} by now"
        return f"in {self._left / 60:.3g} min at {shown(self._limit)}"

    def _add(self, time: int, value: float, sign: int) -> None:
        x = (time - self._origin) / NS
        sy, sx, sxx, sxy = self._sums
        self._sums = (sy + sign * value, sx + sign * x, sxx + sign * x * x, sxy + sign * x * value)

    def _renew(self) -> None:
        self._origin = self._points[0][0] if self._points else 0
        self._sums, self._since_renewed = (0.0, 0.0, 0.0, 0.0), 0
        for point in self._points:
            self._add(*point, 1)

    def _forecast(self, now: int) -> float:
        """Seconds until the line is at the limit; 0 when it is beyond, infinite for never."""
        count, (sy, sx, sxx, sxy) = len(self._points), self._sums
        spread = count * sxx - sx * sx
        if self._first is None or now - self._first < self._window or count < FEWEST or not spread:
            return math.inf
        slope = (count * sxy - sx * sy) / spread
        level = (sy - slope * sx) / count + slope * (now - self._origin) / NS
        left = (self._limit - level) * self._sign
        if left <= 0:
            return 0.0
        return left / (slope * self._sign) if slope * self._sign > 0 else math.inf
