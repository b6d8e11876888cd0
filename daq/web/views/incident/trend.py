"""The readings around an incident, drawn: what its alarms watch, from before it to its end."""

from collections.abc import Iterator

from daq.control.incidents import IncidentDetail
from daq.journal.errors import JournalError
from daq.plot.chart import Sign, draw, lay_out
from daq.plot.course import Course
from daq.plot.past import read_courses
from daq.web.data.period import Period
from daq.web.data.register import Register
from daq.web.data.watched import Watched, limits_of
from daq.web.errors import BusyError, told
from daq.web.view import Shown, Sources
from daq.web.views.incident.detail import Details
from daq.web.visit import Visit

BEFORE, AFTER = 900, 300
"""Seconds shown before an incident, and after its end."""

MOST = 4
"""Instruments shown."""

_NS = 1_000_000_000


async def trend(sources: Sources, details: Details, visit: Visit) -> Shown:
    """A chart for each instrument it is about."""
    detail = await details.of(visit)
    period = _period(detail, visit)
    charts: list[tuple[str, str, object]] = []
    try:
        for name in _instruments(detail, visit.snapshot.register):
            wanted = set(_channels(detail, visit, name))
            found = await sources.history.read(
                lambda reader, name=name, wanted=wanted: read_courses(reader, name, wanted, period)
            )
            courses = [course for course, _ in found]
            if courses:
                drawn = _drawn(visit, name, courses, period, _signs(detail))
                charts.append((name, _title(visit, name), drawn))
    except (JournalError, BusyError) as error:
        return {"charts": charts, "period": period, "trouble": told(error, visit.text)}
    return {"charts": charts, "period": period, "trouble": ""}


def _period(detail: IncidentDetail, visit: Visit) -> Period:
    start = detail.status.opened - BEFORE * _NS
    end = detail.status.closed + AFTER * _NS if detail.status.closed else visit.now
    end = min(max(end, start + _NS), visit.now)
    return Period(start=start, end=end, said=("", ""))


def _instruments(detail: IncidentDetail, register: Register) -> list[str]:
    known = {one.name for one in register.instruments}
    return [name for name in detail.instruments if name in known][:MOST]


def _channels(detail: IncidentDetail, visit: Visit, instrument: str) -> Iterator[str]:
    """Those that its alarms watch, ``group.channel`` each."""
    names = {alarm.name for alarm in detail.alarms}
    listed = [one for one in visit.snapshot.register.alarms if one.name in names]
    watched: set[Watched] = {channel for one in listed for channel in one.channels}
    for (name, group), newest in visit.snapshot.newest.items():
        for channel in newest.scan.series.key.channels:
            means = any(one.means(name, group, channel.name) for one in watched)
            if name == instrument and means and channel.kind != "text":
                yield f"{group}.{channel.name}"


def _signs(detail: IncidentDetail) -> list[Sign]:
    """When its alarms were first raised, numbered as they are in the list of its alarms."""
    return [Sign(alarm.raised, str(n)) for n, alarm in enumerate(detail.alarms, 1) if alarm.raised]


def _drawn(
    visit: Visit, name: str, courses: list[Course], period: Period, signs: list[Sign]
) -> object:
    alarms = visit.snapshot.register.alarms
    limits = {
        course.id: limits_of(alarms, name, course.group, course.channel.name) for course in courses
    }
    label = visit.text("instrument.chart", name=_title(visit, name), n=len(courses))
    return draw(lay_out(courses, period, label, signs, limits))


def _title(visit: Visit, name: str) -> str:
    return visit.snapshot.register.listed(name).title or name
