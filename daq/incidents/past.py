"""Incidents out of a journal, with or without a daemon."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from daq.incidents.course import course
from daq.incidents.desk import Desk
from daq.incidents.errors import IncidentError
from daq.incidents.incident import Incident
from daq.incidents.rules import Rules
from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader

_NS = 1_000_000_000
_EVER = 2**63 - 1


def incidents_since(reader: JournalReader, start: int | None = None) -> list[Incident]:
    """The incidents opened since then (ns since 1970 UTC), oldest first.

    Raises:
        JournalError: the journal cannot be read.
    """
    return list(_remembered(reader.events(Query(start=start))).book.incidents.values())


def find_incident(reader: JournalReader, name: str) -> Incident:
    """An incident by its name.

    Raises:
        IncidentError: the journal has none of this name.
        JournalError: it cannot be read.
    """
    return _remembered(reader.events(Query(start=_day_before(name)))).book.get(name)


def read_course(reader: JournalReader, incident: Incident) -> list[Event]:
    """The events of an incident, from the first alarm to its close.

    Raises:
        JournalError: the journal cannot be read.
    """
    last = incident.last or reader.last
    return course(incident, reader.events_between(incident.first - 1, last))


def _remembered(events: Iterable[Event]) -> Desk:
    desk = Desk(Rules())
    desk.restore(events, _EVER)
    return desk


def _day_before(name: str) -> int:
    """A day before the incident was opened: clocks are set, and machines move between zones."""
    try:
        day = datetime.strptime(name.partition("-")[0], "%Y%m%d").astimezone()
        return int((day - timedelta(days=1)).timestamp()) * _NS
    except (ValueError, OverflowError) as error:
        raise IncidentError(
            f"{name!r} is no incident; they are called by their day, such as 20261123-1: "
            "`daq incident list`"
        ) from error
