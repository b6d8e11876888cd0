"""The events that say how each alarm is: its last step, and what raised it. Pure."""

from collections.abc import Iterable

import msgspec

from daq.alarms.lifecycle import State
from daq.journal import kinds
from daq.journal.entry import Event


class Told(msgspec.Struct, frozen=True):
    """What was journalled of one alarm; ``raised`` is the last raising, None while it is normal."""

    last: Event
    raised: Event | None = None


class Latest:
    """By alarm, as events come in the order of the journal."""

    def __init__(self) -> None:
        self._told: dict[str, Told] = {}

    def note(self, event: Event) -> None:
        """One more event of an alarm. A comment says nothing of how it is."""
        known = self._told.get(event.subject)
        if event.kind == kinds.ALARM_COMMENT.name and known is not None:
            return
        raised = event if event.kind == kinds.ALARM_RAISED.name else known and known.raised
        normal = event.data.get("state") == State.NORMAL.value
        self._told[event.subject] = Told(event, None if normal else raised)

    def of(self, name: str) -> Told | None:
        """What was journalled of an alarm; None when nothing ever was."""
        return self._told.get(name)

    def since(self, standing: Iterable[str]) -> int:
        """The number of the oldest event needed to know these alarms; of none, of the newest."""
        wanted = [self._told[name] for name in standing if name in self._told]
        needed = [(told.raised or told.last).seq for told in wanted]
        newest = max((told.last.seq for told in self._told.values()), default=1)
        return min(needed, default=newest)
