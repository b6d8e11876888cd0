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


def decode(body: bytes, places: Iterable[int]) -> Span:
    """What ``encode`` was given, but of these channels alone, in this order.

    Raises:
        struct.error: these are not its bytes.
    """
    unpack = _PART.unpack_from
    offsets = [_HEAD.size + place * _PART.size for place in places]
    parts = tuple([Part(*unpack(body, offset)) for offset in offsets])
    first, last, low, high, scans = _HEAD.unpack_from(body)
    return Span(first, last, low, high, scans, parts)


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
