"""The course of one channel over the last minutes, in few points. Pure."""

import math

import msgspec

from drivers.model import Quality, Status, Value

POINTS = 60
"""Points of a spark."""

SPAN = 900.0
"""Seconds a spark shows; more when the interval of its channel asks for it."""


class Spark(msgspec.Struct, frozen=True):
    """``least`` and ``greatest`` of each stretch of ``width`` ns; NaN where nothing good is.

    The last stretch begins at ``width * number``.
    """

    width: int
    number: int = 0
    least: tuple[float, ...] = ()
    greatest: tuple[float, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(map(math.isnan, self.least))


class Sparks:
    """One spark on its way: takes readings in the order of the journal."""

    def __init__(self, interval: float) -> None:
        self._width = int(max(SPAN / POINTS, interval) * 1e9)
        self._number = 0
        self._least: list[float] = []
        self._greatest: list[float] = []

    def add(self, time: int, value: Value, status: Status) -> None:
        """Take a reading; what is no number or bad leaves a gap."""
        if not self._reach(time // self._width) or status.quality is Quality.BAD:
            return
        if isinstance(value, (int, float)) and math.isfinite(value):
            last = self._least[-1], self._greatest[-1]
            self._least[-1] = float(value) if math.isnan(last[0]) else min(last[0], value)
            self._greatest[-1] = float(value) if math.isnan(last[1]) else max(last[1], value)

    def spark(self) -> Spark:
        """What it is now."""
        return Spark(self._width, self._number, tuple(self._least), tuple(self._greatest))

    def _reach(self, number: int) -> bool:
        """Begin the stretch of a time; False for one that is over (a clock that was set back)."""
        if not self._least:
            self._number = number - 1
        if number < self._number:
            return False
        fresh = min(number - self._number, POINTS)
        for column in (self._least, self._greatest):
            column.extend([math.nan] * fresh)
            del column[:-POINTS]
        self._number = number
        return True
