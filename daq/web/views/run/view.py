"""One run: what it is about, what happened in it, its readings, and doing something with it."""

from functools import partial

from daq.journal.errors import JournalError
from daq.web.errors import BusyError, told
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.run.act import answer
from daq.web.views.run.detail import Details
from daq.web.views.run.sections import SECTIONS
from daq.web.views.run.trend import trend
from daq.web.visit import Visit

SHOWN = 200
"""Marks, pauses and interruptions shown, the newest of each."""


def make(sources: Sources) -> View:
    """The view."""
    details = Details(sources)
    sections = [
        Part(
            path=section.name,
            template=section.template,
            show=partial(section.show, sources, details),
        )
        for section in SECTIONS
    ]
    return View(
        name="run",
        path="/run/{id}",
        template="run/page.html",
        show=partial(_show, details),
        parts=(
            Part(path="trend", template="run/trend.html", show=partial(trend, sources, details)),
            *sections,
        ),
        answers=(Answer(path="act", give=partial(answer, sources), method="POST"),),
    )


async def _show(details: Details, visit: Visit) -> Shown:
    try:
        detail = await details.of(visit)
    except (JournalError, BusyError) as error:
        return {"one": None, "trouble": told(error, visit.text)}
    one = detail.run
    return {
        "one": one,
        "trouble": "",
        "marks": list(enumerate(one.marks, 1))[: -SHOWN - 1 : -1],
        "pauses": tuple(reversed(one.pauses[-SHOWN:])),
        "interruptions": tuple(reversed(detail.interruptions[-SHOWN:])),
        "sections": [section for section in SECTIONS if section.of(one)],
        "codes": visit.snapshot.register.runs.codes,
    }
