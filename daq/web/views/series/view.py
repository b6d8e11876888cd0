"""The series of a run: a big number for the next line, what was measured, and the verdict."""

from functools import partial

from aiohttp import web

from daq.journal.errors import JournalError
from daq.method.conformity import Limits, Statement
from daq.method.judge import judge, limits_of, rule_of
from daq.series.measured import RunSeries, estimates
from daq.series.table import to_csv
from daq.web.errors import BusyError, told
from daq.web.text import Text
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.series.act import answer
from daq.web.views.series.course import Courses
from daq.web.visit import Visit

LOOKS: dict[Statement, tuple[str, str]] = {
    "pass": ("good", "✓"),
    "conditional pass": ("uncertain", "✓?"),
    "conditional fail": ("uncertain", "✕?"),
    "fail": ("bad", "✕"),
    "none": ("uncertain", "?"),
}
"""Colour and sign of each statement; the words are there besides."""


def make(sources: Sources) -> View:
    """The view."""
    courses = Courses(sources)
    return View(
        name="series",
        path="/series/{id}",
        template="series/page.html",
        show=partial(_show, courses),
        parts=(Part(path="now", template="series/now.html", show=partial(_show, courses)),),
        answers=(
            Answer(path="act", give=partial(answer, sources), method="POST"),
            Answer(path="csv", give=partial(_csv, courses)),
        ),
    )


async def _show(courses: Courses, visit: Visit) -> Shown:
    try:
        one = await courses.of(visit)
    except (JournalError, BusyError) as error:
        return {"one": None, "trouble": told(error, visit.text)}
    return {"one": one, "trouble": "", **_judged(one, visit)}


def _judged(one: RunSeries, visit: Visit) -> Shown:
    judged = one.judgement or judge(one.method, estimates(one.standing))
    outlier = judged.outlier if judged.outlier is not None and judged.outlier.found else None
    return {
        "judged": judged,
        "looks": LOOKS,
        "lines": tuple((line, one.assessed(line)) for line in reversed(one.lines)),
        "limits": between(one, limits_of(one.method), visit),
        "mean_limits": between(one, judged.mean_limits, visit),
        "rule": rule_of(one.method),
        "refusal": "" if one.refused is None else refused(one.refused.why, visit.text),
        "outlier": None if outlier is None else (one.standing[outlier.place].number, outlier),
    }


def between(one: RunSeries, limits: Limits, visit: Visit) -> str:
    """Limits in words; empty without any."""
    low, high = one.method.show(limits.lower), one.method.show(limits.upper)
    key = "between" if low and high else "at-least" if low else "at-most" if high else ""
    return visit.text(f"series.{key}", low=low, high=high, unit=one.method.unit) if key else ""


def refused(why: str, text: Text) -> str:
    """Why a reading filled nothing: mostly the reason of its status."""
    key = why.rpartition(": ")[2].replace(" ", "-")
    for table in ("reason", "series-refused"):
        if text.has(f"{table}.{key}"):
            return text(f"{table}.{key}")
    return why


async def _csv(courses: Courses, visit: Visit, _request: web.Request) -> web.StreamResponse:
    """All its lines, for a spreadsheet."""
    try:
        one = await courses.of(visit)
    except JournalError as error:
        raise web.HTTPServiceUnavailable(text=told(error, visit.text)) from error
    return web.Response(
        text=to_csv(one),
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f'attachment; filename="series-{one.run}.csv"'},
    )
