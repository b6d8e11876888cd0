"""A flat line: the value does not move for longer than a living sensor could stand still."""

from daq.alarms.conditions.condition import Timeless, number, shown
from daq.alarms.conditions.extremes import Extremes
from drivers.model import Status, Value


class Flat(Timeless):
    """Within a whole ``window`` (ns) least and greatest are no more than ``band`` apart."""

    def __init__(self, window: int, band: float = 0.0) -> None:
        self._window, self._band = window, band
        self._extremes = Extremes(window)
        self._flat = False

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading; a bad one begins the window anew, for nobody knows what was then."""
        found = number(value, status)
        if found is None:
            self._extremes.clear()
            return
        self._extremes.feed(time, found)
        spread = self._extremes.greatest - self._extremes.least
        self._flat = self._extremes.spans(time) and spread <= self._band

    def holds(self, now: int) -> bool:
        """Whether it was with the last usable reading."""
        return self._flat

    def resume(self, now: int, *, active: bool) -> None:
        """A gap is not a flat line."""
        self._extremes.clear()
        self._flat = active

    def words(self) -> str:
        """For how long."""
        return f"has not moved by more than {shown(self._band)} for {self._window / 1e9:g} s"
