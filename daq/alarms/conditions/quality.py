"""The quality of a reading is bad, or not good."""

from daq.alarms.conditions.condition import Timeless
from drivers.model import Quality, Status, Value


class QualityIs(Timeless):
    """``at_least`` as poor as this."""

    def __init__(self, at_least: Quality = Quality.BAD) -> None:
        self._at_least = at_least
        self._status = Status.GOOD

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        self._status = status

    def holds(self, now: int) -> bool:
        """Whether the last reading was."""
        return self._status.quality >= self._at_least

    def words(self) -> str:
        """The status."""
        return str(self._status)
