"""The overview: a tile for each instrument, what is wrong first."""

from daq.web.data.lab import Instrument, instruments, rooms
from daq.web.data.problem import Level
from daq.web.data.reading import Reading
from daq.web.sheets import sheet_answer
from daq.web.view import Shown, Sources, View
from daq.web.views.overview.sheet import COLUMNS, rows
from daq.web.visit import Visit

SMALL_FROM = 40
"""Instruments from which on the good ones are shown small, unless the link says otherwise."""

READINGS = 6
"""Readings on a tile; what is not good comes in any case."""


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="overview",
        path="/",
        home="/",
        template="overview/page.html",
        show=show,
        answers=(sheet_answer(sources, "overview", COLUMNS, rows),),
    )


async def show(visit: Visit) -> Shown:
    """What is wrong, then the good ones by room."""
    found = instruments(visit.snapshot)
    size = visit.choice("size")
    if size not in ("small", "full"):
        size = "small" if len(found) >= SMALL_FROM else "full"
    return {
        "counts": {level: sum(one.level is level for one in found) for level in Level},
        "alarmed": sum(bool(one.alarms) for one in found),
        "wrong": [one for one in found if not one.well],
        "rooms": rooms([one for one in found if one.well]),
        "size": size,
        "brief": brief,
        "Level": Level,
    }


def brief(one: Instrument) -> list[tuple[Reading, bool]]:
    """What a tile has room for, and all that is not good or in alarm; whether it is in alarm."""
    found = [
        (reading, one.alarmed(group.name, reading.channel.name))
        for group in one.groups
        for reading in group.readings
    ]
    return [
        (reading, alarmed)
        for place, (reading, alarmed) in enumerate(found)
        if place < READINGS or reading.status or alarmed
    ]
