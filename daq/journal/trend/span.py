"""A run of consecutive scans of one series, summarised: what a long trend is drawn from. Pure.

Values of bad quality are not among those summarised; ``worst`` tells that there were some.
"""

import itertools
import struct
from collections.abc import Iterable, Sequence
from typing import cast

import msgspec

from daq.journal.codec import ScanCodec, Statuses, Values
from drivers.model import Quality, Value

MOST = 128
"""Scans of a span, at most."""

_HEAD = struct.Struct("<qqqqI")
_PART = struct.Struct("<I5dB")
_FIELDS = 7
"""Of a part."""

_BAD = Quality.BAD << 6
_LARGEST = 1e308


class Part(msgspec.Struct, frozen=True, gc=False):
    """One channel of a span: ``count`` numbers, their extremes, ends and sum; the worst status.

    Without a number the others are 0.
    """

    count: int = 0
    least: float = 0.0
    greatest: float = 0.0
    first: float = 0.0
    last: float = 0.0
    total: float = 0.0
    worst: int = 0

    def with_later(self, later: "Part") -> "Part":
        """Both together."""
        worst = max(self.worst, later.worst)
        if not (self.count and later.count):
            return msgspec.structs.replace(self if self.count else later, worst=worst)
        return Part(
            self.count + later.count,
            min(self.least, later.least),
            max(self.greatest, later.greatest),
            self.first,
            later.last,
            self.total + later.total,
            worst,
        )


class Span(msgspec.Struct, frozen=True, gc=False):
    """Numbers and times (ns since 1970 UTC) of the first and last scan, and a part a channel."""

    first: int
    last: int
    low: int
    high: int
    scans: int
    parts: tuple[Part, ...]

    def with_later(self, later: "Span") -> "Span":
        """Both together."""
        pairs = zip(self.parts, later.parts, strict=True)
        return Span(
            self.first,
            later.last,
            min(self.low, later.low),
            max(self.high, later.high),
            self.scans + later.scans,
            tuple([one.with_later(other) for one, other in pairs]),
        )


class Stored(msgspec.Struct, frozen=True, gc=False):
    """A span as it is in the file: ``body`` holds a part for each channel, not read yet."""

    first: int
    last: int
    low: int
    high: int
    scans: int
    body: bytes


def parts_of(
    codec: ScanCodec, bodies: bytes, lengths: Sequence[int], places: Sequence[int] | None = None
) -> tuple[Part, ...]:
    """A part for each channel of scans whose bodies, so many bytes each, follow one another.

    ``places`` are the channels wanted, in their order; None for all.

    Raises:
        CodecError: a body is damaged.
    """
    columns = codec.columns(bodies, lengths)
    if columns is not None:
        chosen = columns if places is None else [columns[place] for place in places]
        return tuple([_of_good(column) for column in chosen])
    ends = list(itertools.accumulate(lengths, initial=0))
    scans = [codec.decode(bodies[start:end]) for start, end in itertools.pairwise(ends)]
    parts = _of_mixed(scans)
    return parts if places is None else tuple([parts[place] for place in places])


def encode(span: Span) -> bytes:
    """The bytes of a span in the file."""
    head = _HEAD.pack(span.first, span.last, span.low, span.high, span.scans)
    return head + b"".join([_PART.pack(*msgspec.structs.astuple(part)) for part in span.parts])


def stored(body: bytes) -> Stored:
    """What ``encode`` made, its channels still to be read.

    Raises:
        struct.error: these are not its bytes.
    """
    first, last, low, high, scans = _HEAD.unpack_from(body)
    return Stored(first, last, low, high, scans, body)


class Selection:
    """Reads some channels of stored spans, all spans of a stretch at once."""

    def __init__(self, places: Sequence[int]) -> None:
        order = sorted(set(places))
        gaps = [place - before - 1 for before, place in itertools.pairwise([-1, *order])]
        shape = "".join(f"{gap * _PART.size}x{_PART.format[1:]}" for gap in gaps)
        self._row = struct.Struct(f"<{_HEAD.size}x{shape}")
        self._fields = [_FIELDS * order.index(place) for place in places]

    def is_in(self, span: Stored) -> bool:
        """Whether a span has these channels."""
        return len(span.body) >= self._row.size

    def alone(self, span: Stored) -> Span:
        """A stored span of these channels, as it is."""
        fields = self._row.unpack_from(span.body)
        parts = tuple([Part(*fields[at : at + _FIELDS]) for at in self._fields])
        return Span(span.first, span.last, span.low, span.high, span.scans, parts)

    def merged(self, spans: Sequence[Stored]) -> Span:
        """Spans that follow one another, at least one, as a single one of these channels."""
        columns = list(zip(*[self._row.unpack_from(span.body) for span in spans], strict=True))
        return Span(
            spans[0].first,
            spans[-1].last,
            min([span.low for span in spans]),
            max([span.high for span in spans]),
            sum([span.scans for span in spans]),
            tuple([_of_columns(columns[at : at + _FIELDS]) for at in self._fields]),
        )


def _of_columns(columns: Sequence[tuple[float, ...]]) -> Part:
    """A part of the fields of many, field by field."""
    worst = int(max(columns[-1]))
    if not all(columns[0]):  # some without a number: their other fields mean nothing
        rows = [row for row in zip(*columns, strict=True) if row[0]]
        if not rows:
            return Part(worst=worst)
        columns = list(zip(*rows, strict=True))
    counts, least, greatest, first, last, total, _ = columns
    return Part(int(sum(counts)), min(least), max(greatest), first[0], last[-1], sum(total), worst)


def _of_good(column: tuple[float, ...]) -> Part:
    return Part(len(column), min(column), max(column), column[0], column[-1], sum(column))


def _of_mixed(scans: Iterable[tuple[Values, Statuses]]) -> tuple[Part, ...]:
    values, statuses = zip(*scans, strict=True)
    channels = zip(zip(*values, strict=True), zip(*statuses, strict=True), strict=True)
    return tuple([_of_channel(*channel) for channel in channels])


def _of_channel(values: Values, statuses: Statuses) -> Part:
    pairs = zip(values, statuses, strict=True)
    kept = [_number(value) for value, status in pairs if status < _BAD and _is_number(value)]
    part = _of_good(tuple(kept)) if kept else Part()
    return msgspec.structs.replace(part, worst=int(max(statuses)))


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and -_LARGEST < value < _LARGEST


def _number(value: Value) -> float:
    return float(cast("float", value))
