"""The time of rules: that of the entries, without the steps of the wall clock. Pure."""

from daq.journal import kinds
from daq.journal.entry import Entry, Event


class Timeline:
    """Moves on with the entries of a journal, so that a replay has the same time as the life.

    When the wall clock is set, the event that says so takes the step out: no reading seems old,
    and no delay over, because somebody set a clock.
    """

    def __init__(self) -> None:
        self.now = 0
        self._stepped = 0

    def move(self, entry: Entry) -> int:
        """The entry's own time, in ns; ``now`` is the latest of all so far."""
        if isinstance(entry, Event) and entry.kind == kinds.CLOCK_STEPPED.name:
            seconds = entry.data.get("seconds")
            if isinstance(seconds, (int, float)):
                self._stepped += round(seconds * 1e9)
        time = self.of(entry.time)
        self.now = max(self.now, time)
        return time

    def of(self, wall: int) -> int:
        """The time for rules of a moment of the wall clock as it is set now."""
        return wall - self._stepped

    def wall(self, time: int) -> int:
        """The other way."""
        return time + self._stepped
