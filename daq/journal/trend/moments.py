"""Exact statistics of a period, out of the entries: what summaries cannot tell."""

import math
from collections.abc import Iterable, Sequence
from operator import mul
from typing import Any, cast

import msgspec

from daq.journal.codec import CodecError, ScanCodec, Statuses, Values
from daq.journal.contents import Contents
from daq.journal.errors import JournalDamagedError
from daq.journal.trend.read import TrendQuery
from drivers.model import Quality, Status, Value

_LARGEST = 1e150
"""Whose square is a number still."""

BODIES = """
SELECT CAST(group_concat(body, '') AS BLOB), group_concat(length(body)) FROM (
    SELECT body FROM entries
    WHERE seq BETWEEN ? AND ? AND series = ? AND time >= ? AND time < ? ORDER BY seq
)
"""
"""The bodies of the scans of a block in one row: a row for each scan would be much dearer."""


class Moments(msgspec.Struct, frozen=True):
    """One channel: readings by quality, and count, mean and deviation of those that are numbers.

    ``squares`` is the sum of the squared distances from the mean. Bad readings have no number.
    """

    good: int = 0
    uncertain: int = 0
    bad: int = 0
    count: int = 0
    mean: float = 0.0
    squares: float = 0.0

    @property
    def deviation(self) -> float | None:
        """The standard deviation of a sample; None below two numbers."""
        return math.sqrt(self.squares / (self.count - 1)) if self.count > 1 else None

    @property
    def readings(self) -> int:
        """All of them."""
        return self.good + self.uncertain + self.bad

    def and_then(self, other: "Moments") -> "Moments":
        """Both together (Chan, Golub, LeVeque 1979: as exact as one pass over all)."""
        count = self.count + other.count
        apart = other.mean - self.mean
        share = other.count / count if count else 0.0
        return Moments(
            self.good + other.good,
            self.uncertain + other.uncertain,
            self.bad + other.bad,
            count,
            self.mean + apart * share,
            self.squares + other.squares + apart * apart * self.count * share,
        )


def read_moments(
    contents: Contents, ranges: Iterable[tuple[int, int]], query: TrendQuery
) -> tuple[Moments, ...]:
    """Of the channels of a query, out of the entries in these ranges.

    Raises:
        JournalError: the file cannot be read, or an entry is damaged.
    """
    codec = ScanCodec(len(query.series.key.channels))
    period = (query.series.id, query.start, query.end)
    rows = (
        row for first, last in ranges for row in contents.file.rows(BODIES, (first, last, *period))
    )
    try:
        return moments_of(codec, rows, query.places)
    except CodecError as error:
        raise JournalDamagedError(f"{contents.path}: {error}") from error


def moments_of(
    codec: ScanCodec, rows: Iterable[tuple[Any, ...]], places: Sequence[int]
) -> tuple[Moments, ...]:
    """Of scans as ``BODIES`` gives them, for some of their channels.

    Raises:
        CodecError: a body is damaged.
    """
    found = tuple(Moments() for _ in places)
    for bodies, lengths in rows:
        if bodies is None:
            continue
        piece = _of_piece(codec, bodies, [int(length) for length in lengths.split(",")], places)
        found = tuple(one.and_then(other) for one, other in zip(found, piece, strict=True))
    return found


def _of_piece(
    codec: ScanCodec, bodies: bytes, lengths: Sequence[int], places: Sequence[int]
) -> list[Moments]:
    columns = codec.columns(bodies, lengths)
    if columns is not None:
        return [_of_numbers(columns[place], good=len(lengths)) for place in places]
    scans: list[tuple[Values, Statuses]] = []
    start = 0
    for length in lengths:
        scans.append(codec.decode(bodies[start : start + length]))
        start += length
    return [
        _of_readings([(values[place], statuses[place]) for values, statuses in scans])
        for place in places
    ]


def _of_readings(readings: Sequence[tuple[Value, Status]]) -> Moments:
    counts = [0, 0, 0]
    for _, status in readings:
        counts[status.quality] += 1
    numbers = [
        float(cast("float", value))
        for value, status in readings
        if status.quality is not Quality.BAD and _is_number(value)
    ]
    good, uncertain, bad = counts
    return _of_numbers(numbers, good=good, uncertain=uncertain, bad=bad)


def _of_numbers(
    numbers: Sequence[float], *, good: int, uncertain: int = 0, bad: int = 0
) -> Moments:
    if not numbers:
        return Moments(good, uncertain, bad)
    mean = sum(numbers) / len(numbers)
    apart = [number - mean for number in numbers]
    squares = sum(map(mul, apart, apart))
    return Moments(good, uncertain, bad, len(numbers), mean, squares)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and -_LARGEST < value < _LARGEST
