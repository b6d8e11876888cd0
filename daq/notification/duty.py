"""Shifts, quiet hours and digests: times of day in the time zone of the laboratory. Pure."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo

from daq.notification.recipient import DAY, Shift, Window

NS = 1_000_000_000


def local(moment: int, zone: tzinfo) -> datetime:
    """A moment (ns since 1970 UTC) on the clocks of a zone."""
    return datetime.fromtimestamp(moment / NS, zone)


def within(window: Window, moment: int, zone: tzinfo) -> bool:
    """Whether a moment is in a window of any day."""
    return _on(Shift(frozenset(range(7)), window), local(moment, zone))


def on_duty(shifts: Iterable[Shift], moment: int, zone: tzinfo) -> bool:
    """Whether a moment is in one of the shifts; without any shift it always is."""
    shifts = tuple(shifts)
    return not shifts or any(_on(shift, local(moment, zone)) for shift in shifts)


def next_of(times: Iterable[int], after: int, zone: tzinfo) -> int:
    """The first moment beyond ``after`` at which it is one of these times of day (minutes)."""
    today = local(after, zone).date()
    moments = (
        datetime.combine(today + timedelta(days), time(minute // 60, minute % 60), zone)
        for days in (-1, 0, 1, 2)
        for minute in times
    )
    found = (round(moment.timestamp() * NS) for moment in moments)
    return min(moment for moment in found if moment > after)


def shift_covers(shift: Shift, day: int, minute: int) -> bool:
    """Whether a minute of a day of the week, 0 for Monday, is in a shift."""
    window = shift.window
    if window.begin < window.end <= DAY:
        return day in shift.days and window.begin <= minute < window.end
    before = minute < window.end and (day - 1) % 7 in shift.days
    return before or (minute >= window.begin and day in shift.days)


def _on(shift: Shift, moment: datetime) -> bool:
    return shift_covers(shift, moment.weekday(), moment.hour * 60 + moment.minute)
