"""Energy out of a register, or out of power over time. Pure.

A course of energy is pieces of time with the kWh of each, spread evenly within a piece. Where the
time of day matters (a tariff, a change of state, the begin of a run) there is a cut, and no
summary reaches over one: its scans are read.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TypeAlias

import msgspec

from daq.journal.trend.pieces import Readings
from daq.journal.trend.span import Span
from daq.usage.errors import UsageError
from daq.usage.plan import Counter, Power
from daq.usage.stream import GAP, Stream, in_order, is_whole
from daq.usage.stretches import Set, union

HOUR = 3600 * 1_000_000_000

POWERS = {"W": 1e-3, "kW": 1.0, "MW": 1e3, "mW": 1e-6}
ENERGIES = {
    "W.h": 1e-3,
    "Wh": 1e-3,
    "kW.h": 1.0,
    "kWh": 1.0,
    "MW.h": 1e3,
    "MWh": 1e3,
    "J": 1 / 3.6e6,
    "kJ": 1 / 3.6e3,
    "MJ": 1 / 3.6,
}
"""kW and kWh of a unit."""

NEAR = 0.9
"""Share of its range beyond which a register that begins anew has rolled over."""


class Used(msgspec.Struct, frozen=True):
    """So many kWh in a stretch of time, evenly spread."""

    start: int
    end: int
    kilowatt_hours: float


class Metered(msgspec.Struct, frozen=True):
    """What was used; ``known`` is when it was measured, ``exchanges`` when a register began anew.

    What the old register counted after its last reading, and the new one before its first, is in
    no reading, and not among what was used.
    """

    used: tuple[Used, ...] = ()
    known: Set = ()
    exchanges: tuple[int, ...] = ()


Point: TypeAlias = tuple[int, float, int]
"""Time, value in kW or kWh, and the longest ns to the next over which a line is drawn."""


def of_power(rule: Power, streams: Iterable[Stream], cuts: Sequence[int]) -> Metered:
    """By trapezoids between readings; nothing is assumed over more than ``GAP`` intervals.

    A summary counts as one trapezoid after another at equal distances, which is exact as far as
    its scans came at equal distances.

    Raises:
        UsageError: the channel's unit is not one of power.
    """
    used: list[Used] = []
    before: Point | None = None
    for stream, piece in _fine(streams, cuts):
        factor = _factor(POWERS, stream.unit, rule.source.channel, "power")
        if isinstance(piece, Span):
            points = _ends(stream, piece, factor)
            used += [*_trapezoids(before, points[:1]), *_inner(stream, piece, points, factor)]
        else:
            points = _points(stream, piece, factor)
            used += _trapezoids(before, points)
        before = points[-1] if points else before
    return Metered(tuple(used), _known(used))


def _inner(stream: Stream, span: Span, points: Sequence[Point], factor: float) -> Iterator[Used]:
    """A summary, as trapezoids of equal width."""
    part = span.parts[0]
    if part.count > 1:
        total = _real(stream, part.total / part.count) * factor * part.count
        heights = total - (points[0][1] + points[1][1]) / 2
        width = (span.high - span.low) / (part.count - 1) / HOUR
        yield Used(span.low, span.high, heights * width)


def _trapezoids(before: Point | None, points: Sequence[Point]) -> Iterator[Used]:
    first = [before] if before is not None else []
    for (start, low, limit), (end, high, _) in pairwise([*first, *points]):
        if 0 < end - start <= limit:
            yield Used(start, end, (low + high) / 2 * (end - start) / HOUR)


def of_counter(rule: Counter, streams: Iterable[Stream], cuts: Sequence[int]) -> Metered:
    """By differences of a register, over gaps as well: it went on counting.

    Raises:
        UsageError: the channel's unit is not one of energy.
    """
    used: list[Used] = []
    exchanges: list[int] = []
    before: Point | None = None
    for stream, piece in _fine(streams, cuts, rising=True):
        factor = _factor(ENERGIES, stream.unit, rule.source.channel, "energy")
        if isinstance(piece, Span):
            points = _ends(stream, piece, factor)
        else:
            points = _points(stream, piece, factor)
        rollover = None if rule.rollover is None else rule.rollover * factor
        known = points if before is None else [before, *points]
        for one, other in pairwise(known):
            gained = _gained(one[1], other[1], rollover)
            if gained is None:
                exchanges.append(other[0])
            elif other[0] > one[0]:
                used.append(Used(one[0], other[0], gained))
        before = points[-1] if points else before
    return Metered(tuple(used), _known(used), tuple(exchanges))


def _gained(before: float, after: float, rollover: float | None) -> float | None:
    """By how much a register went on; None where it is another one, or was set back."""
    if after >= before:
        return after - before
    if rollover is not None and before >= NEAR * rollover and after <= (1 - NEAR) * rollover:
        return rollover - before + after
    return None


def _fine(
    streams: Iterable[Stream], cuts: Sequence[int], *, rising: bool = False
) -> Iterator[tuple[Stream, Span | Readings]]:
    for stream, piece in in_order(streams):
        if not isinstance(piece, Span) or (
            is_whole(piece, stream.interval) and not _cut(piece, cuts) and _rises(piece, rising)
        ):
            yield stream, piece
        else:
            yield from ((stream, readings) for readings in stream.expand(piece))


def _rises(span: Span, wanted: bool) -> bool:  # noqa: FBT001 - private, named at the caller
    part = span.parts[0]
    return not wanted or (part.least == part.first and part.greatest == part.last)


def _cut(span: Span, cuts: Sequence[int]) -> bool:
    place = bisect_right(cuts, span.low)
    return place < len(cuts) and cuts[place] < span.high


def _ends(stream: Stream, span: Span, factor: float) -> list[Point]:
    limit = round(GAP * stream.interval)
    ends = ((span.low, span.parts[0].first), (span.high, span.parts[0].last))
    return [(time, _real(stream, value) * factor, limit) for time, value in ends]


def _points(stream: Stream, readings: Readings, factor: float) -> list[Point]:
    limit = round(GAP * stream.interval)
    return [
        (time, _real(stream, reading) * factor, limit)
        for time, reading in zip(readings.times, readings.values, strict=True)
        if isinstance(reading, int | float)
    ]


def _real(stream: Stream, reading: float) -> float:
    return reading if stream.correct is None else stream.correct(reading)


def _factor(units: dict[str, float], unit: str, channel: str, what: str) -> float:
    factor = units.get(unit)
    if factor is None:
        raise UsageError(
            f'channel {channel} has the unit "{unit}", which is none of {what}; '
            f"known are {', '.join(units)}"
        )
    return factor


def _known(used: Iterable[Used]) -> Set:
    return union((one.start, one.end) for one in used)


def shares(used: Sequence[Used], edges: Sequence[int]) -> list[float]:
    """The kWh between each two of ascending ``edges``."""
    found = [0.0] * max(len(edges) - 1, 0)
    for one in used:
        place = max(bisect_right(edges, one.start) - 1, 0)
        while place < len(found) and edges[place] < one.end:
            part = min(one.end, edges[place + 1]) - max(one.start, edges[place])
            if part > 0:
                found[place] += one.kilowatt_hours * part / (one.end - one.start)
            place += 1
    return found
