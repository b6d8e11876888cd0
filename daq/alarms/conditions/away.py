"""The daemon itself was away: found when it is back, by what the journal holds before."""

from daq.alarms.conditions.condition import NEVER, NS, Hearing
from daq.journal import kinds
from daq.journal.entry import Event
from daq.timefmt import rfc3339
from drivers.model import Status, Value


class Away(Hearing):
    """Holds for a moment at a start after which nobody knows what was for some time.

    That is one after the daemon had not stopped in order (killed, power lost), or after
    ``longer_than`` ns without it. It is over at once, and stays for somebody to acknowledge.
    """

    wanted = frozenset({kinds.START.name, kinds.STOP.name})

    def __init__(self, longer_than: int) -> None:
        self._longer_than = longer_than
        self._stopped = False
        self._back: int | None = None
        self._text = ""

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """It has no channel."""

    def hear(self, event: Event, now: int, before: int) -> bool:
        """Take a start or a stop."""
        in_order, self._stopped = self._stopped, event.kind == kinds.STOP.name
        gap = now - before
        if self._stopped or not before or (in_order and gap < self._longer_than):
            return False
        self._back = now
        how = "stopped in order" if in_order else "not stopped in order"
        since, until = rfc3339(event.time - gap)[:19], rfc3339(event.time)[:19]
        self._text = f"away from {since}Z to {until}Z ({gap / NS:.0f} s), {how}"
        return True

    def holds(self, now: int) -> bool:
        """Whether this is the moment."""
        if self._back is not None and now > self._back:
            self._back = None
        return self._back is not None

    def due(self) -> int:
        """Just after it."""
        return NEVER if self._back is None else self._back + 1

    def resume(self, now: int, *, active: bool) -> None:
        """It is over with the next entry."""
        if active:
            self._back = now

    def words(self) -> str:
        """From when to when."""
        return self._text
