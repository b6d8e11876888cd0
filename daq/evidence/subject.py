"""What a pack is evidence of: a run, or a period of some instruments."""

import msgspec

from daq.journal.query import Query
from daq.runs.run import Run
from daq.timefmt import rfc3339


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A period and instruments, and the run they belong to.

    ``start`` is inclusive, ``end`` exclusive, ns since 1970 UTC. No instruments means all.
    """

    id: str
    start: int
    end: int
    instruments: tuple[str, ...] = ()
    run: Run | None = None

    @property
    def query(self) -> Query:
        """Its readings."""
        return Query(start=self.start, end=self.end, instruments=frozenset(self.instruments))

    @property
    def period(self) -> Query:
        """Everything in its time."""
        return Query(start=self.start, end=self.end)


def subject_of_run(run: Run, now: int) -> Subject:
    """A run from its begin to its end, or to ``now`` while it goes on."""
    end = run.ended or now
    return Subject(
        id=run.id,
        start=run.begun,
        end=max(end, run.begun + 1),
        instruments=run.instruments,
        run=run,
    )


def subject_of_period(start: int, end: int, instruments: tuple[str, ...]) -> Subject:
    """A period of instruments without a run."""
    return Subject(
        id=f"period-{_short(start)}-{_short(end)}", start=start, end=end, instruments=instruments
    )


def _short(time: int) -> str:
    return f"{rfc3339(time)[:19]}Z".replace("-", "").replace(":", "")
