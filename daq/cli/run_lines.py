"""Runs as text in a terminal."""

from collections.abc import Iterator, Sequence

from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.control.runs import RunStatus
from daq.runs.detail import RunDetail
from daq.runs.run import Run
from daq.timefmt import rfc3339

COLOURS = {"running": "bold green", "paused": "yellow", "aborted": "yellow", "cut off": "yellow"}
LIST = ("run", "state", "begun", "ended", "sample", "order", "operator", "instruments")
ABOUT = ("sample", "order", "standard", "method", "programme", "cost_centre", "why")


def print_runs(found: Sequence[RunStatus], since: int) -> None:
    """A line for each, as they come."""
    if not found:
        out().print(f"no run since {_moment(since)}; --from looks further back")
    print_table(LIST, map(_row, found), drop=("ended", "order", "operator"), colours=COLOURS)


def print_run(detail: RunDetail) -> None:
    """Everything of one."""
    one = detail.run
    for line in _head(one):
        out().print(line, markup=False, soft_wrap=True)
    marks = [(_moment(each.time), each.by, each.text) for each in one.marks]
    print_table(("time", "by", "mark"), marks)
    pauses = [
        (_moment(each.begin), each.by, each.why, _moment(each.end), each.resumed_by)
        for each in one.pauses
    ]
    print_table(("paused", "by", "why", "resumed", "by"), pauses)
    rows = [(_moment(each.begin), _moment(each.end), each.cause) for each in detail.interruptions]
    print_table(("interrupted", "until", "cause"), rows, colours=COLOURS)
    signed = [(_moment(each.time), each.by, each.meaning, each.why) for each in one.signatures]
    print_table(("signed", "by", "meaning", "why"), signed)


def _head(one: Run) -> Iterator[str]:
    yield f"{one.id}  {one.outcome or one.state}"
    yield f"  begun {_moment(one.begun)} by {one.begun_by}, operator {one.operator}"
    if one.ended:
        came = f": {one.conclusion}" if one.conclusion else ""
        yield f"  ended {_moment(one.ended)} by {one.ended_by}{came}"
    yield f"  instruments: {', '.join(one.instruments)}"
    for key in ABOUT:
        if value := getattr(one, key):
            yield f"  {key.replace('_', ' ')}: {value}"


def _row(one: RunStatus) -> tuple[str, ...]:
    return (
        one.id,
        one.outcome or one.state,
        _moment(one.begun),
        _moment(one.ended),
        one.sample,
        one.order,
        one.operator,
        ", ".join(one.instruments),
    )


def _moment(time: int) -> str:
    return f"{rfc3339(time)[:19]}Z" if time else ""
