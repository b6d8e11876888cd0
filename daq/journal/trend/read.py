"""Reads a trend: from spans where they are fine enough, from entries elsewhere."""

import statistics
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import Any

import msgspec

from daq.journal import schema
from daq.journal.block import Block
from daq.journal.codec import ScanCodec
from daq.journal.entry import Series
from daq.journal.readonly import ReadConnection
from daq.journal.trend import spans
from daq.journal.trend.bucket import Filling, Trend
from daq.journal.trend.portion import MOST_BLOCKS
from daq.journal.trend.span import Selection, Span, Stored, parts_of

MOST_ENTRIES = 1_000_000
"""Entries that are looked at one by one before buckets are made wider than was asked for."""


class TrendQuery(msgspec.Struct, frozen=True):
    """What to look at: ``channels`` by name, ``start`` to before ``end`` in ns since 1970 UTC.

    At most so many ``points``: fewer when the period is long and its summaries are coarse.

    Raises:
        ValueError: the period is empty, no point is wanted, or the series has no such channel.
    """

    series: Series
    channels: tuple[str, ...]
    start: int
    end: int
    points: int = 1000

    def __post_init__(self) -> None:
        """Refuse what has no answer."""
        if self.end <= self.start or self.points < 1:
            raise ValueError("a trend needs a period and at least one point")
        names = {channel.name for channel in self.series.key.channels}
        for name in self.channels:
            if name not in names:
                raise ValueError(f"{self.series.key.instrument} has no channel {name}")

    @property
    def places(self) -> tuple[int, ...]:
        """Where the channels are in a scan."""
        names = [channel.name for channel in self.series.key.channels]
        return tuple(names.index(name) for name in self.channels)


def read_trend(
    file: ReadConnection, blocks: Sequence[Block], bounds: tuple[int, int], query: TrendQuery
) -> Trend:
    """A trend. ``blocks`` are those closed; ``bounds`` the first number and that of the tail.

    Raises:
        JournalError: the file cannot be read.
    """
    ranges = ranges_of(blocks, bounds, query)
    wanted = Selection(query.places)
    found = spans_in(file, ranges, bounds[0], query, wanted)
    width = _width(query, found, ranges)
    count = -(-(query.end - query.start) // width)
    filling = Filling(query.start, width, count, wanted)
    used = [span for span in found if _fits(span, query, width)]
    rest = without(ranges, covered(found, used))
    pieces: list[Span | Stored] = [*used, *_from_entries(file, rest, query, filling)]
    for span in sorted(pieces, key=lambda span: span.first):
        filling.add(span)
    return Trend(query.start, width, query.channels, filling.buckets(len(query.channels)))


def ranges_of(
    blocks: Sequence[Block], bounds: tuple[int, int], query: TrendQuery
) -> list[tuple[int, int]]:
    """Numbers of the first and last entry of the blocks that hold the series in the period."""
    oldest, tail = bounds
    wanted = [
        block.id << schema.BLOCK_BITS
        for block in blocks
        if block.high >= query.start and block.low < query.end and query.series.id in block.series
    ]
    ranges = [(max(oldest, first), first + schema.BLOCK - 1) for first in wanted]
    return [*ranges, (tail, 2**63 - 1)]


def spans_in(
    file: ReadConnection,
    ranges: Sequence[tuple[int, int]],
    oldest: int,
    query: TrendQuery,
    wanted: Selection,
) -> list[Stored]:
    """The summaries that have to do with the period, and the channels wanted, oldest first."""
    closed = [first >> schema.BLOCK_BITS for first, _ in ranges[:-1]]
    if not closed:
        return []
    # A span is filed under the last of the blocks that were summarised together.
    blocks = (closed[0], closed[-1] + MOST_BLOCKS)
    found = spans.of_series(file, query.series.id, blocks, wanted)
    return [
        span
        for span in found
        if span.first >= oldest and span.high >= query.start and span.low < query.end
    ]


def _width(query: TrendQuery, found: Sequence[Stored], ranges: Sequence[tuple[int, int]]) -> int:
    asked = -(-(query.end - query.start) // query.points)
    if not found or len(ranges) * schema.BLOCK <= MOST_ENTRIES:
        return asked
    return max(asked, 2 * int(statistics.median(span.high - span.low for span in found)))


def _fits(span: Stored, query: TrendQuery, width: int) -> bool:
    # No longer than half a bucket: then neighbours lie in one bucket or in two that are next to
    # each other, and an empty bucket is a gap.
    return query.start <= span.low and span.high < query.end and 2 * (span.high - span.low) <= width


def covered(found: Sequence[Stored], used: Sequence[Stored]) -> list[tuple[int, int]]:
    """Ranges of numbers without an entry of the series that is not in a span used."""
    known = {span.first for span in used}
    bare = (span for span in found if span.first in known)
    within = [(span.first, span.last) for span in bare]
    between = [
        (one.last + 1, other.first - 1)
        for one, other in pairwise(found)
        if one.first in known and other.first in known
    ]
    return _merged([*within, *between])


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def without(
    ranges: Iterable[tuple[int, int]], holes: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The ranges less the holes; both ascending and apart."""
    left: list[tuple[int, int]] = []
    place = 0
    for start, last in ranges:
        first = start
        while place < len(holes) and holes[place][1] < first:
            place += 1
        for hole in holes[place:]:
            if hole[0] > last:
                break
            if first < hole[0]:
                left.append((first, hole[0] - 1))
            first = hole[1] + 1
        if first <= last:
            left.append((first, last))
    return left


def _from_entries(
    file: ReadConnection, ranges: Iterable[tuple[int, int]], query: TrendQuery, filling: Filling
) -> Iterable[Span]:
    codec = ScanCodec(len(query.series.key.channels))
    for first, last in ranges:
        rows = file.rows(
            "SELECT seq, time, body FROM entries WHERE seq BETWEEN ? AND ? AND series = ? "
            "AND time >= ? AND time < ? ORDER BY seq",
            (first, last, query.series.id, query.start, query.end),
        )
        for _, group in groupby(rows, key=lambda row: filling.number(row[1])):
            yield _span_of(codec, list(group), query.places)


def _span_of(codec: ScanCodec, rows: Sequence[tuple[Any, ...]], places: Sequence[int]) -> Span:
    """Of entries that fall into one bucket."""
    times = [row[1] for row in rows]
    bodies = [row[2] for row in rows]
    parts = parts_of(codec, b"".join(bodies), [len(body) for body in bodies], places)
    return Span(rows[0][0], rows[-1][0], min(times), max(times), len(rows), parts)
