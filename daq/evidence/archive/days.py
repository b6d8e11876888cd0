"""Which entries of a journal belong to which day of an archive. Pure.

A day is cut out of the numbers, not out of the times: each entry is in exactly one day, whatever
was done to the clock, so that an archive can be shown to be complete.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby, takewhile

from daq.journal.entry import Entry

_NS = 1_000_000_000
_DAY = 86_400

GRACE = 300
"""Seconds after midnight until a day is taken for complete: what was read before is committed."""


def day_of(time: int) -> str:
    """The day of a time (ns since 1970 UTC), as ``2026-11-27``, in UTC."""
    return f"{_midnight(time):%Y-%m-%d}"


def next_due(now: int) -> float:
    """Seconds from a time (ns) until the day it is in can be archived."""
    due = _midnight(now) + timedelta(days=1, seconds=GRACE)
    return due.timestamp() - now / _NS


def days(entries: Iterable[Entry], now: int) -> Iterator[tuple[str, Iterator[Entry]]]:
    """Entries in the order of the journal, by days that are over at ``now`` (ns).

    A day ends with the first entry of a later one. An entry of an earlier day stays where it is
    (the clock was set back), so does one from the future (the clock is wrong).
    """
    today = day_of(now - GRACE * _NS)
    cut = _Cut(now)
    yield from takewhile(lambda pair: pair[0] < today, groupby(entries, cut))


class _Cut:
    def __init__(self, now: int) -> None:
        self._now = now
        self._day = ""

    def __call__(self, entry: Entry) -> str:
        if not self._day:
            self._day = day_of(min(entry.time, self._now))
        elif entry.time <= self._now and (day := day_of(entry.time)) > self._day:
            self._day = day
        return self._day


def _midnight(time: int) -> datetime:
    return datetime.fromtimestamp(time // _NS // _DAY * _DAY, UTC)
