"""A run goes on: by the events that people start, pause, resume and end it with."""

from daq.alarms.conditions.condition import FarHearing, Timeless
from daq.journal import kinds
from daq.journal.entry import Event
from drivers.model import Status, Value

ON = frozenset({kinds.RUN_STARTED.name, kinds.RUN_RESUMED.name, kinds.RUN_CARRIED.name})
OFF = frozenset({kinds.RUN_PAUSED.name, kinds.RUN_ENDED.name})


class InRun(Timeless, FarHearing):
    """Holds while a run goes on with this ``instrument``, with any when that is empty.

    ``paused``: while it rests, too.
    """

    wanted = ON | OFF

    def __init__(self, instrument: str = "", *, paused: bool = False) -> None:
        self._instrument, self._paused = instrument, paused
        self._going: dict[str, None] = {}

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """It has no channel."""

    def hear(self, event: Event, now: int, before: int) -> bool:
        """Take what is told of a run."""
        names = str(event.data.get("instruments") or "").split()
        if self._instrument and self._instrument not in names:
            return False
        rests = event.kind == kinds.RUN_CARRIED.name and bool(event.data.get("paused"))
        if event.kind in ON and (self._paused or not rests):
            self._going[event.subject] = None
        elif event.kind == kinds.RUN_ENDED.name or not self._paused:
            self._going.pop(event.subject, None)
        return True

    def holds(self, now: int) -> bool:
        """Whether one goes on."""
        return bool(self._going)

    def words(self) -> str:
        """Which."""
        return f"run {', '.join(self._going)} goes on"
