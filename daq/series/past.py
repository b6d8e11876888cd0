"""Series out of a journal, with or without a daemon."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.series.errors import NoSeriesError
from daq.series.fold import Fold
from daq.series.measured import RunSeries

_NS = 1_000_000_000


def find_series(reader: JournalReader, run: str) -> RunSeries:
    """The series of a run.

    Raises:
        NoSeriesError: the journal knows of none.
        JournalError: it cannot be read.
    """
    near = series_in(reader.events(Query(start=_days_before(run))))
    found = near.get(run) or series_in(reader.events(Query())).get(run)
    if found is None:
        have = f"; the latest are {', '.join(list(near)[-3:])}" if near else ""
        raise NoSeriesError(f"the journal knows of no series of a run {run!r}{have}")
    return found


def open_series(reader: JournalReader, since: int) -> list[RunSeries]:
    """The series that began since then (ns) and whose runs go on, oldest first.

    Raises:
        JournalError: the journal cannot be read.
    """
    found = series_in(reader.events(Query(start=since))).values()
    return [one for one in found if one.open]


def read_on(one: RunSeries, events: Iterable[Event]) -> RunSeries:
    """A series after further events of the journal, whatever they are of."""
    fold = Fold()
    fold.series[one.run] = one
    for event in events:
        with suppress(ValueError):
            fold.take(event)
    return fold.series[one.run]


def series_in(events: Iterable[Event]) -> dict[str, RunSeries]:
    """The series of some events, by run. What is no event of one is left out."""
    fold = Fold()
    for event in events:
        with suppress(ValueError):
            fold.take(event)
    return fold.series


def _days_before(run: str) -> int | None:
    """Two days before that of its number: clocks are set."""
    try:
        day = datetime.strptime(run.partition("-")[0], "%Y%m%d").replace(tzinfo=UTC)
        return int((day - timedelta(days=2)).timestamp()) * _NS
    except (ValueError, OverflowError):
        return None
