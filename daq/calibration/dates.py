"""Days of certificates as moments: a day ends at midnight UTC, the same for every reader."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

NEVER = 2**63 - 1
"""Later than any time in nanoseconds."""

_DAY = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NS = 1_000_000_000


@lru_cache(maxsize=1000)
def end_of_day(day: str) -> int:
    """The first ns since 1970 UTC after a day, ISO 8601.

    Raises:
        ValueError: not a date.
    """
    return begin_of(date.fromisoformat(day)) + 86_400 * _NS


def begin_of(day: date) -> int:
    """The first ns since 1970 UTC of a day."""
    return (datetime(day.year, day.month, day.day, tzinfo=UTC) - _EPOCH) // _DAY * 86_400 * _NS


def day_of(time: int) -> date:
    """The day in UTC of a time in ns since 1970 UTC."""
    return datetime.fromtimestamp(time // _NS, tz=UTC).date()


def days_left(due: str, time: int) -> int:
    """Whole days from a time until it is past due: 0 on the last day, below 0 when it is past."""
    return (date.fromisoformat(due) - day_of(time)).days
