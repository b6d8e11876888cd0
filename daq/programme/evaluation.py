"""What a whole run of a programme has come to. Plain data, and how it is put together."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from daq.programme.happening import Done, GoesOn, Happening, Late, Restarted
from daq.programme.judge import Judge
from daq.programme.progress import Cycles, Progress, progress_of
from daq.programme.result import Interruption, Result, Status

Verdict: TypeAlias = Literal["within", "deviated", "void", "cut", "running"]
"""``within``: completed, and no step deviated."""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run, from the journal alone. Times in ns since 1970 UTC.

    ``results`` are of the segments that were left, in order; ``progress`` is how far it was at
    the last entry that concerns it.
    """

    run: str
    programme: str
    title: str
    standard: str
    begun: int
    ended: int
    status: Status
    verdict: Verdict
    planned: int
    results: tuple[Result, ...]
    interruptions: tuple[Interruption, ...]
    restarts: int
    late: int
    cycles: tuple[Cycles, ...]
    progress: Progress


class Collected:
    """Collects what happened into an evaluation."""

    def __init__(self) -> None:
        self._results: list[Result] = []
        self._interruptions: list[Interruption] = []
        self._restarts = self._late = 0

    def take(self, happenings: Iterable[Happening]) -> None:
        """Take what happened next."""
        for one in happenings:
            if isinstance(one, Done):
                self._results.append(one.result)
            elif isinstance(one, GoesOn):
                self._interruptions.append(one.interruption)
            elif isinstance(one, Restarted):
                self._restarts += 1
            elif isinstance(one, Late):
                self._late += 1

    def evaluation(self, judge: Judge) -> Evaluation:
        """What it has come to."""
        plan, state = judge.fold.plan, judge.fold.state
        lasting = () if state.interruption is None else (state.interruption,)
        progress = progress_of(plan, state)
        return Evaluation(
            run=judge.run,
            programme=plan.programme.name,
            title=plan.programme.title,
            standard=plan.programme.standard,
            begun=state.begun,
            ended=0 if state.status == "running" else state.now,
            status=state.status,
            verdict=_verdict(state.status, state.deviated),
            planned=plan.duration,
            results=tuple(self._results),
            interruptions=(*self._interruptions, *lasting),
            restarts=self._restarts,
            late=self._late,
            cycles=progress.cycles,
            progress=progress,
        )


def _verdict(status: Status, deviated: int) -> Verdict:
    if status == "completed":
        return "deviated" if deviated else "within"
    return status
