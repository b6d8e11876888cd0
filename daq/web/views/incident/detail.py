"""One incident in full: as the daemon tells of it, or else out of the journal."""

import asyncio
import time

from daq.control.client import DeclinedError, NotRunningError
from daq.control.incident_status import detail_of
from daq.control.incidents import IncidentDetail, ask_incident
from daq.incidents.errors import IncidentError
from daq.incidents.past import find_incident, read_course
from daq.journal.reader import JournalReader
from daq.web.errors import WrongLinkError
from daq.web.view import Sources
from daq.web.visit import Visit

FRESH = 15.0
"""Seconds for which one out of the journal is kept: it is read through for it."""

KEPT = 16
"""So many of them."""


class Details:
    """Gives incidents in full to all who look."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kept: dict[str, tuple[float, IncidentDetail]] = {}

    async def of(self, visit: Visit) -> IncidentDetail:
        """The incident a link names.

        Raises:
            WrongLinkError: there is none of that name.
            JournalError: the journal cannot be read.
            BusyError: too many want to read it.
        """
        name = visit.path["id"]
        heard = visit.snapshot.heard
        if heard.speaks and any(one.id == name for one in heard.incidents or ()):
            try:
                return await asyncio.to_thread(ask_incident, self._sources.socket, name)
            except (NotRunningError, DeclinedError):
                pass  # just now it was there; the journal has it, too
        return await self._past(name)

    async def _past(self, name: str) -> IncidentDetail:
        until, kept = self._kept.get(name, (0.0, None))
        if kept is not None and time.monotonic() < until:
            return kept
        try:
            found = await self._sources.history.read(lambda reader: _read(reader, name))
        except IncidentError as error:
            raise WrongLinkError("incident", name=name) from error
        self._kept.pop(name, None)
        self._kept[name] = (time.monotonic() + FRESH, found)
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return found


def _read(reader: JournalReader, name: str) -> IncidentDetail:
    one = find_incident(reader, name)
    return detail_of(one, read_course(reader, one))
