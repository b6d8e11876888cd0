"""The past of one instrument: its trend, exact statistics, numbers behind the chart, exports."""

from collections.abc import Mapping

from aiohttp import web

from daq.journal.errors import JournalError
from daq.journal.query import Query
from daq.plot.chart import COLOURS, draw, lay_out
from daq.plot.course import Course
from daq.plot.past import read_courses, read_moments
from daq.web.errors import BusyError, told
from daq.web.view import Shown, Sources
from daq.web.views.instrument.choices import Choices, choices, wanted
from daq.web.visit import Visit

EXACT = 1_000_000
"""Readings of a period up to which the exact statistics are read without being asked for."""

EXACT_LIMIT = 60.0
"""Seconds that may take, in any case."""


async def trend(sources: Sources, visit: Visit) -> Shown:
    """The chart, with what it says in numbers."""
    one = wanted(visit)
    chosen = choices(visit, one)
    try:
        found = await sources.history.read(
            lambda reader: read_courses(reader, one.name, chosen.channels, chosen.period)
        )
    except (JournalError, BusyError) as error:
        return {"one": one, "chosen": chosen, "past_trouble": told(error, visit.text)}
    found = tuple(sorted(found, key=lambda pair: _place(chosen, pair[0])))
    courses = [course for course, _ in found]
    label = visit.text("instrument.chart", name=one.title, n=len(courses))
    return {
        "one": one,
        "chosen": chosen,
        "past_trouble": "",
        "found": found,
        "colours": COLOURS,
        "chart": draw(lay_out(courses, chosen.period, label)) if courses else None,
        "exact": sum(total.scans for _, total in found) <= EXACT,
        "empty": not any(course.runs or _flawed(course) for course in courses),
    }


async def exact(sources: Sources, visit: Visit) -> Shown:
    """Deviation and shares of quality, out of every reading of the period."""
    one = wanted(visit)
    chosen = choices(visit, one)
    moments = await sources.history.read(
        lambda reader: read_moments(reader, one.name, chosen.channels, chosen.period), EXACT_LIMIT
    )
    return {"one": one, "chosen": chosen, "moments": moments}


async def export(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """What is shown, as a file."""
    one = wanted(visit)
    chosen = choices(visit, one)
    query = Query(
        start=chosen.period.start, end=chosen.period.end, instruments=frozenset({one.name})
    )
    return await sources.downloads.give(request, one.name, query, chosen.channels)


async def points(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """The numbers behind the chart, for reading them off it."""
    del request
    one = wanted(visit)
    chosen = choices(visit, one)
    found = await sources.history.read(
        lambda reader: read_courses(reader, one.name, chosen.channels, chosen.period)
    )
    answer = web.json_response(
        {
            "start": chosen.period.start // 10**6,
            "end": chosen.period.end // 10**6,
            "channels": [_numbers(course) for course, _ in found],
        }
    )
    answer.enable_compression()
    return answer


def _place(chosen: Choices, course: Course) -> int:
    return chosen.channels.index(course.id) if course.id in chosen.channels else len(chosen.there)


def _flawed(course: Course) -> bool:
    return any(mark.status is not None for mark in course.marks)


def _numbers(course: Course) -> Mapping[str, object]:
    points = list(course.points)
    return {
        "id": course.id,
        "unit": course.unit,
        "time": [(point.start + point.end) // 2 // 10**6 for point in points],
        "mean": [_brief(point.mean) for point in points],
        "least": [_brief(point.least) for point in points],
        "greatest": [_brief(point.greatest) for point in points],
    }


def _brief(value: float | None) -> float | None:
    """Seven digits: more than is read off a chart."""
    return None if value is None else float(f"{value:.7g}")
