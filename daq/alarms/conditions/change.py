"""Rate of change: the value rises or falls by more than allowed within a time."""

import math

from daq.alarms.conditions.condition import Timeless, number, shown
from daq.alarms.conditions.extremes import Extremes
from drivers.model import Status, Value


class Change(Timeless):
    """By more than ``rise`` above the least, or ``fall`` below the greatest of ``window`` ns."""

    def __init__(self, window: int, rise: float = math.inf, fall: float = math.inf) -> None:
        self._rise, self._fall = rise, fall
        self._extremes = Extremes(window)
        self._up = self._down = 0.0

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        found = number(value, status)
        if found is not None:
            self._extremes.feed(time, found)
            self._up = found - self._extremes.least
            self._down = self._extremes.greatest - found

    def holds(self, now: int) -> bool:
        """Whether it did with the last usable reading."""
        return self._up > self._rise or self._down > self._fall

    def words(self) -> str:
        """By how much it changed."""
        if self._up > self._rise:
            return f"rose by {shown(self._up)}, allowed {shown(self._rise)}"
        return f"fell by {shown(self._down)}, allowed {shown(self._fall)}"
