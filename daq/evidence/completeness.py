"""How complete readings are: how many scans there should be, how many there are, and each gap."""

from collections.abc import Iterable, Mapping

import msgspec

from daq.evidence.outages import Outage, Reason, reason_of
from daq.journal.entry import Scan, SeriesKey
from drivers.model import Quality

LATE = 1.5
"""Intervals from one scan to the next from which on one is missing between them."""

MOST_GAPS = 10_000
"""Gaps of a group that are listed; all are counted."""

_NS = 1_000_000_000


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """From the scan before (or the begin) to the one after (or the end), ns since 1970 UTC."""

    start: int
    end: int
    missing: int
    reason: Reason


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """One scan group: ``expected`` is ``present`` and ``missing`` together.

    ``failed`` of those present have no usable reading at all. ``reasons`` counts what is missing.
    ``interval`` is the newest, in seconds.
    """

    instrument: str
    group: str
    interval: float
    expected: int
    present: int
    failed: int
    missing: int
    reasons: dict[str, int]
    gaps: tuple[Gap, ...]

    @property
    def share(self) -> float:
        """How much of what was expected is there and usable, 0 to 1."""
        return (self.present - self.failed) / self.expected if self.expected else 0.0


class Completeness:
    """Takes the scans of a period in the order of the journal.

    ``buses`` says on which bus an instrument is, as far as that is known.
    """

    def __init__(
        self,
        start: int,
        end: int,
        known: Iterable[Outage],
        buses: Mapping[str, str],
        wanted: Iterable[tuple[str, str, float]] = (),
    ) -> None:
        self._start, self._end = start, end
        self._known, self._buses = tuple(known), buses
        self._groups: dict[tuple[str, str], _Group] = {}
        for instrument, group, interval in wanted:
            self._groups[instrument, group] = _Group(interval)

    def take(self, scan: Scan) -> None:
        """The next scan."""
        key = scan.series.key
        group = self._groups.get((key.instrument, key.group))
        if group is None:
            group = self._groups[key.instrument, key.group] = _Group(key.interval)
        group.take(scan, key, self._start)

    def done(self) -> tuple[Coverage, ...]:
        """What has come of it, in the order of names."""
        return tuple(self._coverage(*names, group) for names, group in sorted(self._groups.items()))

    def _coverage(self, instrument: str, name: str, group: "_Group") -> Coverage:
        about = frozenset({instrument, self._buses.get(instrument, instrument)})
        gaps = [
            Gap(
                start=start,
                end=end,
                missing=missing,
                reason=reason_of(start, end, self._known, about),
            )
            for start, end, missing in group.ended(self._start, self._end)
        ]
        reasons: dict[str, int] = {}
        for gap in gaps:
            reasons[gap.reason] = reasons.get(gap.reason, 0) + gap.missing
        missing = sum(gap.missing for gap in gaps)
        return Coverage(
            instrument=instrument,
            group=name,
            interval=group.interval,
            expected=group.present + missing,
            present=group.present,
            failed=group.failed,
            missing=missing,
            reasons=dict(sorted(reasons.items())),
            gaps=tuple(gaps[:MOST_GAPS]),
        )


class _Group:
    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.present = self.failed = 0
        self._last = 0
        self._gaps: list[tuple[int, int, int]] = []

    def take(self, scan: Scan, key: SeriesKey, begin: int) -> None:
        if self.present:
            self._note(self._last, scan.time, _between(scan.time - self._last, self.interval))
        else:
            self._note(begin, scan.time, _after(scan.time - begin, key.interval))
        self.interval, self._last = key.interval, scan.time
        self.present += 1
        self.failed += all(status.quality is Quality.BAD for status in scan.statuses)

    def ended(self, begin: int, end: int) -> list[tuple[int, int, int]]:
        start = self._last if self.present else begin
        rest = end - start + (0 if self.present else round(self.interval * _NS / 2))
        self._note(start, end, _before(rest, self.interval))
        return self._gaps

    def _note(self, start: int, end: int, missing: int) -> None:
        if missing > 0:
            self._gaps.append((start, end, missing))


def _between(ns: int, interval: float) -> int:
    """Scans missing between two that are so far apart."""
    steps = ns / _NS / interval if interval > 0 else 0.0
    return round(steps) - 1 if steps > LATE else 0


def _after(ns: int, interval: float) -> int:
    """Scans missing from the begin of a period to the first."""
    steps = ns / _NS / interval if interval > 0 else 0.0
    return int(steps) if steps >= LATE else 0


def _before(ns: int, interval: float) -> int:
    """Scans missing from the last to the end of a period."""
    steps = ns / _NS / interval if interval > 0 else 0.0
    return int(steps - 0.5) if steps >= LATE else 0
