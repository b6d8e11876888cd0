"""The list of alarms: what waits for somebody first, by priority; who signed in acknowledges."""

from collections.abc import Sequence

import msgspec

from daq.web.data.alarms import AlarmNow, Place, alarms, told_of_alarms
from daq.web.view import Shown, Sources, View
from daq.web.visit import Visit

PLACES: Sequence[Place] = ("waiting", "standing", "quiet")
"""The parts of the list; of the normal ones there is a number, and all of them when asked."""


class Section(msgspec.Struct, frozen=True):
    """A part of the list."""

    place: Place
    alarms: tuple[AlarmNow, ...]


def make(sources: Sources) -> View:
    """The view."""
    del sources  # the snapshot has it all
    return View(
        name="alarms",
        path="/alarms",
        home="/alarms",
        template="alarms/page.html",
        show=_show,
        about=told_of_alarms,
    )


async def _show(visit: Visit) -> Shown:
    found = alarms(visit.snapshot)
    every = visit.choice("show") == "all"
    places = (*PLACES, "normal") if every else PLACES
    sections = [Section(place, tuple(a for a in found if a.place == place)) for place in places]
    return {
        "sections": [section for section in sections if section.alarms],
        "configured": bool(found),
        "every": every,
    }
