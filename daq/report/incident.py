"""The report of an incident: what happened, who did what, and the readings around it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from daq.incidents.incident import Incident, Recording
from daq.incidents.past import read_course
from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from daq.plot.chart import Sign
from daq.plot.stretch import Stretch
from daq.report.figures import figures
from daq.report.page import render
from daq.report.text import Text
from daq.report.traffic import Excerpt, excerpt

AROUND = 900.0
"""Seconds of readings before and after, unless something else is wanted."""

APART = 60
"""Of a chart's width so many signs can be told apart."""

_NS = 1_000_000_000


class Laboratory(msgspec.Struct, frozen=True, kw_only=True):
    """What the configuration says: the site, titles of instruments, the folder of traffic."""

    site: str
    folder: Path
    titles: Mapping[str, str] = {}


class Line(msgspec.Struct, frozen=True):
    """A line of the course: ``detail`` is what was said or seen, without what stands beside it."""

    time: int
    kind: str
    severity: str
    subject: str
    by: str
    detail: str


class Kept(msgspec.Struct, frozen=True):
    """A recording, and what is left of it; None when nothing could be kept."""

    recording: Recording
    excerpt: Excerpt | None


def incident_report(
    reader: JournalReader,
    incident: Incident,
    laboratory: Laboratory,
    text: Text,
    now: int,
    *,
    around: float = AROUND,
) -> str:
    """The report as HTML, in the language of ``text``; ``now`` (ns) is when it is made.

    Raises:
        JournalError: the journal cannot be read.
    """
    events = read_course(reader, incident)
    period = _period(incident, now, around)
    return render(
        "incident.html",
        text,
        now,
        one=incident,
        laboratory=laboratory,
        station=reader.station,
        period=period,
        figures=figures(
            reader,
            incident.reach.instruments,
            period,
            titles=laboratory.titles,
            signs=_signs(incident, period),
        ),
        course=[_line(event, incident) for event in events],
        ends=(events[0].seq, events[-1].seq) if events else (0, 0),
        answered=_answered(events),
        begun=_begun(incident),
        kept=[_kept(laboratory.folder, one) for one in incident.recordings],
    )


def _begun(incident: Incident) -> int:
    """The first alarm, or the moment somebody opened it."""
    return min([incident.opened, *(one.raised for one in incident.alarms if one.raised)])


def _period(incident: Incident, now: int, around: float) -> Stretch:
    margin = round(around * _NS)
    end = min((incident.closed or now) + margin, max(now, incident.closed))
    return Stretch(start=_begun(incident) - margin, end=max(end, _begun(incident) + _NS))


def _signs(incident: Incident, period: Stretch) -> list[Sign]:
    """Alarms by their number, opening and close; what lies on one another becomes one."""
    alarms = [(one.raised, str(n)) for n, one in enumerate(incident.alarms, 1) if one.raised]
    ends = [(incident.opened, "O"), (incident.closed, "C")]
    apart = (period.end - period.start) // APART
    signs: list[Sign] = []
    for time, label in sorted([*alarms, *(end for end in ends if end[0])]):
        if signs and time - signs[-1].time < apart:
            signs[-1] = Sign(signs[-1].time, f"{signs[-1].label} {label}")
        else:
            signs.append(Sign(time, label))
    return signs


def _answered(events: Sequence[Event]) -> int:
    """When somebody first took charge of an alarm; 0 when nobody did."""
    told = (one.time for one in events if one.kind == kinds.ALARM_ACKNOWLEDGED.name)
    return next(told, 0)


def _line(event: Event, incident: Incident) -> Line:
    by = str(event.data.get("by") or "")
    return Line(event.time, event.kind, event.severity, event.subject, by, _detail(event, incident))


def _detail(event: Event, incident: Incident) -> str:
    data = event.data
    why = str(data.get("why") or "")
    if event.kind == kinds.INCIDENT_STEP.name:
        steps = {step.number: step.text for step in incident.steps}
        number = data.get("step")
        text = f"{number}. {steps.get(number, '') if isinstance(number, int) else ''}"
        return f"{text} ({why})" if why else text
    for key in _TELLING.get(event.kind, ()):
        if found := data.get(key):
            return str(found)
    return why or event.text


_TELLING: Mapping[str, tuple[str, ...]] = {
    kinds.INCIDENT_OPENED.name: ("title",),
    kinds.INCIDENT_JOINED.name: ("alarm",),
    kinds.INCIDENT_PROCEDURE.name: ("title", "procedure"),
    kinds.INCIDENT_NOTE.name: ("text",),
    kinds.INCIDENT_RECORDED.name: ("trouble", "file"),
}
"""Where an event of an incident has what a reader wants to know; others say it in a sentence."""


def _kept(folder: Path, recording: Recording) -> Kept:
    if not recording.file:
        return Kept(recording, None)
    return Kept(recording, excerpt(folder / Path(recording.file).name, recording.sha256))
