"""The overview: a tile for each instrument, what is wrong first."""

from daq.web.data.lab import Instrument, instruments, rooms
from daq.web.data.problem import Level
from daq.web.data.reading import Reading
from daq.web.view import Shown, Sources, View
from daq.web.visit import Visit

SMALL_FROM = 40
"""Instruments from which on the good ones are shown small, unless the link says otherwise."""

READINGS = 6
"""Readings on a tile; what is not good comes in any case."""


def make(sources: Sources) -> View:
    """The view."""
    del sources  # the snapshot has it all
    return View(name="overview", path="/", home="/", template="overview/page.html", show=show)


async def show(visit: Visit) -> Shown:
    """What is wrong, then the good ones by room."""
    found = instruments(visit.snapshot)
    size = visit.choice("size")
    if size not in ("small", "full"):
        size = "small" if len(found) >= SMALL_FROM else "full"
    return {
        "counts": {level: sum(one.level is level for one in found) for level in Level},
        "wrong": [one for one in found if one.level is not Level.GOOD],
        "rooms": rooms([one for one in found if one.level is Level.GOOD]),
        "size": size,
        "brief": brief,
        "Level": Level,
    }


def brief(one: Instrument) -> list[Reading]:
    """The readings a tile has room for, and all that are not good."""
    return [
        reading for place, reading in enumerate(one.readings) if place < READINGS or reading.status
    ]
