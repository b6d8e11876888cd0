"""A channel has one of some values: the run is on, the door is closed."""

from collections.abc import Iterable

from daq.alarms.conditions.condition import Timeless
from drivers.model import Quality, Status, Value


class Equals(Timeless):
    """``values`` may be numbers, texts or true and false; true is not 1."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._values = frozenset((isinstance(value, bool), value) for value in values)
        self._value: Value = None

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        if value is not None and status.quality is not Quality.BAD:
            self._value = value

    def holds(self, now: int) -> bool:
        """Whether the last usable reading was one of them."""
        return (isinstance(self._value, bool), self._value) in self._values

    def words(self) -> str:
        """The value."""
        return f"is {self._value}"
