"""The newest reading of every channel, corrected, and how far it can be trusted now. Pure."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from daq.journal.corrected import Corrections
from daq.journal.entry import Scan
from drivers.model import Channel, Quality, Status, Value

STALE_INTERVALS = 3.0
"""A scan older than this many intervals and a second is stale: three of them did not come."""

CALM = 10.0
"""Seconds an instrument stays among those with trouble after its last bad reading."""

RANKS = ("bad", "stale", "waiting", "uncertain", "good")
"""What a reading can be, the worst first."""


class Reading(msgspec.Struct, frozen=True):
    """One channel: ``quality`` is one of ``RANKS``, ``reason`` in words, ``age`` seconds.

    ``value`` and ``age`` are None as long as no scan has come.
    """

    instrument: str
    group: str
    channel: Channel
    quality: str
    reason: str = ""
    value: Value = None
    age: float | None = None

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return RANKS.index(self.quality)


class Newest:
    """The newest scan of every scan group of a laboratory.

    ``awaited`` says which groups there should be; those are shown before their first scan.
    """

    def __init__(self, awaited: Mapping[tuple[str, str], tuple[Channel, ...]]) -> None:
        self._awaited = awaited
        self._scans: dict[tuple[str, str], Scan] = {}
        self._corrections = Corrections()
        self._bad: dict[tuple[str, str], int] = {}

    @property
    def time(self) -> int:
        """When the newest of all was taken, ns since 1970 UTC; 0 without any."""
        return max((scan.time for scan in self._scans.values()), default=0)

    def silent(self, now: int) -> bool:
        """Whether no group has brought a scan when it should have, at ``now`` (ns)."""
        return all(_stale(scan, now) for scan in self._scans.values())

    def recall(self, scans: Iterable[Scan]) -> None:
        """Take what the journal has of old, in its order, of the groups that there should be."""
        for scan in scans:
            if _place(scan) in self._awaited:
                self.take(scan)

    def take(self, scan: Scan) -> None:
        """Take a scan that has just come."""
        self._scans[_place(scan)] = scan
        if any(status.quality is Quality.BAD for status in scan.statuses):
            self._bad[_place(scan)] = scan.time

    def readings(self, now: int, only: str = "") -> list[Reading]:
        """Every channel at ``now`` (ns): first of the instruments of which something is wrong."""
        places = dict.fromkeys((*self._awaited, *self._scans))
        troubled = {place[0] for place in places if self._troubled(place, now)}
        order = sorted(places, key=lambda place: place[0] not in troubled)
        return [
            reading for place in order if only in ("", place[0]) for reading in self._of(place, now)
        ]

    def _troubled(self, place: tuple[str, str], now: int) -> bool:
        """Whether something of a group is bad, or was a moment ago: no row shall jump."""
        scan = self._scans.get(place)
        return scan is None or _stale(scan, now) or now - self._bad.get(place, 0) < CALM * 1e9

    def _of(self, place: tuple[str, str], now: int) -> Iterator[Reading]:
        scan = self._scans.get(place)
        if scan is None:
            for channel in self._awaited[place]:
                yield Reading(*place, channel, "waiting", "no scan yet")
            return
        key, age = scan.series.key, max(now - scan.time, 0) / 1e9
        stale = _stale(scan, now)
        values = self._corrections.values(scan)
        for channel, value, status in zip(key.channels, values, scan.statuses, strict=True):
            quality, reason = _judged(status, stale=stale)
            yield Reading(*place, channel, quality, reason, value, age)


def _place(scan: Scan) -> tuple[str, str]:
    return scan.series.key.instrument, scan.series.key.group


def _stale(scan: Scan, now: int) -> bool:
    return now - scan.time > (STALE_INTERVALS * scan.series.key.interval + 1) * 1e9


def _judged(status: Status, *, stale: bool) -> tuple[str, str]:
    """Old good news is no good news; what was bad stays so."""
    quality = Quality(status.quality).name.lower()
    if not stale:
        return quality, status.reason
    if status.quality is Quality.BAD:
        return quality, f"{status.reason}, stale"
    return "stale", "no newer scan"
