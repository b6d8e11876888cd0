"""What happened to one instrument, and the bytes that went over its bus."""

from itertools import islice

from daq.control.client import DeclinedError, NotRunningError
from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.web.data.period import Period
from daq.web.errors import told
from daq.web.traffic import last_traffic, shown
from daq.web.view import Shown, Sources
from daq.web.views.instrument.choices import choices, wanted
from daq.web.visit import Visit

FAULTS = 50
"""Events shown."""


async def faults(sources: Sources, visit: Visit) -> Shown:
    """What happened to the instrument and its bus in the period, the newest first."""
    one = wanted(visit)
    chosen = choices(visit, one)
    subjects = {one.name, one.status.bus if one.status else one.listed.bus}
    found = await sources.history.read(lambda reader: _events(reader, chosen.period, subjects))
    return {"one": one, "events": found[:FAULTS], "more": len(found) > FAULTS}


async def traffic(sources: Sources, visit: Visit) -> Shown:
    """The last bytes on its line."""
    one = wanted(visit)
    bus = one.status.bus if one.status else one.listed.bus
    try:
        about, found = await last_traffic(sources.socket, bus)
    except (NotRunningError, DeclinedError) as error:
        return {"one": one, "trouble": told(error, visit.text)}
    return {"one": one, "trouble": "", "about": about, "transactions": found, "bytes": shown}


def _events(reader: JournalReader, period: Period, subjects: set[str]) -> list[Event]:
    found = reader.events_back(Query(start=period.start, end=period.end))
    return list(islice((event for event in found if event.subject in subjects), FAULTS + 1))
