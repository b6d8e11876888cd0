"""Which readings belong to a run: those of its instruments, from its start to its end. Pure."""

from collections.abc import Iterable

from msgspec.structs import replace

from daq.journal.query import Query
from daq.runs.errors import NotPossibleError
from daq.runs.run import Run


def runs_of(runs: Iterable[Run], instrument: str, time: int) -> list[Run]:
    """The runs a reading of an instrument at this time (ns) belongs to.

    None or one; several only where an instrument may be in several at a time. A pause is part of
    its run, as are the readings of it.
    """
    return [
        one
        for one in runs
        if instrument in one.instruments
        and one.begun <= time
        and (not one.ended or time < one.ended)
    ]


def query_of_run(run: Run, within: Query = Query()) -> Query:  # noqa: B008 - frozen
    """What to ask the journal for the readings of a run.

    ``within`` narrows it further: a period, some of its instruments, scan groups.

    Raises:
        NotPossibleError: nothing of the run is left.
    """
    own = frozenset(run.instruments)
    if foreign := sorted(within.instruments - own):
        raise NotPossibleError(
            f"{', '.join(foreign)} was not in run {run.id}; it had {', '.join(run.instruments)}"
        )
    start = max(run.begun, within.earliest)
    end = min(run.ended or within.latest + 1, within.latest + 1)
    if start >= end:
        raise NotPossibleError(f"nothing of run {run.id} is in this period")
    kept = within.instruments or own
    open_end = not run.ended and within.end is None
    return replace(within, start=start, end=None if open_end else end, instruments=kept)
