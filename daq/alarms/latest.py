"""The events that say how each alarm is: its last step, and what raised it. Pure."""

from collections.abc import Iterable

from daq.alarms.lifecycle import State
from daq.journal import kinds
from daq.journal.entry import Event


class Latest:
    """By alarm, as events come in the order of the journal."""

    def __init__(self) -> None:
        self.last: dict[str, Event] = {}
        """The event of each alarm that says how it is."""
        self._raised: dict[str, Event] = {}

    def note(self, event: Event) -> None:
        """One more event of an alarm. A comment says nothing of how it is."""
        name = event.subject
        if event.kind == kinds.ALARM_COMMENT.name and name in self.last:
            return
        self.last[name] = event
        if event.kind == kinds.ALARM_RAISED.name:
            self._raised[name] = event
        if event.data.get("state") == State.NORMAL.value:
            self._raised.pop(name, None)

    def raised(self, name: str) -> Event | None:
        """What raised an alarm last; None while it is normal."""
        return self._raised.get(name)

    def needed(self, standing: Iterable[str]) -> list[int]:
        """The numbers of the oldest events needed to know these alarms."""
        wanted = [name for name in standing if name in self.last]
        return [(self._raised.get(name) or self.last[name]).seq for name in wanted]

    @property
    def newest(self) -> int:
        """The number of the newest event; 1 without any."""
        return max((last.seq for last in self.last.values()), default=1)
