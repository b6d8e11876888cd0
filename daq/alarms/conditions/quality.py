"""The quality of a reading is bad, or not good."""

from collections.abc import Iterable

from daq.alarms.conditions.condition import Timeless
from drivers.model import Quality, Status, Value


class QualityIs(Timeless):
    """``at_least`` as poor as this, for one of the ``reasons``; for any when there are none."""

    def __init__(self, at_least: Quality = Quality.BAD, reasons: Iterable[Status] = ()) -> None:
        self._at_least = at_least
        self._reasons = frozenset(reasons)
        self._status = Status.GOOD

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        self._status = status

    def holds(self, now: int) -> bool:
        """Whether the last reading was."""
        if self._status.quality < self._at_least:
            return False
        return not self._reasons or self._status in self._reasons

    def words(self) -> str:
        """The status."""
        return str(self._status)
