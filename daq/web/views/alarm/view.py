"""One alarm: how it is, what it watches, what happened to it, and doing something with it."""

from functools import partial

from daq.alarms.lifecycle import State
from daq.alarms.record import KIND_OF
from daq.journal.errors import JournalError
from daq.web.data.alarms import AlarmNow, alarms
from daq.web.data.events.wanted import Wanted
from daq.web.data.lab import instrument
from daq.web.data.reading import Reading
from daq.web.data.snapshot import Snapshot
from daq.web.errors import BusyError, WrongLinkError, told
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.alarm.act import SHELVES, answer
from daq.web.visit import Visit

SHOWN = 50
"""Events of its history."""

KINDS = frozenset(kind.name for kind in KIND_OF.values())


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="alarm",
        path="/alarm/{name}",
        template="alarm/page.html",
        show=_show,
        parts=(
            Part(path="history", template="alarm/history.html", show=partial(_history, sources)),
        ),
        answers=(Answer(path="act", give=partial(answer, sources), method="POST", needs="alarms"),),
    )


async def _show(visit: Visit) -> Shown:
    one = _wanted(visit)
    return {
        "one": one,
        "readings": _readings(visit.snapshot, one) if one else (),
        "shelves": SHELVES,
        "State": State,
    }


async def _history(sources: Sources, visit: Visit) -> Shown:
    """What happened to it, the newest first; what the alarms of the past were is there, too."""
    name = visit.path["name"]
    wanted = Wanted(kinds=KINDS, subjects=frozenset({name}))
    try:
        found = await sources.history.read(lambda reader: sources.log.search(reader, wanted, SHOWN))
    except (JournalError, BusyError) as error:
        return {"name": name, "events": (), "more": False, "trouble": told(error, visit.text)}
    events = [told.event for told in found.events]
    return {"name": name, "events": events, "more": bool(found.before), "trouble": ""}


def _wanted(visit: Visit) -> AlarmNow | None:
    """The alarm a link names; None while nothing of alarms is known.

    Raises:
        WrongLinkError: there is none of that name.
    """
    name = visit.path["name"]
    found = next((one for one in alarms(visit.snapshot) if one.name == name), None)
    if found is None and visit.snapshot.heard.alarms is not None:
        raise WrongLinkError("alarm", name=name)
    return found


def _readings(snapshot: Snapshot, one: AlarmNow) -> list[tuple[str, str, str, Reading]]:
    """Instrument, title, ``group.channel`` and newest reading of each channel it watches."""
    found: list[tuple[str, str, str, Reading]] = []
    for name in dict.fromkeys(watched.instrument for watched in one.listed.channels):
        there = instrument(snapshot, name)
        for group in there.groups if there else ():
            found += [
                (name, there.title, f"{group.name}.{reading.channel.name}", reading)
                for reading in group.readings
                if there and one.watches(name, group.name, reading.channel.name)
            ]
    return found
