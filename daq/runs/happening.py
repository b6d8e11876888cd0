"""What can happen to a run, and what it is after it. Pure.

Each kind is one event of the journal; a run is the sum of its events, in their order. ``key``, if
any, tells one request of a client from another: who asks again because no answer came is given
the first one.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from daq.runs.run import Mark, Outcome, Pause, Run, Signature


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """It began, with these instruments; ``by`` told of it, ``operator`` does the work."""

    by: str
    operator: str
    instruments: tuple[str, ...]
    sample: str = ""
    order: str = ""
    standard: str = ""
    method: str = ""
    programme: str = ""
    cost_centre: str = ""
    why: str = ""
    key: str = ""


class Marked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody noted something at a time of it."""

    by: str
    text: str
    key: str = ""


class Paused(msgspec.Struct, frozen=True, kw_only=True):
    """It rests."""

    by: str
    why: str = ""
    key: str = ""


class Resumed(msgspec.Struct, frozen=True, kw_only=True):
    """It goes on."""

    by: str
    why: str = ""
    key: str = ""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody stands for it; ``digest`` is of what was signed."""

    by: str
    meaning: str
    digest: str
    why: str = ""
    key: str = ""


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """It goes on, as is said of it again; ``paused`` is since when it rests (ns), 0 if not.

    Changes nothing of a run whose beginning is known.
    """

    begun: int
    begun_by: str = ""
    operator: str
    instruments: tuple[str, ...]
    paused: int = 0
    sample: str = ""
    order: str = ""
    standard: str = ""
    method: str = ""
    programme: str = ""
    cost_centre: str = ""
    why: str = ""

    @property
    def by(self) -> str:
        """Nobody: the daemon says it."""
        return ""

    @property
    def key(self) -> str:
        """Nobody asked for it."""
        return ""


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """It is over."""

    by: str
    outcome: Outcome = "completed"
    conclusion: str = ""
    key: str = ""


What: TypeAlias = Started | Marked | Paused | Resumed | Signed | Carried | Ended


class Happening(msgspec.Struct, frozen=True):
    """Something that happened to the run ``id`` at ``time``, ns since 1970 UTC."""

    id: str
    time: int
    what: What


def begun(happening: Happening) -> Run:
    """The run that begins so.

    Raises:
        ValueError: this is no beginning.
    """
    what = happening.what
    if not isinstance(what, (Started, Carried)):
        raise ValueError(f"run {happening.id} has no beginning")  # noqa: TRY004 - of a journal
    carried = isinstance(what, Carried)
    paused = what.paused if carried else 0
    return Run(
        id=happening.id,
        begun=what.begun if carried else happening.time,
        begun_by=what.begun_by if carried else what.by,
        pauses=(Pause(begin=paused, by="", why=""),) if paused else (),
        operator=what.operator,
        instruments=what.instruments,
        sample=what.sample,
        order=what.order,
        standard=what.standard,
        method=what.method,
        programme=what.programme,
        cost_centre=what.cost_centre,
        why=what.why,
    )


def after(run: Run, happening: Happening) -> Run:
    """The run after something happened to it; one that has ended can only be signed."""
    if run.state == "ended" and not isinstance(happening.what, Signed):
        return run
    return _AFTER[type(happening.what)](run, happening.what, happening.time)


def carried(run: Run) -> Carried:
    """What is said again of a run that goes on."""
    return Carried(
        begun=run.begun,
        begun_by=run.begun_by,
        paused=run.pauses[-1].begin if run.state == "paused" else 0,
        operator=run.operator,
        instruments=run.instruments,
        sample=run.sample,
        order=run.order,
        standard=run.standard,
        method=run.method,
        programme=run.programme,
        cost_centre=run.cost_centre,
        why=run.why,
    )


def _begun_again(run: Run, _what: Started | Carried, _time: int) -> Run:
    return run


def _marked(run: Run, what: Marked, time: int) -> Run:
    return replace(run, marks=(*run.marks, Mark(time, what.by, what.text)))


def _paused(run: Run, what: Paused, time: int) -> Run:
    if run.state == "paused":
        return run
    return replace(run, pauses=(*run.pauses, Pause(begin=time, by=what.by, why=what.why)))


def _resumed(run: Run, what: Resumed, time: int) -> Run:
    if run.state != "paused":
        return run
    return replace(run, pauses=_closed(run.pauses, time, what.by))


def _signed(run: Run, what: Signed, time: int) -> Run:
    signature = Signature(
        time=time, by=what.by, meaning=what.meaning, digest=what.digest, why=what.why
    )
    return replace(run, signatures=(*run.signatures, signature))


def _ended(run: Run, what: Ended, time: int) -> Run:
    pauses = _closed(run.pauses, time, what.by) if run.state == "paused" else run.pauses
    return replace(
        run,
        pauses=pauses,
        ended=time,
        ended_by=what.by,
        outcome=what.outcome,
        conclusion=what.conclusion,
    )


def _closed(pauses: tuple[Pause, ...], time: int, by: str) -> tuple[Pause, ...]:
    return (*pauses[:-1], replace(pauses[-1], end=time, resumed_by=by))


_AFTER: Mapping[type[What], Callable[[Run, Any, int], Run]] = {
    Started: _begun_again,
    Marked: _marked,
    Paused: _paused,
    Resumed: _resumed,
    Signed: _signed,
    Carried: _begun_again,
    Ended: _ended,
}
