"""What events tell of instruments: when they were in trouble, and when nobody looked. Pure."""

from collections.abc import Mapping

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.usage.stretches import Set, longer, union

QUIET = frozenset({"timeout", "disconnected"})
"""Reasons of a fault that one who is switched off has as well."""

_NS = 1_000_000_000


class Trouble(msgspec.Struct, frozen=True):
    """Something was wrong with an instrument or a bus; ``quiet``: it did not answer, no more."""

    about: str
    name: str
    quiet: bool
    start: int
    end: int


class Happened(msgspec.Struct, frozen=True):
    """What events told up to some moment; ``away``: the daemon was not there, or the machine."""

    troubles: tuple[Trouble, ...] = ()
    away: Set = ()
    alarms: Mapping[str, Set] = {}

    def of(self, instrument: str, bus: str, *, quiet: bool, least: int) -> Set:
        """When an instrument or its bus was in trouble of one kind, for so many ns at least."""
        names = {("instrument", instrument), ("bus", bus)}
        found = union(
            (one.start, one.end)
            for one in self.troubles
            if one.quiet == quiet and (one.about, one.name) in names
        )
        return longer(found, least)


class Book:
    """Takes events one after the other, in the order of the journal."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, str, str, bool], int] = {}
        self._alarms: dict[str, int] = {}
        self._troubles: list[Trouble] = []
        self._away: list[tuple[int, int]] = []
        self._told: dict[str, list[tuple[int, int]]] = {}
        self._stopped = 0
        self._takes = {
            kinds.STOP.name: self._stop,
            kinds.SUSPENDED.name: self._sleep,
            kinds.INSTRUMENT_FAULT.name: self._fault,
            kinds.INSTRUMENT_RESTORED.name: self._restored,
            kinds.INSTRUMENT_SILENT.name: self._silent,
            kinds.INSTRUMENT_SPEAKS.name: self._speaks,
            kinds.BUS_LOST.name: self._lost,
            kinds.BUS_RESTORED.name: self._restored,
            kinds.ALARM_RAISED.name: self._raised,
            kinds.ALARM_RETURNED.name: self._returned,
        }

    def take(self, event: Event, before: int = 0) -> None:
        """Take an event; ``before`` is the time of the entry before, needed with a start."""
        if event.kind == kinds.START.name:
            self._start(event, before)
        elif take := self._takes.get(event.kind):
            take(event)

    def forget(self, upto: int) -> None:
        """Drop what was over by a moment."""
        self._troubles = [one for one in self._troubles if one.end > upto]
        self._away = [one for one in self._away if one[1] > upto]
        for name, told in self._told.items():
            self._told[name] = [one for one in told if one[1] > upto]

    def happened(self, now: int) -> Happened:
        """All of it, if what goes on still goes on until ``now``."""
        going = [
            Trouble(about, name, quiet, begin, now)
            for (_, about, name, quiet), begin in self._open.items()
        ]
        away = list(self._away)
        if self._stopped:
            away.append((self._stopped, now))
        names = self._told.keys() | self._alarms.keys()
        alarms = {
            name: union([*self._told.get(name, []), *self._active(name, now)]) for name in names
        }
        return Happened((*self._troubles, *going), union(away), alarms)

    def _active(self, name: str, now: int) -> list[tuple[int, int]]:
        begin = self._alarms.get(name)
        return [] if begin is None else [(begin, now)]

    def _start(self, event: Event, before: int) -> None:
        left = self._stopped or before or event.time
        for key in list(self._open):
            self._close(key, left)
        self._away.append((left, event.time))
        self._stopped = 0

    def _stop(self, event: Event) -> None:
        self._stopped = event.time

    def _sleep(self, event: Event) -> None:
        self._away.append((event.time - _seconds(event), event.time))

    def _fault(self, event: Event) -> None:
        quiet = event.severity != "error" and event.data.get("reason") in QUIET
        self._begin("fault", "instrument", event.subject, event.time, quiet=quiet)

    def _lost(self, event: Event) -> None:
        self._begin("fault", "bus", event.subject, event.time, quiet=True)

    def _silent(self, event: Event) -> None:
        begin = event.time - _seconds(event)
        self._begin("silent", "instrument", event.subject, begin, quiet=True)

    def _begin(self, what: str, about: str, name: str, time: int, *, quiet: bool) -> None:
        self._open.setdefault((what, about, name, quiet), time)

    def _restored(self, event: Event) -> None:
        about = "bus" if event.kind == kinds.BUS_RESTORED.name else "instrument"
        for key in [key for key in self._open if key[:3] == ("fault", about, event.subject)]:
            # What comes back again and again is told late: it says itself how long it lasted.
            self._close(key, min(self._open[key] + _seconds(event) or event.time, event.time))

    def _speaks(self, event: Event) -> None:
        for key in [
            key for key in self._open if key[:3] == ("silent", "instrument", event.subject)
        ]:
            self._close(key, event.time)

    def _close(self, key: tuple[str, str, str, bool], end: int) -> None:
        begin = self._open.pop(key)
        self._troubles.append(Trouble(key[1], key[2], key[3], begin, max(begin, end)))

    def _raised(self, event: Event) -> None:
        self._alarms.setdefault(event.subject, event.time)

    def _returned(self, event: Event) -> None:
        begin = self._alarms.pop(event.subject, None)
        if begin is not None:
            self._told.setdefault(event.subject, []).append((begin, event.time))


def _seconds(event: Event) -> int:
    seconds = event.data.get("seconds")
    return round(seconds * _NS) if isinstance(seconds, int | float) else 0
