"""The course of an incident: those events of the journal that belong to it. Pure."""

from collections.abc import Iterable

from daq.incidents.incident import Incident
from daq.journal.entry import Event
from daq.journal.kinds import KINDS

_ABOUT = {kind.name: kind.about for kind in KINDS}

EVERYWHERE = frozenset({"daq", "journal"})
"""What happens to the daemon itself, or to its journal, may be why something is not in it."""


def course(incident: Incident, events: Iterable[Event]) -> list[Event]:
    """Of events in the order of the journal those of the incident, up to its close."""
    found: list[Event] = []
    for event in events:
        if incident.last and event.seq > incident.last:
            break
        if event.seq >= incident.first and _belongs(incident, event):
            found.append(event)
    return found


def _belongs(incident: Incident, event: Event) -> bool:
    about = _ABOUT.get(event.kind)
    if about in EVERYWHERE:
        return True
    names: dict[str, tuple[str, ...]] = {
        "incident": (incident.id,),
        "alarm": tuple(alarm.name for alarm in incident.alarms),
        "instrument": incident.reach.instruments,
        "bus": incident.reach.buses,
    }
    return about is not None and event.subject in names.get(about, ())
