"""What the daemon tells of runs, and what it is asked to do with them.

It knows those that go on, and the latest of those that ended; the journal knows all
(``daq.runs.past``).
"""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from daq.control.client import ask
from daq.control.incidents import Note
from daq.control.request import By, Reason, Request

MOST_INSTRUMENTS = 32
"""Instruments of one run."""

Id = Annotated[str, msgspec.Meta(max_length=40)]
"""The number of a run: the day in UTC it began, and which of that day, ``20261127-1``; empty for
the only one that goes on."""

Name = Annotated[str, msgspec.Meta(max_length=64)]

Word = Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""A number or a name as a label has it, on one line."""

Key = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[\x21-\x7e]*$")]
"""What a client calls its request: the same again is the same request, and is done once."""


class RunsRequest(Request, tag="runs", frozen=True):
    """The runs beyond the first ``after``, which have been told already."""

    after: int = 0


class RunStartRequest(Request, tag="run-start", frozen=True):
    """Start a run with ``instruments``; the ``operator`` is who says so, when left out.

    ``method`` and ``programme`` are names of tables of the configuration.
    """

    instruments: Annotated[tuple[Name, ...], msgspec.Meta(max_length=MOST_INSTRUMENTS)] = ()
    by: By = ""
    operator: By = ""
    sample: Word = ""
    order: Word = ""
    standard: Word = ""
    method: Word = ""
    programme: Word = ""
    cost_centre: Word = ""
    reason: Reason = ""
    key: Key = ""


class RunMarkRequest(Request, tag="run-mark", frozen=True):
    """Note something at this time of a run."""

    run: Id = ""
    text: Note = ""
    by: By = ""
    key: Key = ""


class RunPauseRequest(Request, tag="run-pause", frozen=True):
    """Let a run rest."""

    run: Id = ""
    by: By = ""
    reason: Reason = ""
    key: Key = ""


class RunResumeRequest(Request, tag="run-resume", frozen=True):
    """Let a run go on."""

    run: Id = ""
    by: By = ""
    reason: Reason = ""
    key: Key = ""


class RunStopRequest(Request, tag="run-stop", frozen=True):
    """End a run: ``completed``, or ``aborted`` (``reason`` must say why)."""

    run: Id = ""
    outcome: Literal["completed", "aborted"] = "completed"
    by: By = ""
    reason: Reason = ""
    key: Key = ""


Change: TypeAlias = (
    RunStartRequest | RunMarkRequest | RunPauseRequest | RunResumeRequest | RunStopRequest
)
"""What people do."""


class RunStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One run in short.

    ``begun`` and ``ended`` are ns since 1970 UTC, ``ended`` 0 while it goes on; ``state`` is
    running, paused or ended, ``outcome`` completed or aborted when it has ended. ``marks``,
    ``pauses`` and ``signatures`` count.
    """

    id: str
    state: str
    begun: int
    begun_by: str
    operator: str
    instruments: tuple[str, ...]
    sample: str = ""
    order: str = ""
    standard: str = ""
    method: str = ""
    programme: str = ""
    cost_centre: str = ""
    why: str = ""
    marks: int = 0
    pauses: int = 0
    signatures: int = 0
    ended: int = 0
    ended_by: str = ""
    outcome: str = ""
    conclusion: str = ""

    @property
    def is_going(self) -> bool:
        """Whether it has not ended."""
        return not self.ended


class RunPage(msgspec.Struct, frozen=True):
    """Some runs, those that go on first, then the latest first; ``more`` when there are others."""

    runs: list[RunStatus]
    more: bool = False


class RunDone(msgspec.Struct, frozen=True):
    """How a run is after somebody did something with it.

    ``durable`` is false when it is done and known, but the disk has not taken it in time: it would
    be lost if the daemon ended now. ``repeated`` is true when the same request had been carried
    out before: nothing was done by this one.
    """

    run: RunStatus
    durable: bool = True
    repeated: bool = False


def ask_runs(path: Path) -> list[RunStatus]:
    """The runs the daemon knows: all that go on, and the latest that ended.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it answers with an error, or is too old.
    """
    found: list[RunStatus] = []
    while True:
        page = ask(path, RunsRequest(after=len(found)), RunPage)
        found += page.runs
        if not page.more or not page.runs:
            return found


def ask_run_change(path: Path, request: Change) -> RunDone:
    """Start a run, mark, pause, resume or stop it; how it is after that.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: there is no such run, or this does not fit how it is.
    """
    return ask(path, request, RunDone)
