"""Series out of a journal, with or without a daemon."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.series import happening as happenings
from daq.series.desk import RUN_ENDED, RUN_PAUSED, RUN_RESUMED
from daq.series.errors import NoSeriesError
from daq.series.happening import Begun, Happening, Over, Rested
from daq.series.measured import RunSeries
from daq.series.record import happening_of

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
    for event in events:
        if event.subject == one.run and (done := _happening(event)) is not None:
            one = happenings.after(one, done)
    return one


def series_in(events: Iterable[Event]) -> dict[str, RunSeries]:
    """The series of some events, by run. What is no event of one is left out."""
    found: dict[str, RunSeries] = {}
    for event in events:
        if (done := _happening(event)) is None:
            continue
        one = found.get(event.subject)
        if one is not None:
            found[event.subject] = happenings.after(one, done)
        elif isinstance(done.what, Begun):
            found[event.subject] = happenings.begun(done, event.seq)
    return found


def _happening(event: Event) -> Happening | None:
    if event.kind in (RUN_PAUSED, RUN_RESUMED):
        return Happening(event.subject, event.time, Rested(paused=event.kind == RUN_PAUSED))
    if event.kind == RUN_ENDED:
        return Happening(event.subject, event.time, Over())
    try:
        return happening_of(event)
    except ValueError:
        return None


def _days_before(run: str) -> int | None:
    """Two days before that of its number: clocks are set."""
    try:
        day = datetime.strptime(run.partition("-")[0], "%Y%m%d").replace(tzinfo=UTC)
        return int((day - timedelta(days=2)).timestamp()) * _NS
    except (ValueError, OverflowError):
        return None
