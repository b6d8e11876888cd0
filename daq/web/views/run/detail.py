"""One run in full, out of the journal; kept for as long as the daemon says nothing new of it."""

import time

from daq.control.runs import RunStatus
from daq.runs.detail import RunDetail, read_detail
from daq.runs.errors import NoSuchRunError
from daq.web.errors import WrongLinkError
from daq.web.view import Sources
from daq.web.visit import Visit

FRESH = 15.0
"""Seconds for which one is kept: the journal is read through for it."""

KEPT = 16
"""So many of them."""


class Details:
    """Gives runs in full to all who look."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kept: dict[str, tuple[float, RunStatus | None, RunDetail]] = {}

    async def of(self, visit: Visit) -> RunDetail:
        """The run a link names.

        Raises:
            WrongLinkError: there is none of that number.
            JournalError: the journal cannot be read.
            BusyError: too many want to read it.
        """
        name = visit.path["id"]
        heard = next((one for one in visit.snapshot.heard.runs or () if one.id == name), None)
        if name in self._kept:
            until, before, kept = self._kept[name]
            if before == heard and time.monotonic() < until:
                return kept
        try:
            found = await self._sources.history.read(lambda reader: read_detail(reader, name))
        except NoSuchRunError as error:
            raise WrongLinkError("run", name=name[:60]) from error
        self._keep(name, heard, found)
        return found

    def _keep(self, name: str, heard: RunStatus | None, found: RunDetail) -> None:
        self._kept.pop(name, None)
        self._kept[name] = (time.monotonic() + FRESH, heard, found)
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
