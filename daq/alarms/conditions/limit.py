"""Beyond a limit, with a dead-band: it holds until the value is back by that much."""

from daq.alarms.conditions.condition import Timeless, number, shown
from drivers.model import Status, Value


class Limit(Timeless):
    """``above`` or below ``limit``; the limit itself is allowed. All in the channel's unit."""

    def __init__(self, limit: float, *, above: bool, dead_band: float = 0.0) -> None:
        self._limit, self._sign = limit, 1 if above else -1
        self._dead_band = dead_band
        self._value = limit
        self._beyond = False

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        found = number(value, status)
        if found is None:
            return
        self._value = found
        excess = (found - self._limit) * self._sign
        self._beyond = excess > (-self._dead_band if self._beyond else 0.0)

    def holds(self, now: int) -> bool:
        """Whether the last usable reading was beyond."""
        return self._beyond

    def resume(self, now: int, *, active: bool) -> None:
        """Within the dead-band it depends on what was before."""
        self._beyond = active

    def words(self) -> str:
        """The value and the limit."""
        side = "above" if self._sign > 0 else "below"
        return f"{shown(self._value)}, limit {side} {shown(self._limit)}"
