"""A run against its programme, out of a journal alone, with or without a daemon."""

import heapq
from collections.abc import Callable, Iterator, Mapping

from daq.journal import kinds
from daq.journal.entry import Entry, Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.programme.errors import ProgrammeError
from daq.programme.evaluation import Collected, Evaluation
from daq.programme.judge import Judge
from daq.programme.plan import Plan
from daq.programme.programme import Programme
from daq.programme.record import programme_of
from daq.runs.run import Run

HOUR = 3_600_000_000_000

NEAR = 1000
"""Numbers after the end of a run among which readings of its time are looked for."""


def evaluate(
    reader: JournalReader,
    run: Run,
    programme: Programme,
    progress: Callable[[int, int], None] | None = None,
) -> Evaluation:
    """What came of a run, entry by entry from its start.

    ``progress`` is told how many of how many entries have been looked at.

    Raises:
        ProgrammeError: the journal has given up the beginning of the run.
        JournalError: the journal cannot be read.
    """
    _check_whole(reader, run)
    judge, collected = Judge(Plan(programme), run.id, run.begun), Collected()
    collected.take(judge.drain())
    for entry in _entries(reader, run, judge.instruments, progress):
        collected.take(judge.take(entry))
        if not judge.fold.running:
            break
    return collected.evaluation(judge)


def journalled_programme(reader: JournalReader, run: Run) -> Programme | None:
    """The programme a run is judged by since the daemon followed it; None when it did not.

    Raises:
        ProgrammeError: it cannot be read.
        JournalError: the journal cannot be read.
    """
    for event in reader.events_between(run.first - 1, run.last or reader.last):
        if event.subject == run.id and event.kind == kinds.PROGRAMME_BEGUN.name:
            return programme_of(event)
    return None


def programme_for(
    reader: JournalReader,
    run: Run,
    configured: Mapping[str, Programme],
    *,
    journalled: bool = True,
) -> Programme:
    """The programme of a run: as it was journalled, else as it is configured.

    Raises:
        ProgrammeError: the run has none, or it is neither journalled nor configured.
        JournalError: the journal cannot be read.
    """
    found = journalled_programme(reader, run) if journalled else None
    if found is not None:
        return found
    if not run.programme:
        raise ProgrammeError(
            f"run {run.id} was started without a programme; `daq runs start --programme NAME` "
            "gives the next one what it is compared with"
        )
    if run.programme not in configured:
        have = ", ".join(configured) or "none"
        raise ProgrammeError(
            f"run {run.id}: the journal does not have its programme, and the configuration has no "
            f"[programme.{run.programme}] (has: {have})"
        )
    return configured[run.programme]


def programme_events(reader: JournalReader, run: Run) -> list[Event]:
    """What the daemon journalled of the programme of a run.

    Raises:
        JournalError: the journal cannot be read.
    """
    events = reader.events_between(run.first - 1, (run.last or reader.last) + NEAR)
    return [event for event in events if event.subject == run.id and event.kind in EVENTS]


def _check_whole(reader: JournalReader, run: Run) -> None:
    """A run without its beginning would be judged as if it had begun later."""
    kinds_of_first = {event.kind for event in reader.events_between(run.first - 1, run.first)}
    if kinds.RUN_STARTED.name not in kinds_of_first:
        raise ProgrammeError(
            f"run {run.id}: the journal has given up its beginning (max_age, max_size), so it "
            "cannot be evaluated again; `daq runs show` has what was judged while it went on"
        )


EVENTS = frozenset(
    kind.name for kind in (kinds.PROGRAMME_BEGUN, kinds.PROGRAMME_STEP, kinds.PROGRAMME_ENDED)
)


def _entries(
    reader: JournalReader,
    run: Run,
    instruments: frozenset[str],
    progress: Callable[[int, int], None] | None,
) -> Iterator[Entry]:
    """From the event of its start on, the entries that may concern it."""
    # Clocks are set: the numbers say what belongs to it, the times only where to look.
    period = Query(start=run.begun - HOUR, instruments=instruments)
    scans = reader.scans(period, progress)
    events = iter(reader.events_between(run.first, run.last or reader.last))
    for entry in heapq.merge(scans, events, key=lambda entry: entry.seq):
        if run.last and entry.seq > run.last:
            return
        if entry.seq > run.first:
            yield entry
