"""What can happen to a series, and what it is after it. Pure.

Each kind is one event of the journal; a series is the sum of its events, in their order.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from daq.method.judge import Judgement
from daq.method.method import Method
from daq.series.measured import Line, Refusal, RunSeries


class Begun(msgspec.Struct, frozen=True):
    """The run began, by a method that is measured with an instrument.

    ``cause`` is the number of the event that told of the run.
    """

    method: Method
    instrument: str
    cause: int = 0


class Filled(msgspec.Struct, frozen=True):
    """A reading filled the next line."""

    line: Line


class Struck(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody struck out the line of a number: the sample is to be measured again."""

    number: int
    by: str
    why: str


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody named the next sample."""

    sample: str
    by: str


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """A reading filled nothing, for a reason."""

    why: str
    by: str = ""


class Judged(msgspec.Struct, frozen=True):
    """All samples are measured, or the run ended before."""

    judgement: Judgement


class Impossible(msgspec.Struct, frozen=True):
    """The run that began asks for a series that nothing can measure."""

    why: str


class Rested(msgspec.Struct, frozen=True):
    """The run was paused, or goes on; told by the event of the run."""

    paused: bool


class Over(msgspec.Struct, frozen=True):
    """The run ended; told by the event of the run."""


What: TypeAlias = Begun | Filled | Struck | Named | Refused | Judged | Impossible
"""What this package journals."""

Anything: TypeAlias = What | Rested | Over


class Happening(msgspec.Struct, frozen=True):
    """Something that happened to the series of a run at ``time``, ns since 1970 UTC."""

    run: str
    time: int
    what: Anything


def begun(happening: Happening) -> RunSeries:
    """The series that begins so.

    Raises:
        ValueError: this is no beginning.
    """
    what = happening.what
    if not isinstance(what, Begun):
        raise ValueError(f"series of {happening.run} has no beginning")  # noqa: TRY004 - of a journal
    return RunSeries(
        run=happening.run,
        method=what.method,
        instrument=what.instrument,
        begun=happening.time,
        first=what.cause,
    )


def after(one: RunSeries, happening: Happening) -> RunSeries:
    """The series after something happened to it."""
    return _AFTER[type(happening.what)](one, happening.what, happening.time)


def _begun_again(one: RunSeries, _what: Begun, _time: int) -> RunSeries:
    return one


def _filled(one: RunSeries, what: Filled, _: int) -> RunSeries:
    return replace(one, lines=(*one.lines, what.line), sample="", refused=None)


def _struck(one: RunSeries, what: Struck, time: int) -> RunSeries:
    lines = tuple(
        replace(line, struck=time, struck_by=what.by, struck_why=what.why)
        if line.number == what.number and not line.struck
        else line
        for line in one.lines
    )
    return replace(one, lines=lines, judgement=None, judged=0)


def _named(one: RunSeries, what: Named, _: int) -> RunSeries:
    return replace(one, sample=what.sample)


def _refused(one: RunSeries, what: Refused, time: int) -> RunSeries:
    return replace(one, refused=Refusal(time, what.why))


def _judged(one: RunSeries, what: Judged, time: int) -> RunSeries:
    return replace(one, judgement=what.judgement, judged=time)


def _rested(one: RunSeries, what: Rested, _: int) -> RunSeries:
    return replace(one, paused=what.paused)


def _over(one: RunSeries, _: Over, time: int) -> RunSeries:
    return replace(one, ended=time)


_AFTER: Mapping[type[Anything], Callable[[RunSeries, Any, int], RunSeries]] = {
    Begun: _begun_again,
    Filled: _filled,
    Struck: _struck,
    Named: _named,
    Refused: _refused,
    Judged: _judged,
    Impossible: lambda one, _what, _time: one,
    Rested: _rested,
    Over: _over,
}
