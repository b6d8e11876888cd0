"""A trend: so many equal stretches of time, each with what was in it. Pure."""

from functools import reduce
from itertools import groupby
from typing import cast

import msgspec

from daq.journal.trend.span import Part, Selection, Span, Stored
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
    """Spans on their way into buckets, those that are stored and those made of entries."""

    def __init__(self, start: int, width: int, count: int, wanted: Selection) -> None:
        self._start, self._width, self._wanted = start, width, wanted
        self._found: list[list[Span | Stored]] = [[] for _ in range(count)]

    def number(self, time: int) -> int:
        """Which bucket a time falls into; those beyond the ends go into the last or first."""
        return min(max(0, (time - self._start) // self._width), len(self._found) - 1)

    def add(self, span: Span | Stored) -> None:
        """Put a span, no longer than half a bucket or all within one, where its middle is.

        They come in the order of their entries.
        """
        self._found[self.number((span.low + span.high) // 2)].append(span)

    def buckets(self, channels: int) -> tuple[tuple[Bucket | None, ...], ...]:
        """The buckets of each of so many channels."""
        found = [self._merged(spans) if spans else None for spans in self._found]
        return tuple(
            tuple([None if span is None else _bucket(span, span.parts[n]) for span in found])
            for n in range(channels)
        )

    def _merged(self, spans: list[Span | Stored]) -> Span:
        pieces: list[Span] = []
        for is_stored, some in groupby(spans, key=lambda span: isinstance(span, Stored)):
            if is_stored:
                pieces.append(self._wanted.merged(cast("list[Stored]", list(some))))
            else:
                pieces += cast("list[Span]", list(some))
        return reduce(Span.with_later, pieces)


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
