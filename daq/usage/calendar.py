"""Months, days and shifts of a time zone as moments: summer time included. Pure.

A shift is what ``[shift.NAME]`` says: it begins at a time of day of some days of the week and ends
at another one. It is as long as the clocks make it: on the night the clocks are set back, one from
22:00 to 06:00 has nine hours. A time of day that there is twice or not at all is read as PEP 495
has it with ``fold=0``: the first of the two, or by the offset before the gap.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from daq.notification.recipient import DAY, Shift
from daq.usage.errors import UsageError
from daq.usage.stretches import Set, Stretch, both, union

NS = 1_000_000_000

FIRST_YEAR, LAST_YEAR = 1971, 2200


def moment(day: date, zone: tzinfo, minute: int = 0) -> int:
    """The moment (ns since 1970 UTC) of a minute of a day; 1440 is the next midnight."""
    day += timedelta(days=minute // DAY)
    clock = time(minute % DAY // 60, minute % 60)
    return round(datetime.combine(day, clock, zone).timestamp()) * NS


def local_day(at: int, zone: tzinfo) -> date:
    """The day on the calendar of a zone."""
    return datetime.fromtimestamp(at // NS, zone).date()


def month_of(text: str) -> date:
    """The first day of ``2026-11``.

    Raises:
        UsageError: it is no month.
    """
    try:
        year, month = text.split("-")
        if len(year) == len("2026") and len(month) == len("11"):
            first = date(int(year), int(month), 1)
            if FIRST_YEAR <= first.year <= LAST_YEAR:
                return first
    except ValueError:
        pass
    raise UsageError(f"{text[:20]!r} is no month; write year and month, such as 2026-11")


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


def month_before(first: date) -> date:
    """The first day of the month before."""
    return (first - timedelta(days=1)).replace(day=1)


def month_stretch(first: date, zone: tzinfo) -> Stretch:
    """A month as a stretch."""
    return moment(first, zone), moment(next_month(first), zone)


def days_of(start: int, end: int, zone: tzinfo) -> Iterator[date]:
    """Every day that has a part in a stretch."""
    day = local_day(start, zone)
    while moment(day, zone) < end:
        yield day
        day += timedelta(days=1)


def shift_stretches(
    shifts: Iterable[Shift], start: int, end: int, zone: tzinfo, closed: Collection[date] = ()
) -> Set:
    """When shifts are within a stretch; none begins on a ``closed`` day."""
    found = [
        (moment(day, zone, shift.window.begin), moment(day, zone, _end_of(shift)))
        for shift in shifts
        # One that began the day before may reach in.
        for day in days_of(start - DAY * 60 * NS, end, zone)
        if day.weekday() in shift.days and day not in closed
    ]
    return both(union(found), ((start, end),))


def _end_of(shift: Shift) -> int:
    begin, end = shift.window.begin, shift.window.end
    return end if end > begin else end + DAY
