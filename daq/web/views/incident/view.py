"""One incident: what is the matter, the check list, its course, and doing something about it."""

from collections.abc import Iterable
from functools import partial

from daq.control.incidents import IncidentStep
from daq.journal.errors import JournalError
from daq.web.errors import BusyError, told
from daq.web.printing import Printer
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.incident.act import answer
from daq.web.views.incident.detail import Details
from daq.web.views.incident.report import report
from daq.web.views.incident.trend import trend
from daq.web.visit import Visit

SHOWN = 300
"""Lines of its course, the newest."""


def make(sources: Sources) -> View:
    """The view."""
    details = Details(sources)
    return View(
        name="incident",
        path="/incident/{id}",
        template="incident/page.html",
        show=partial(_show, details),
        parts=(
            Part(
                path="trend",
                template="incident/trend.html",
                show=partial(trend, sources, details),
            ),
        ),
        answers=(
            Answer(path="act", give=partial(answer, sources), method="POST", needs="incidents"),
            Answer(path="report", give=partial(report, sources, Printer())),
        ),
    )


async def _show(details: Details, visit: Visit) -> Shown:
    try:
        detail = await details.of(visit)
    except (JournalError, BusyError) as error:
        return {"one": None, "trouble": told(error, visit.text)}
    return {
        "one": detail,
        "trouble": "",
        "procedures": _by_procedure(detail.steps),
        "titles": {one.name: one.title for one in visit.snapshot.register.procedures},
        "course": tuple(reversed(detail.course[-SHOWN:])),
        "more": len(detail.course) > SHOWN,
    }


def _by_procedure(steps: Iterable[IncidentStep]) -> dict[str, list[IncidentStep]]:
    found: dict[str, list[IncidentStep]] = {}
    for step in steps:
        found.setdefault(step.procedure, []).append(step)
    return found
