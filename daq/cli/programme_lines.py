"""Programmes as text in a terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.programme.record import span
from daq.timefmt import rfc3339

if TYPE_CHECKING:
    from daq.programme.evaluation import Evaluation
    from daq.programme.progress import Progress
    from daq.programme.result import Interruption, Result, Spread
    from daq.programme.told import Told

COLOURS = {"within": "green", "deviated": "bold yellow", "unfinished": "dim", "void": "bold red"}

STEPS = (
    "step",
    "name",
    "cycle",
    "begun",
    "done",
    "counted",
    "in band",
    "out",
    "no data",
    "waited",
    "measured",
    "verdict",
)


def print_evaluation(found: "Evaluation") -> None:
    """Everything of a run against its programme."""
    for line in _head(found):
        _say(line)
    print_table(
        STEPS,
        map(_row, found.results),
        right="counted out waited",
        drop=("no data", "waited", "begun", "cycle"),
        colours=COLOURS,
    )
    print_interruptions(found.interruptions)
    for line in _remarks(found.results):
        _say(line)


def print_told(told: "Told", progress: "Progress | None") -> None:
    """What the daemon told of a programme, and how far it is now."""
    deviated = sum(each.verdict == "deviated" for each in told.results)
    done = f"{len(told.results)} of {told.segments} ramps and dwells done"
    _say(f"  programme {told.programme}: {done}{f', {deviated} deviated' if deviated else ''}")
    if told.ended is not None:
        _say(f"  {told.ended.text.partition(': ')[2]}")
    elif progress is not None:
        for line in _progress(progress):
            _say(line)
    elif told.now is not None:
        _say(f"  at {_moment(told.now.time)}: {told.now.text.partition(': ')[2]}")
    print_interruptions(told.interruptions)


def print_interruptions(found: Iterable["Interruption"]) -> None:
    """A line for each."""
    rows = [
        (
            _moment(each.begin),
            _moment(each.end),
            span(each.end - each.begin) if each.end else "",
            each.cause,
            each.step,
            each.how,
            span(each.counted),
            span(each.lost),
        )
        for each in found
    ]
    columns = ("interrupted", "until", "for", "cause", "step", "rule", "counted", "lost")
    print_table(columns, rows, drop=("lost", "counted"))


def _head(found: "Evaluation") -> Iterator[str]:
    named = f"{found.programme}{f' ({found.title})' if found.title else ''}"
    after = f", after {found.standard}" if found.standard else ""
    yield f"{found.run}  {found.verdict}"
    yield f"  programme {named}{after}: planned {span(found.planned)}"
    ended = f", over {_moment(found.ended)}" if found.ended else ""
    yield f"  begun {_moment(found.begun)}{ended}, took {span(found.progress.now - found.begun)}"
    deviated = sum(each.verdict == "deviated" for each in found.results)
    yield f"  {len(found.results)} of {found.progress.of} ramps and dwells, {deviated} deviated"
    yield from _cycles(found.progress)
    if found.status == "running":
        yield from _progress(found.progress)


def _cycles(progress: "Progress") -> Iterator[str]:
    for each in progress.cycles:
        bad = f", {each.deviated} of them with a deviation" if each.deviated else ""
        yield f"  {each.loop}: {each.completed} of {each.of} cycles completed{bad}"


def _progress(progress: "Progress") -> Iterator[str]:
    """Where it is, and how long it will take."""
    cycle = f", cycle {'.'.join(map(str, progress.cycle))}" if progress.cycle else ""
    aims = ", ".join(f"{role} {value:.6g}" for role, value in progress.set_points.items())
    yield f"  at step {progress.step} {progress.name} ({progress.kind}{cycle}): {aims}"
    if progress.waited is None:
        yield f"  {span(progress.counted)} of {span(progress.planned)} counted"
    else:
        yield f"  waiting to be within tolerance for {span(progress.waited)}"
    if progress.outside:
        yield f"  outside tolerance: {', '.join(progress.outside)}"
    if progress.interruption is not None:
        yield f"  interrupted since {_moment(progress.interruption.begin)}: " + (
            progress.interruption.cause
        )
    rest = progress.remaining
    most = "" if rest.most is None or rest.most == rest.least else f", {span(rest.most)} at most"
    least = f" ({span(rest.least)} at least{most})" if rest.likely != rest.least or most else ""
    unknown = "" if rest.most is not None else "; how long it waits for its bands is not yet known"
    yield f"  remaining {span(rest.likely)}{least}, if nothing interrupts it{unknown}"


def _row(result: "Result") -> tuple[str, ...]:
    return (
        result.step,
        f"{result.name}{' (ramp)' if result.kind == 'ramp' else ''}",
        ".".join(map(str, result.cycle)),
        _moment(result.begin),
        _moment(result.end),
        span(result.counted),
        span(result.in_band) if result.judged else "",
        _out(result) if result.judged else "",
        span(result.no_data) if result.no_data else "",
        span(result.waited) if result.waited else "",
        "; ".join(map(_spread, result.spreads)),
        result.verdict,
    )


def _out(result: "Result") -> str:
    if not result.excursions:
        return ""
    return f"{span(result.out)} ({result.excursions}x, longest {span(result.longest)})"


def _spread(spread: "Spread") -> str:
    return f"{spread.role} {spread.low:.4g} / {spread.mean:.4g} / {spread.high:.4g}"


def _remarks(results: Sequence["Result"]) -> Iterator[str]:
    """Why a step deviated, and what was furthest outside."""
    for each in results:
        if each.verdict != "deviated":
            continue
        cycle = f", cycle {'.'.join(map(str, each.cycle))}" if each.cycle else ""
        yield f"step {each.step} {each.name}{cycle}: {', '.join(each.reasons)}"
        for spread in each.spreads:
            if spread.worst is not None:
                worst = spread.worst
                side = "above" if worst.beyond > 0 else "below"
                yield (
                    f"  {spread.role} {worst.value:.6g} at {_moment(worst.time)}, "
                    f"{abs(worst.beyond):.3g} {side} its tolerance"
                )


def _moment(time: int) -> str:
    return f"{rfc3339(time)[:19]}Z" if time else ""


def _say(line: str) -> None:
    out().print(line, markup=False, soft_wrap=True)
