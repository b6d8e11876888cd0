"""The series of a run and its verdict, as sections of a report."""

from collections.abc import Iterator

from daq.method.conformity import Limits
from daq.method.judge import Judgement, judge, limits_of, rule_of
from daq.method.method import Method
from daq.method.summary import Summary
from daq.report.section import Section
from daq.report.text import Text
from daq.report.words import Words
from daq.series.measured import Line, RunSeries, estimates

_COLUMNS = (
    *("number", "sample", "time", "reading", "value", "unit", "uncertainty", "k"),
    *("statement", "conforming", "entry", "note"),
)


def series_sections(one: RunSeries, text: Text) -> Iterator[Section]:
    """The verdict with what it follows from, and every line that was ever filled."""
    judged = one.judgement or judge(one.method, estimates(one.standing))
    method = one.method
    named = f"{method.name}{f' ({method.title})' if method.title else ''}"
    yield Section(
        title=f"{text('series.title')} {named}",
        note=text("series.note"),
        head=[text("column.what"), text("column.value")],
        rows=[row for row in _verdict(one, judged, text) if row[1]],
    )
    words = Words(text)
    yield Section(
        title=text("series.lines"),
        note=text("series.lines-note"),
        head=[text(f"column.{name}") for name in _COLUMNS],
        rows=[_row(one, line, text, words) for line in one.lines],
    )


def _verdict(one: RunSeries, judged: Judgement, text: Text) -> Iterator[tuple[str, str]]:
    method = one.method
    rule = rule_of(method)
    reasons = ", ".join(text.of("series-why", why) for why in judged.why)
    said = text.of("statement", judged.statement)
    yield text("series.verdict"), f"{said}: {reasons}" if reasons else said
    yield text("column.standard"), f"{method.standard} {method.edition}".strip()
    yield text("column.instrument"), one.instrument
    yield text("series.limits"), _between(method, limits_of(method), text)
    yield text("series.mean-limits"), _between(method, judged.mean_limits, text)
    yield text("series.rule"), text(f"series.rule-{rule.form}", r=f"{rule.r:g}")
    yield text("series.count"), f"{len(one.standing)} / {method.count}"
    counts = (f"{text.of('statement', key)}: {n}" for key, n in judged.statements.items())
    yield text("series.statements"), ", ".join(counts)
    if judged.summary is not None:
        yield from _statistics(method, judged.summary, text)
    if judged.outlier is not None and judged.outlier.found:
        line = one.standing[judged.outlier.place].number
        yield text("series.outlier"), text("series.outlier-line", line=line)


def _statistics(method: Method, found: Summary, text: Text) -> Iterator[tuple[str, str]]:
    yield text("column.mean"), f"{method.show(found.mean)} {method.unit}".rstrip()
    deviation = "" if found.s is None else f"{found.s:.4g} {method.unit}".rstrip()
    yield text("column.deviation"), deviation
    yield text("column.least"), f"{method.show(found.low)} {method.unit}".rstrip()
    yield text("column.greatest"), f"{method.show(found.high)} {method.unit}".rstrip()


def _between(method: Method, limits: Limits, text: Text) -> str:
    low, high = method.show(limits.lower), method.show(limits.upper)
    key = "between" if low and high else "at-least" if low else "at-most" if high else ""
    return text(f"series.{key}", low=low, high=high, unit=method.unit) if key else ""


def _row(one: RunSeries, line: Line, text: Text, words: Words) -> list[str]:
    assessed = one.assessed(line)
    known = line.uncertainty is not None
    probability = "" if assessed.conforming is None else f"{assessed.conforming:.1%}"
    return [
        str(line.number),
        line.sample,
        words.moment(line.time),
        f"{line.reading:.10g}",
        one.method.show(line.value),
        line.unit,
        f"{line.uncertainty:.3g}" if known else "",
        f"{line.k:g}" if known else "",
        text.of("statement", assessed.statement),
        probability,
        str(line.entry),
        _struck(line, text, words) if line.struck else line.by,
    ]


def _struck(line: Line, text: Text, words: Words) -> str:
    when, by = words.moment(line.struck), line.struck_by
    return text("series.struck", time=when, by=by, why=line.struck_why)
