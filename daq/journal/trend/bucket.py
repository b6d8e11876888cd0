"""A trend: so many equal stretches of time, each with what was in it. Pure."""

import msgspec

from daq.journal.trend.span import Part, Span
from drivers.model import Status


class Bucket(msgspec.Struct, frozen=True, gc=False):
    """What one channel did in one stretch of time.

    ``start`` and ``end`` are the times of the first and last scan in it, ns since 1970 UTC.
    ``scans`` counts all, ``count`` those with a number that is not bad; without any, the values are
    None. ``worst`` is the worst status of all scans.
    """

    start: int
    end: int
    scans: int
    count: int
    least: float | None
    greatest: float | None
    first: float | None
    last: float | None
    mean: float | None
    worst: Status


class Trend(msgspec.Struct, frozen=True):
    """For each channel a bucket for each ``width`` ns from ``start`` on; None where no scan is."""

    start: int
    width: int
    channels: tuple[str, ...]
    buckets: tuple[tuple[Bucket | None, ...], ...]


class Filling:
    """Spans on their way into buckets."""

    def __init__(self, start: int, width: int, count: int) -> None:
        self._start, self._width = start, width
        self._found: list[Span | None] = [None] * count

    def number(self, time: int) -> int:
        """Which bucket a time falls into; those beyond the ends go into the last or first."""
        return min(max(0, (time - self._start) // self._width), len(self._found) - 1)

    def add(self, span: Span) -> None:
        """Put a span, no longer than half a bucket or all within one, where its middle is."""
        number = self.number((span.low + span.high) // 2)
        known = self._found[number]
        self._found[number] = span if known is None else known.with_later(span)

    def buckets(self, channels: int) -> tuple[tuple[Bucket | None, ...], ...]:
        """The buckets of each of so many channels."""
        return tuple(
            tuple(None if span is None else _bucket(span, span.parts[n]) for span in self._found)
            for n in range(channels)
        )


def _bucket(span: Span, part: Part) -> Bucket:
    worst = Status(part.worst)
    if not part.count:
        return Bucket(span.low, span.high, span.scans, 0, None, None, None, None, None, worst)
    return Bucket(
        span.low,
        span.high,
        span.scans,
        part.count,
        part.least,
        part.greatest,
        part.first,
        part.last,
        part.total / part.count,
        worst,
    )
