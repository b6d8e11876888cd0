"""How well the alarms serve people: rates, bad actors, delays, beside what is advised."""

from functools import partial

import msgspec

from daq.alarms.figures.annunciation import annunciations
from daq.alarms.figures.figures import Figures
from daq.alarms.figures.guide import judged, unjudged
from daq.alarms.figures.rates import HOUR, Slice, slices
from daq.alarms.figures.read import read_figures
from daq.journal.errors import JournalError
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.web.data.alarms import alarms
from daq.web.data.period import Period
from daq.web.data.problem import Level
from daq.web.draw.bars import draw_bars
from daq.web.draw.meter import draw_meter
from daq.web.errors import BusyError, told
from daq.web.view import Part, Shown, Sources, View
from daq.web.visit import Visit

QUICK = ("-1d", "-7d", "-30d", "-90d")
"""Periods one click away."""

BARS = 120
"""Bars of the picture of rates at most."""


class Found(msgspec.Struct, frozen=True):
    """The figures of a period, and how many alarms came in each of its ``bars``."""

    figures: Figures
    bars: tuple[Slice, ...]


def make(sources: Sources) -> View:
    """The view."""
    part = partial(_found, sources)
    return View(
        name="figures",
        path="/alarms/figures",
        template="figures/page.html",
        show=partial(_show, sources),
        parts=(Part(path="found", template="figures/found.html", show=part),),
    )


async def _show(sources: Sources, visit: Visit) -> Shown:
    shown: Shown = {} if visit.renewal else await _found(sources, visit)
    return {**shown, "period": _period(visit), "quick": QUICK}


async def _found(sources: Sources, visit: Visit) -> Shown:
    period = _period(visit)
    shown: Shown = {
        "titles": {one.name: one.title for one in alarms(visit.snapshot)},
        "judged": judged,
        "unjudged": unjudged,
        "Level": Level,
        "draw_bars": draw_bars,
        "draw_meter": draw_meter,
    }
    try:
        found = await sources.history.read(lambda reader: read(reader, period))
    except ValueError:
        return {**shown, "found": None, "trouble": ""}
    except (JournalError, BusyError) as error:
        return {**shown, "found": None, "trouble": told(error, visit.text)}
    return {**shown, "found": found, "trouble": ""}


def read(reader: JournalReader, period: Period) -> Found:
    """The figures of a period.

    Raises:
        JournalError: the journal cannot be read.
        ValueError: it has nothing of the period.
    """
    figures = read_figures(reader, period.start, period.end)
    events = reader.events(Query(start=figures.start, end=figures.end))
    times = [told.time for told in annunciations(events) if told.time >= figures.start]
    return Found(figures, tuple(slices(times, figures.start, figures.end, _width(figures))))


def _width(figures: Figures) -> int:
    """Whole hours, so that there are not too many bars."""
    hours = -(-(figures.end - figures.start) // HOUR)
    return -(-hours // BARS) * HOUR


def _period(visit: Visit) -> Period:
    """The period a link says, a week when it says none."""
    return Period.of(visit.choice("from", QUICK[1]), visit.choice("to", "now"), visit.now)
