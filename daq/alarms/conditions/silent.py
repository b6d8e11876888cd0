"""A dead man's switch: an instrument, or a whole bus, gives no reading of use.

Not the readings are watched but what the daemon's own watch says of them (``instrument-silent``
and its like), which no cause of silence escapes: a poller that is stuck journals nothing.
"""

from collections.abc import Iterable

from daq.alarms.conditions.condition import NEVER, Hearing
from daq.journal import kinds
from daq.journal.entry import Event
from drivers.model import Status, Value

BEGINS = frozenset({kinds.INSTRUMENT_SILENT.name, kinds.BUS_SILENT.name})
OF_BUS = frozenset({kinds.BUS_SILENT.name, kinds.BUS_SPEAKS.name})
ENDS = frozenset({kinds.INSTRUMENT_SPEAKS.name, kinds.INSTRUMENT_FOUND.name, kinds.BUS_SPEAKS.name})


class Silent(Hearing):
    """Holds while all ``instruments`` are silent, or the ``bus`` is; "" is no bus.

    After a start the daemon's watch knows of no silence: one that was known is over when the
    instrument answers (``instrument-found``), and is told anew if it gives nothing of use.
    """

    wanted = BEGINS | ENDS

    def __init__(self, instruments: Iterable[str], bus: str = "") -> None:
        self._instruments, self._bus = frozenset(instruments), bus
        self._silent: set[str] = set()
        self._lost = False
        self._cause = ""

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """It has no channel."""

    def hear(self, event: Event, now: int, before: int) -> bool:
        """Take what is told of an instrument or the bus."""
        begins = event.kind in BEGINS
        if event.kind in OF_BUS:
            if not self._bus or event.subject != self._bus:
                return False
            self._lost = begins
        elif event.subject in self._instruments:
            (self._silent.add if begins else self._silent.discard)(event.subject)
            self._lost = self._lost and event.kind != kinds.INSTRUMENT_FOUND.name
        else:
            return False
        if begins:
            self._cause = str(event.data.get("cause", ""))
        return True

    def holds(self, now: int) -> bool:
        """Whether nothing of use comes."""
        return self._lost or (bool(self._instruments) and self._silent >= self._instruments)

    def due(self) -> int:
        """Only an event changes it."""
        return NEVER

    def resume(self, now: int, *, active: bool) -> None:
        """A silence that was known goes on."""
        if active and not self.holds(now):
            self._silent |= self._instruments
            self._lost = not self._instruments

    def words(self) -> str:
        """What is known of the cause."""
        return f"no reading of use: {self._cause}" if self._cause else "no reading of use"
