"""Delivery: each sink's state, lag and backlog, what it has refused, and the journal's room."""

from functools import partial

from daq.journal.errors import JournalError
from daq.web.data.delivery import happened, journal, sinks
from daq.web.data.problem import Level
from daq.web.data.refused import read_held, read_quarantine
from daq.web.draw.meter import draw_meter
from daq.web.errors import BusyError, WrongLinkError, told
from daq.web.sheets import sheet_answer
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.delivery.release import Releases
from daq.web.views.delivery.sheet import COLUMNS, rows
from daq.web.visit import Visit


def make(sources: Sources) -> View:
    """The view."""
    stored, refused = partial(_stored, sources), partial(_refused, sources)
    return View(
        name="delivery",
        path="/delivery",
        home="/delivery",
        template="delivery/page.html",
        show=partial(_show, sources),
        parts=(
            Part(path="stored", template="delivery/stored.html", show=stored),
            Part(path="refused", template="delivery/refused.html", show=refused),
        ),
        answers=(
            Answer(path="release", give=Releases(sources).answer, method="POST"),
            sheet_answer(sources, "delivery", COLUMNS, rows),
        ),
    )


async def _show(sources: Sources, visit: Visit) -> Shown:
    found, store = sinks(visit.snapshot), journal(visit.snapshot)
    levels = [*(sink.level for sink in found), store.level]
    past: Shown = {}
    if not visit.renewal:  # these look after themselves, at their own pace
        past = {**await _stored(sources, visit), **await _refused(sources, visit)}
    return {
        **past,
        "sinks": found,
        "journal": store,
        "counts": {level: levels.count(level) for level in Level},
        "events": happened(visit.snapshot),
        "Level": Level,
        "draw_meter": draw_meter,
    }


async def _stored(sources: Sources, visit: Visit) -> Shown:
    """What the journal holds, and how much of it each sink has not got."""
    try:
        return {"held": await sources.history.read(read_held), "held_trouble": ""}
    except (JournalError, BusyError) as error:
        return {"held": None, "held_trouble": told(error, visit.text)}


async def _refused(sources: Sources, visit: Visit) -> Shown:
    """A page of a quarantine."""
    sink, after = visit.choice("sink"), visit.choice("after", "0")
    if not after.isascii() or not after.isdecimal() or len(after) > 18:  # noqa: PLR2004 - of 2**63
        raise WrongLinkError("number", number=after[:30])
    try:
        found = await sources.history.read(lambda reader: read_quarantine(reader, sink, int(after)))
    except (JournalError, BusyError) as error:
        return {"quarantine": None, "quarantine_trouble": told(error, visit.text)}
    return {"quarantine": found, "quarantine_trouble": "", "after": int(after)}
