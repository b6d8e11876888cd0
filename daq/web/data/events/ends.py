"""When the faults that events tell of were over, found while the log is read backwards. Pure."""

from collections.abc import Mapping

import msgspec

from daq.web.data.events.kinds import BEGINS, FAULTS

RESTARTS = ("start", "stop")
"""After these every fault is told anew: those before have no end of their own."""

LASTING = frozenset({"alarm-raised", "flood-began", "incident-opened", "notification-failed"})
"""What outlasts the daemon: the journal keeps it."""

LASTED = ("seconds", "outage_s")
"""Where an event that ends something says how long that was."""


NEARLY = 2.0
"""Seconds between the begin of a fault and the event that tells of it, at most."""

_NS = 1_000_000_000


class End(msgspec.Struct, frozen=True):
    """How a fault went on. ``time`` is when it was over, ns; 0: it is not over yet.

    ``lasted`` is how long it was, in seconds, as far as the event of its end says so.
    """

    time: int
    lasted: float | None = None

    def after(self, begin: int) -> float:
        """The seconds from the event of the begin (ns) to the end; as the end has it, if nearly."""
        found = (self.time - begin) / _NS
        said = self.lasted
        return said if said is not None and abs(said - found) < NEARLY else found


class Ends:
    """Shown every event of the journal, the newest first.

    ``complete`` says that there is none newer than the first, and that the daemon still runs:
    only then a fault without an end is known to go on.
    """

    def __init__(self, *, complete: bool) -> None:
        self._known: dict[tuple[str, str], End] = {}
        self._complete = complete

    def leap(self) -> None:
        """Some events come that are not shown."""
        self._forget()

    def see(self, kind: str, subject: str, time: int, data: Mapping[str, object]) -> End | None:
        """The next older event; how the fault it tells of went on, if that is known."""
        if kind in BEGINS:
            self._known[(BEGINS[kind], subject)] = End(time, lasted(kind, data))
        elif kind in RESTARTS or (kind == "configuration-changed" and _restarts(data)):
            self._forget()
        elif kind in FAULTS:
            return self._end(kind, subject)
        return None

    def _end(self, kind: str, subject: str) -> End | None:
        found = self._known.get((kind, subject))
        return End(0) if found is None and self._complete else found

    def _forget(self) -> None:
        self._known = {key: end for key, end in self._known.items() if key[0] in LASTING}
        self._complete = False


def lasted(kind: str, data: Mapping[str, object]) -> float | None:
    """How long what ends with this event has lasted, in seconds."""
    if kind not in BEGINS:
        return None
    found = next((data[key] for key in LASTED if key in data), None)
    return float(found) if isinstance(found, int | float) else None


def _restarts(data: Mapping[str, object]) -> bool:
    return bool(data.get("restarted") or data.get("removed"))
