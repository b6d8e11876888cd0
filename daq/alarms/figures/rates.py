"""How many alarms a time, and how much of the time they were a flood. Pure.

What is counted is from clause 16 of ANSI/ISA-18.2-2016 and IEC 62682:2014 (monitoring and
assessment), for one operator's position. A flood is more than ten alarms in ten minutes (the
definition of ISA-18.2); in practice it is taken to end with a slice of fewer than five.
"""

from collections.abc import Iterator, Sequence

import msgspec

HOUR = 3_600_000_000_000
TEN_MINUTES = 600_000_000_000
DAY = 24 * HOUR

FLOOD_ABOVE = 10
"""A slice of ten minutes with more alarms begins a flood."""

FLOOD_BELOW = 5
"""A slice with fewer ends it."""

MANY_IN_AN_HOUR = 30
"""Hours with more than this should be less than 1 % of all."""


class Slice(msgspec.Struct, frozen=True):
    """A part of the period, and how many alarms it had."""

    start: int
    end: int
    count: int


class Flood(msgspec.Struct, frozen=True):
    """A flood: from the first slice of ten minutes that is one to the first that is none."""

    start: int
    end: int
    count: int


class Rates(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms by time. Averages are of the whole period, peaks of slices from its beginning on.

    ``hours_above`` and ``tens_above`` are the parts (0 to 1) of the time whose hour had more than
    30 alarms, whose ten minutes more than 10; ``in_flood`` the part that was in a flood.
    """

    count: int
    seconds: float
    per_day: float
    per_hour: float
    per_ten_minutes: float
    peak_hour: int
    peak_hour_start: int
    peak_ten_minutes: int
    peak_ten_minutes_start: int
    hours_above: float
    tens_above: float
    in_flood: float
    floods: tuple[Flood, ...] = ()


def rates(times: Sequence[int], start: int, end: int) -> Rates:
    """The rates of alarms told at these times, all of them within ``start`` to ``end``.

    Raises:
        ValueError: the period has no length.
    """
    if end <= start:
        raise ValueError("the period ends before it begins")
    length = end - start
    hours = slices(times, start, end, HOUR)
    tens = slices(times, start, end, TEN_MINUTES)
    hour, ten = (max(each, key=lambda part: part.count) for each in (hours, tens))
    found = floods(tens)
    return Rates(
        count=len(times),
        seconds=length / 1e9,
        per_day=len(times) * DAY / length,
        per_hour=len(times) * HOUR / length,
        per_ten_minutes=len(times) * TEN_MINUTES / length,
        peak_hour=hour.count,
        peak_hour_start=hour.start,
        peak_ten_minutes=ten.count,
        peak_ten_minutes_start=ten.start,
        hours_above=_part([each for each in hours if each.count > MANY_IN_AN_HOUR], length),
        tens_above=_part([each for each in tens if each.count > FLOOD_ABOVE], length),
        in_flood=_part(found, length),
        floods=found,
    )


def slices(times: Sequence[int], start: int, end: int, length: int) -> list[Slice]:
    """The period in slices of ``length`` ns from its beginning; the last may be shorter."""
    counts = [0] * -((start - end) // length)
    for time in times:
        counts[(time - start) // length] += 1
    bounds = [start + number * length for number in range(len(counts))]
    return [
        Slice(begin, min(begin + length, end), count)
        for begin, count in zip(bounds, counts, strict=True)
    ]


def floods(tens: Sequence[Slice]) -> tuple[Flood, ...]:
    """The floods among slices of ten minutes."""
    return tuple(_floods(tens))


def _floods(tens: Sequence[Slice]) -> Iterator[Flood]:
    flood: Flood | None = None
    for part in tens:
        if flood is None and part.count > FLOOD_ABOVE:
            flood = Flood(part.start, part.end, part.count)
        elif flood is not None and part.count < FLOOD_BELOW:
            yield flood
            flood = None
        elif flood is not None:
            flood = Flood(flood.start, part.end, flood.count + part.count)
    if flood is not None:
        yield flood


def _part(parts: Sequence[Slice | Flood], length: int) -> float:
    return sum(each.end - each.start for each in parts) / length
