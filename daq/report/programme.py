"""The steps of a programme against what was measured, as sections of a report."""

from collections.abc import Iterator

from daq.programme.evaluation import Evaluation
from daq.programme.result import Interruption, Result
from daq.report.section import Section
from daq.report.text import Text
from daq.report.words import Words

_COLUMNS = (
    *("step", "name", "cycle", "begun", "counted", "planned", "in-band", "out", "no-data"),
    *("measured", "verdict"),
)
_INTERRUPTED = ("from", "to", "cause", "step", "rule", "counted")


def programme_sections(found: Evaluation, text: Text) -> Iterator[Section]:
    """A table of the steps, and one of the interruptions if there are any."""
    words = Words(text)
    named = f"{found.programme}{f' ({found.title})' if found.title else ''}"
    yield Section(
        title=f"{text('programme.title')} {named}",
        note=text("programme.note", planned=words.span(found.planned)),
        head=[text(f"column.{name}") for name in _COLUMNS],
        rows=[_row(one, text, words) for one in found.results],
    )
    if found.interruptions:
        yield Section(
            title=text("programme.interruptions"),
            note=text("programme.interruptions-note"),
            head=[text(f"column.{name}") for name in _INTERRUPTED],
            rows=[_interrupted(one, text, words) for one in found.interruptions],
        )


def _row(one: Result, text: Text, words: Words) -> list[str]:
    out = f"{words.span(one.out)} ({one.excursions})" if one.excursions else ""
    spreads = (f"{s.role} {s.low:.6g} / {s.mean:.6g} / {s.high:.6g}" for s in one.spreads)
    verdict = text.of("verdict", one.verdict)
    return [
        one.step,
        text("programme.ramp", name=one.name) if one.kind == "ramp" else one.name,
        ".".join(map(str, one.cycle)),
        words.moment(one.begin),
        words.span(one.counted),
        words.span(one.planned),
        words.span(one.in_band) if one.judged else "",
        out if one.judged else "",
        words.span(one.no_data) if one.no_data else "",
        "; ".join(spreads),
        f"{verdict}: {', '.join(one.reasons)}" if one.reasons else verdict,
    ]


def _interrupted(one: Interruption, text: Text, words: Words) -> list[str]:
    return [
        words.moment(one.begin),
        words.moment(one.end),
        text.of("cause", one.cause),
        one.step,
        text.of("how", one.how),
        words.span(one.counted),
    ]
