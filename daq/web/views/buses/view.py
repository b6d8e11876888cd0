"""The buses: how busy and punctual each is, who answers, the plan against what is measured."""

from daq.journal.entry import Event
from daq.web.data.bus import Bus, buses
from daq.web.data.problem import Level
from daq.web.data.snapshot import Snapshot
from daq.web.draw.lateness import draw_lateness
from daq.web.draw.meter import draw_meter
from daq.web.errors import WrongLinkError
from daq.web.sheets import sheet_answer
from daq.web.view import Shown, Sources, View
from daq.web.views.buses.sheet import COLUMNS, rows
from daq.web.visit import Visit

DETAILED = 8
"""Buses shown in full, unless the link names one; of more, those that are wrong."""

EVENTS = 10


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="buses",
        path="/buses",
        home="/buses",
        template="buses/page.html",
        show=show,
        answers=(sheet_answer(sources, "buses", COLUMNS, rows),),
    )


async def show(visit: Visit) -> Shown:
    """All buses in a table, then those that are looked at in full."""
    found = buses(visit.snapshot)
    chosen = visit.choice("bus")
    detailed = _detailed(found, chosen)
    return {
        "buses": found,
        "chosen": chosen,
        "detailed": detailed,
        "counts": {level: sum(bus.level is level for bus in found) for level in Level},
        "events": happened(visit.snapshot, {bus.name for bus in detailed}) if detailed else (),
        "Level": Level,
        "draw_meter": draw_meter,
        "draw_lateness": draw_lateness,
    }


def happened(snapshot: Snapshot, wanted: set[str]) -> tuple[Event, ...]:
    """The latest events of some buses and of what is on them, the newest first."""
    status = snapshot.heard.status
    members = (
        {one.name for one in status.instruments if one.bus in wanted} if status else set[str]()
    )
    found = [event for event in snapshot.events if event.subject in wanted | members]
    return tuple(reversed(found[-EVENTS:]))


def _detailed(found: tuple[Bus, ...], chosen: str) -> tuple[Bus, ...]:
    if chosen:
        named = tuple(bus for bus in found if bus.name == chosen)
        if not named:
            raise WrongLinkError("bus", name=chosen[:60])
        return named
    if len(found) <= DETAILED:
        return found
    return tuple(bus for bus in found if bus.level is not Level.GOOD)[:DETAILED]
