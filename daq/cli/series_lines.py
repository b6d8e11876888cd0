"""Series as text in a terminal."""

from collections.abc import Iterator

from daq.cli.options import print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.control.series import SeriesDone
from daq.method.conformity import Limits, Statement
from daq.method.judge import Judgement, judge, limits_of, rule_of
from daq.series.measured import Line, RunSeries, estimates
from daq.series.record import said
from daq.timefmt import rfc3339

COLOURS = {
    "pass": "green",
    "conditional pass": "yellow",
    "conditional fail": "bold yellow",
    "fail": "bold red",
    "no statement possible": "yellow",
}
LINES = ("line", "sample", "value", "unit", "U", "statement", "P(conforms)", "time", "by", "struck")


def print_done(done: SeriesDone, *, as_json: bool) -> None:
    """What became of what somebody asked for."""
    if as_json:
        print_json(done)
        return
    for text in _done(done):
        out().print(text, markup=False, soft_wrap=True)


def print_series(one: RunSeries) -> None:
    """Everything of a series."""
    judged = one.judgement or judge(one.method, estimates(one.standing))
    for text in _head(one):
        out().print(text, markup=False, soft_wrap=True)
    print_table(
        LINES,
        [_row(one, line) for line in one.lines],
        right="line",
        drop=("by", "time", "P(conforms)"),
        colours=COLOURS,
    )
    for text in _foot(one, judged):
        out().print(text, markup=False, soft_wrap=True)


def _done(done: SeriesDone) -> Iterator[str]:
    if done.refused:
        yield f"{done.run}: line {done.next} not filled: {done.refused}"
    elif done.line:
        said_of = said(_statement(done.statement))
        yield f"{done.run}: line {done.line} of {done.count}: {done.text}, {said_of}"
    if done.verdict:
        yield f"{done.run}: complete; verdict: {said(_statement(done.verdict))}"
    elif done.next and not done.refused:
        yield f"{done.run}: next is line {done.next} of {done.count}"
    if not done.durable:
        yield "daq: warning: done, but the disk has not taken it yet: see `daq status`"


def _statement(text: str) -> Statement:
    for one in ("pass", "conditional pass", "conditional fail", "fail"):
        if one == text:
            return one
    return "none"


def _head(one: RunSeries) -> Iterator[str]:
    method = one.method
    named = f"{method.name}{f': {method.title}' if method.title else ''}"
    yield f"{one.run}  {named}"
    if method.standard:
        yield f"  after {method.standard} {method.edition}".rstrip()
    yield f"  {one.instrument}.{method.channel}, {limits_words(one)}, {rule_words(one)}"
    state = "run ended" if one.ended else "paused" if one.paused else "going on"
    waits = f", next is line {one.next}" if one.next and not one.ended else ""
    yield f"  {len(one.standing)} of {method.count} measured, {state}{waits}"
    if one.refused is not None and not one.ended:
        yield f"  last reading filled nothing: {one.refused.why}"


def limits_words(one: RunSeries) -> str:
    """``49.50 to 50.50 g``."""
    return _between(one, limits_of(one.method))


def rule_words(one: RunSeries) -> str:
    """The decision rule in words."""
    rule = rule_of(one.method)
    if rule.form == "simple":
        return "simple acceptance"
    band = "U" if rule.r == 1 else f"{rule.r:g} U"
    return f"{'guarded' if rule.form == 'guarded' else 'conditional'} acceptance, w = {band}"


def _between(one: RunSeries, limits: Limits) -> str:
    unit = one.method.unit
    low, high = one.method.show(limits.lower), one.method.show(limits.upper)
    if low and high:
        return f"{low} to {high} {unit}".rstrip()
    if low or high:
        return f"{'at least' if low else 'at most'} {low or high} {unit}".rstrip()
    return "no limits for single values"


def _row(one: RunSeries, line: Line) -> tuple[str, ...]:
    assessed = one.assessed(line)
    sure = assessed.conforming
    return (
        str(line.number),
        line.sample,
        one.method.show(line.value),
        line.unit,
        "" if line.uncertainty is None else f"{line.uncertainty:.2g}",
        said(assessed.statement),
        "" if sure is None else f"{sure:.4f}",
        f"{rfc3339(line.time)[:19]}Z",
        line.by,
        f"by {line.struck_by}: {line.struck_why}" if line.struck else "",
    )


def _foot(one: RunSeries, judged: Judgement) -> Iterator[str]:
    method, summary = one.method, judged.summary
    if summary is not None:
        scatter = "" if summary.s is None else f", s {summary.s:.3g}"
        yield (
            f"  mean {method.show(summary.mean)}{scatter}, min {method.show(summary.low)}, "
            f"max {method.show(summary.high)}, range {method.show(summary.spread)} {method.unit}"
        )
    if judged.mean is not None:
        needed = _between(one, judged.mean_limits)
        yield f"  mean required: {needed}: {said(judged.mean.statement)}"
    if judged.outlier is not None and judged.outlier.found:
        line = one.standing[judged.outlier.place]
        yield (
            f"  line {line.number} is an outlier: G = {judged.outlier.statistic:.3f} > "
            f"{judged.outlier.critical:.3f} (Grubbs); it counts unless it is struck out"
        )
    if one.judgement is not None:
        why = f" ({', '.join(judged.why)})" if judged.why else ""
        yield f"verdict: {said(judged.statement)}{why}"
