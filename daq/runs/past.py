"""Runs out of a journal, with or without a daemon."""

from collections.abc import Iterable
from datetime import UTC, datetime

from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.runs.book import Book
from daq.runs.desk import Desk
from daq.runs.errors import NoSuchRunError
from daq.runs.record import NUMBER
from daq.runs.run import Run

_NS = 1_000_000_000

_CALLED = "they are called by their day, such as 20261123-1: `daq runs list`"


def runs_since(reader: JournalReader, since_ns: int = 0) -> list[Run]:
    """The runs that began since then (ns since 1970 UTC), oldest first.

    One that had begun before and goes on is not among them: look further back.

    Raises:
        JournalError: the journal cannot be read.
    """
    found = _remembered(reader.events(Query(start=since_ns))).runs.values()
    return [one for one in found if one.begun >= since_ns]


def find_run(reader: JournalReader, id: str) -> Run:  # noqa: A002 - it is called so
    """A run by its number.

    Raises:
        NoSuchRunError: the journal has none of this number.
        JournalError: it cannot be read.
    """
    near = _remembered(reader.events(Query(start=_day_before(id))))
    if id in near.runs:
        return near.runs[id]
    return _remembered(reader.events(Query())).get(id)  # the clock was set far back


def _remembered(events: Iterable[Event]) -> Book:
    desk = Desk()
    desk.restore(events)
    return desk.book


def _day_before(name: str) -> int:
    """Two days before that of its number: clocks are set."""
    if not NUMBER.fullmatch(name):
        raise NoSuchRunError(f"{name!r} is no run; {_CALLED}")
    try:
        day = datetime.strptime(name.partition("-")[0], "%Y%m%d").replace(tzinfo=UTC)
    except ValueError as error:
        raise NoSuchRunError(f"{name!r} is no run: there is no such day; {_CALLED}") from error
    return max(int(day.timestamp()) - 2 * 86_400, 0) * _NS
