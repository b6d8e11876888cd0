"""What the daemon has counted lately: how fast sinks take entries, how busy buses are now. Pure."""

from collections.abc import Mapping
from typing import Self

import msgspec

from daq.control.status import DaemonStatus

WINDOW = 60.0
"""Seconds that count as lately."""

LEAST = 5.0
"""Seconds that must have been seen before anything is told of them."""

_NS = 1e9


class Tally(msgspec.Struct, frozen=True):
    """What a bus has counted: scans begun, late and skipped ones, seconds of use."""

    scans: int
    late: int
    skipped: int
    busy: float


class Mark(msgspec.Struct, frozen=True):
    """The counts of one moment (ns since 1970 UTC): ``delivered`` by sink, ``buses`` by name."""

    time: int
    committed: int
    delivered: Mapping[str, int]
    buses: Mapping[str, Tally]


class Lately(msgspec.Struct, frozen=True, kw_only=True):
    """A bus in the last ``seconds``: ``load`` in per cent of the time, scans, late and skipped."""

    seconds: float
    load: float
    scans: int
    late: int
    skipped: int


class Trail(msgspec.Struct, frozen=True):
    """The marks of the last minute, oldest first, all of the same run of the daemon."""

    started: int = 0
    marks: tuple[Mark, ...] = ()

    def noted(self, status: DaemonStatus | None) -> Self:
        """With one more status; begun anew after a silence, and with another run of the daemon."""
        if status is None:
            return type(self)()
        mark = _mark(status)
        kept = self.marks if self.started == status.started else ()
        recent = (m for m in kept if mark.time - WINDOW * _NS <= m.time < mark.time)
        return type(self)(status.started, (*recent, mark))

    def rate(self, sink: str) -> float | None:
        """Entries a second a sink has taken; None while that is not known."""
        first = next((m for m in self.marks if sink in m.delivered), None)
        seconds = self._seconds(first)
        if first is None or seconds is None or sink not in self.marks[-1].delivered:
            return None
        count = self.marks[-1].delivered[sink] - first.delivered[sink]
        return count / seconds if count >= 0 else None  # below 0: the sink was started anew

    def growth(self) -> float | None:
        """Entries a second the journal has taken; None while that is not known."""
        first = self.marks[0] if self.marks else None
        seconds = self._seconds(first)
        if first is None or seconds is None:
            return None
        return (self.marks[-1].committed - first.committed) / seconds

    def bus(self, name: str) -> Lately | None:
        """How a bus has done; None while that is not known."""
        first = next((m for m in self.marks if name in m.buses), None)
        seconds = self._seconds(first)
        if first is None or seconds is None or name not in self.marks[-1].buses:
            return None
        before, now = first.buses[name], self.marks[-1].buses[name]
        if now.scans < before.scans or now.busy < before.busy:
            return None  # it was started anew
        return Lately(
            seconds=seconds,
            load=100.0 * (now.busy - before.busy) / seconds,
            scans=now.scans - before.scans,
            late=now.late - before.late,
            skipped=now.skipped - before.skipped,
        )

    def _seconds(self, first: Mark | None) -> float | None:
        """From a mark to the newest, when that is long enough to tell anything."""
        seconds = 0.0 if first is None else (self.marks[-1].time - first.time) / _NS
        return seconds if seconds >= LEAST else None


def _mark(status: DaemonStatus) -> Mark:
    return Mark(
        status.time,
        status.journal.committed,
        {sink.name: sink.delivered for sink in status.sinks},
        {
            bus.name: Tally(bus.scans, bus.late_ticks, bus.skipped_ticks, bus.busy)
            for bus in status.buses
        },
    )
