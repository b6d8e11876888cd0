"""The readings of a run, drawn: its instruments from its start to its end."""

from daq.journal.errors import JournalError
from daq.plot.chart import Sign, draw, lay_out
from daq.plot.course import Course
from daq.plot.past import read_courses
from daq.runs.run import Run
from daq.web.data.period import Period
from daq.web.data.watched import limits_of
from daq.web.errors import BusyError, told
from daq.web.view import Shown, Sources
from daq.web.views.run.detail import Details
from daq.web.visit import Visit

MOST = 6
"""Instruments shown."""

CHANNELS = 4
"""Channels of each, in the order of their profiles."""

SIGNS = 20
"""Marks drawn, the newest."""

_NS = 1_000_000_000


async def trend(sources: Sources, details: Details, visit: Visit) -> Shown:
    """A chart for each instrument."""
    run = (await details.of(visit)).run
    period = _period(run, visit.now)
    charts: list[tuple[str, str, object]] = []
    try:
        for name in run.instruments[:MOST]:
            wanted = _channels(visit, name)
            found = await sources.history.read(
                lambda reader, name=name, wanted=wanted: read_courses(reader, name, wanted, period)
            )
            if courses := [course for course, _ in found]:
                charts.append((name, _title(visit, name), _drawn(visit, run, name, courses)))
    except (JournalError, BusyError) as error:
        return {"charts": charts, "period": period, "trouble": told(error, visit.text)}
    return {"charts": charts, "period": period, "trouble": ""}


def _period(run: Run, now: int) -> Period:
    end = max(run.ended or now, run.begun + _NS)
    return Period(start=run.begun, end=end, said=("", ""))


def _channels(visit: Visit, instrument: str) -> set[str]:
    """The first that are numbers, ``group.channel`` each."""
    found: list[str] = []
    for (name, group), newest in sorted(visit.snapshot.newest.items()):
        if name == instrument:
            channels = newest.scan.series.key.channels
            found += [f"{group}.{one.name}" for one in channels if one.kind != "text"]
    return set(found[:CHANNELS])


def _drawn(visit: Visit, run: Run, name: str, courses: list[Course]) -> object:
    alarms = visit.snapshot.register.alarms
    limits = {
        course.id: limits_of(alarms, name, course.group, course.channel.name) for course in courses
    }
    numbered = list(enumerate(run.marks, 1))[-SIGNS:]
    signs = [Sign(mark.time, str(number)) for number, mark in numbered]
    label = visit.text("instrument.chart", name=_title(visit, name), n=len(courses))
    return draw(lay_out(courses, _period(run, visit.now), label, signs, limits))


def _title(visit: Visit, name: str) -> str:
    return visit.snapshot.register.listed(name).title or name
