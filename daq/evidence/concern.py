"""Which events belong into a pack: those of its instruments, and of what they depend on. Pure.

A pack goes to a customer. What was measured for others, who was told of what, and where readings
are delivered to, does not.
"""

from collections.abc import Collection, Mapping

import msgspec

from daq.journal.entry import Event
from daq.journal.kinds import KINDS

_ABOUT = {kind.name: kind.about for kind in KINDS}
_ALWAYS = frozenset({"daq", "journal", "loop"})
_OWN = frozenset({"instrument", "bus", "alarm", "incident"})
"""What may be about somebody's instruments."""


class Concern(msgspec.Struct, frozen=True, kw_only=True):
    """What a pack is about; ``everything``: all instruments of the journal.

    ``buses`` are those of its instruments, by instrument; ``alarms`` the names of alarms over
    their channels; ``run`` is the number of the run, empty without one.
    """

    instruments: frozenset[str]
    buses: Mapping[str, str]
    alarms: frozenset[str] = frozenset()
    run: str = ""
    everything: bool = False

    def covers(self, event: Event) -> bool:
        """Whether an event belongs to it."""
        about = _ABOUT.get(event.kind, "")
        if about == "run":
            return event.subject == self.run or (self.everything and not self.run)
        if about in _ALWAYS or self.everything:
            return about in _ALWAYS or about in _OWN
        if about == "incident":
            return not self.instruments.isdisjoint(_instruments(event))
        return event.subject in self._names(about)

    def _names(self, about: str) -> Collection[str]:
        match about:
            case "instrument":
                return self.instruments
            case "bus":
                return self.buses.values()
            case "alarm":
                return self.alarms
            case _:
                return ()


def _instruments(event: Event) -> list[str]:
    return str(event.data.get("instruments") or "").splitlines()
