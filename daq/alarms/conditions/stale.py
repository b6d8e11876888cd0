"""Silence: no reading of use for too long."""

from daq.alarms.conditions.condition import NEVER
from drivers.model import Quality, Status, Value


class Stale:
    """No good or uncertain reading within the last ``after`` ns."""

    def __init__(self, after: int) -> None:
        self._after = after
        self._last: int | None = None
        self._now = 0

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading."""
        if status.quality is not Quality.BAD or self._last is None:
            self._last = time

    def holds(self, now: int) -> bool:
        """Whether it is silent now."""
        if self._last is None:
            self._last = now
        self._now = now
        return now - self._last >= self._after

    def due(self) -> int:
        """When it will be silent; NEVER while it is."""
        if self._last is None:
            return 0
        end = self._last + self._after
        return end if end > self._now else NEVER

    def resume(self, now: int, *, active: bool) -> None:
        """While nobody asked, nobody was silent; a silence that was known goes on.

        Before the first entry there is no time yet (``now`` is 0).
        """
        self._last = now - self._after if active else now or None

    def words(self) -> str:
        """For how long."""
        return f"no reading of use for {self._after / 1e9:g} s"
