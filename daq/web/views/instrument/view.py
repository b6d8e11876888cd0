"""One instrument: its newest readings, its past as a trend, faults, the bytes on its line."""

from collections.abc import Mapping
from functools import partial
from itertools import islice

from aiohttp import web

from daq.control.client import DeclinedError, NotRunningError
from daq.journal.entry import Event
from daq.journal.errors import JournalError
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.web.data.course import Course, Sum
from daq.web.data.lab import Instrument, instrument
from daq.web.data.past import read_courses, read_moments
from daq.web.data.period import Period
from daq.web.draw.chart import COLOURS, draw, lay_out
from daq.web.errors import BusyError, WrongLinkError
from daq.web.traffic import last_traffic, shown
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.instrument.choices import ALL, QUICK, Choices, choices
from daq.web.visit import Visit

EXACT = 300_000
"""Scans of a period up to which the exact statistics are read without being asked for."""

EXACT_LIMIT = 60.0
"""Seconds that may take, in any case."""

FAULTS = 50
"""Events shown."""


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="instrument",
        path="/instrument/{name}",
        template="instrument/page.html",
        show=partial(_show, sources),
        parts=(
            Part(path="trend", template="instrument/trend.html", show=partial(_trend, sources)),
            Part(path="exact", template="instrument/exact.html", show=partial(_exact, sources)),
            Part(path="faults", template="instrument/faults.html", show=partial(_faults, sources)),
            Part(
                path="traffic", template="instrument/traffic.html", show=partial(_traffic, sources)
            ),
        ),
        answers=(
            Answer(path="export", give=partial(_export, sources)),
            Answer(path="points", give=partial(_points, sources)),
        ),
    )


async def _show(sources: Sources, visit: Visit) -> Shown:
    one = _wanted(visit)
    chosen = choices(visit, one)
    # The trend is drawn into the first page, so that it is there at once and without a script;
    # afterwards it renews itself at its own pace.
    trend: Shown = {} if visit.renewal else await _trend(sources, visit)
    found = [event for event in visit.snapshot.events if _is_found(event, one)]
    return {
        "one": one,
        "chosen": chosen,
        "quick": QUICK,
        "all": ALL,
        "firmware": str(found[-1].data.get("firmware") or "") if found else "",
        **trend,
    }


async def _trend(sources: Sources, visit: Visit) -> Shown:
    """The chart, with what it says in numbers."""
    one = _wanted(visit)
    chosen = choices(visit, one)
    try:
        found = await sources.history.read(
            lambda reader: read_courses(reader, one.name, chosen.channels, chosen.period)
        )
    except (JournalError, BusyError) as error:
        return {"one": one, "chosen": chosen, "past_trouble": str(error)}
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
        "exact": sum(most for most in _scans(found).values()) <= EXACT,
        "empty": not any(course.runs or _flawed(course) for course in courses),
    }


async def _exact(sources: Sources, visit: Visit) -> Shown:
    """Deviation and shares of quality, out of every reading of the period."""
    one = _wanted(visit)
    chosen = choices(visit, one)
    moments = await sources.history.read(
        lambda reader: read_moments(reader, one.name, chosen.channels, chosen.period), EXACT_LIMIT
    )
    return {"one": one, "chosen": chosen, "moments": moments}


async def _faults(sources: Sources, visit: Visit) -> Shown:
    """What happened to the instrument and its bus in the period, the newest first."""
    one = _wanted(visit)
    chosen = choices(visit, one)
    subjects = {one.name, one.status.bus if one.status else one.listed.bus}
    found = await sources.history.read(lambda reader: _events(reader, chosen.period, subjects))
    return {"one": one, "events": found[:FAULTS], "more": len(found) > FAULTS}


async def _traffic(sources: Sources, visit: Visit) -> Shown:
    """The last bytes on its line."""
    one = _wanted(visit)
    bus = one.status.bus if one.status else one.listed.bus
    try:
        about, found = await last_traffic(sources.socket, bus)
    except (NotRunningError, DeclinedError) as error:
        return {"one": one, "trouble": str(error)}
    return {"one": one, "trouble": "", "about": about, "transactions": found, "bytes": shown}


async def _export(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """What is shown, as a file."""
    one = _wanted(visit)
    chosen = choices(visit, one)
    query = Query(
        start=chosen.period.start, end=chosen.period.end, instruments=frozenset({one.name})
    )
    return await sources.downloads.give(request, one.name, query, chosen.channels)


async def _points(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """The numbers behind the chart, for reading them off it."""
    del request
    one = _wanted(visit)
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


def _wanted(visit: Visit) -> Instrument:
    name = visit.path["name"]
    found = instrument(visit.snapshot, name)
    if found is None:
        raise WrongLinkError(f"there is no instrument {name}, neither now nor in the journal")
    return found


def _events(reader: JournalReader, period: Period, subjects: set[str]) -> list[Event]:
    found = reader.events_back(Query(start=period.start, end=period.end))
    return list(islice((event for event in found if event.subject in subjects), FAULTS + 1))


def _is_found(event: Event, one: Instrument) -> bool:
    return event.kind == "instrument-found" and event.subject == one.name


def _place(chosen: Choices, course: Course) -> int:
    return chosen.channels.index(course.id) if course.id in chosen.channels else len(chosen.there)


def _scans(found: tuple[tuple[Course, Sum], ...]) -> dict[str, int]:
    """Scans that have to be read for the exact statistics, by group."""
    most: dict[str, int] = {}
    for course, total in found:
        most[course.group] = max(most.get(course.group, 0), total.scans)
    return most


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
