"""A channel of a journal as pieces in order of time, whatever series it was in. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

import msgspec

from daq.journal.trend.pieces import Piece, Readings
from daq.journal.trend.span import Span
from drivers.model import Quality, Value

GAP = 2.5
"""Intervals for which a reading counts when no other comes; as the gaps of a chart."""

_BAD = Quality.BAD << 6

Correct: TypeAlias = Callable[[float], float]
"""From what was read to the value under its certificate."""


class Stream(msgspec.Struct, frozen=True):
    """A channel as a series has it: its pieces, in order, the scans of a summary, its interval.

    ``interval`` is in ns. ``correct`` makes values of readings; None where nothing is corrected.
    """

    pieces: tuple[Piece, ...]
    expand: Callable[[Span], Iterable[Readings]]
    interval: int
    unit: str = ""
    correct: Correct | None = None

    def value(self, reading: Value) -> Value:
        """The value of a reading."""
        if self.correct is None or reading is None or isinstance(reading, str | bool):
            return reading
        return self.correct(float(reading))


def in_order(streams: Iterable[Stream]) -> Iterator[tuple[Stream, Piece]]:
    """The pieces of all series, each moment once: where two tell of one, the earlier begun does.

    A channel may be read in two scan groups, and a clock may have been set back.
    """
    found = [(start_of(piece), stream, piece) for stream in streams for piece in stream.pieces]
    reached = -1
    for start, stream, piece in sorted(found, key=lambda one: one[0]):
        for part in [piece] if start > reached else _beyond(stream, piece, reached):
            yield stream, part
            reached = max(reached, _end_of(part))


def start_of(piece: Piece) -> int:
    """The time of its first scan."""
    return piece.low if isinstance(piece, Span) else piece.times[0]


def _end_of(piece: Piece) -> int:
    return piece.high if isinstance(piece, Span) else piece.times[-1]


def _beyond(stream: Stream, piece: Piece, reached: int) -> Iterator[Readings]:
    for readings in stream.expand(piece) if isinstance(piece, Span) else [piece]:
        pairs = zip(readings.times, readings.values, strict=True)
        if later := [pair for pair in pairs if pair[0] > reached]:
            yield Readings(tuple(time for time, _ in later), tuple(value for _, value in later))


def is_whole(span: Span, interval: int) -> bool:
    """Whether every scan of a summary has a number, and none of them is missing between."""
    part = span.parts[0]
    slack = span.high - span.low - (span.scans - 1) * interval
    all_there = part.count == span.scans and part.worst < _BAD
    return all_there and slack < (GAP - 1) * interval
