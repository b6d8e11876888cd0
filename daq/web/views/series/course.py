"""The series of a run out of the journal, read on from where it was read before."""

from typing import TYPE_CHECKING

from daq.journal.reader import JournalReader
from daq.series.errors import NoSeriesError
from daq.series.measured import RunSeries
from daq.series.past import find_series, read_on
from daq.web.errors import WrongLinkError
from daq.web.view import Sources
from daq.web.visit import Visit

if TYPE_CHECKING:
    from daq.journal.entry import Event

KEPT = 16
"""Series that are remembered."""


class Courses:
    """Gives series to all who look."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._kept: dict[str, tuple[int, int, RunSeries]] = {}

    async def of(self, visit: Visit) -> RunSeries:
        """The series of the run that a link names.

        Raises:
            WrongLinkError: there is none.
            JournalError: the journal cannot be read.
            BusyError: too many want to read it.
        """
        run = visit.path["id"]
        try:
            found = await self._sources.history.read(lambda reader: self._read(reader, run))
        except NoSeriesError as error:
            raise WrongLinkError("series", name=run) from error
        self._kept.pop(run, None)
        self._kept[run] = found
        while len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]
        return found[2]

    def _read(self, reader: JournalReader, run: str) -> tuple[int, int, RunSeries]:
        file, seq, one = self._kept.get(run, (0, 0, None))
        last = reader.last
        if one is None or file != reader.file or last < seq:
            return reader.file, last, find_series(reader, run)
        fresh: list[Event] = reader.events_between(seq, last) if last > seq else []
        return reader.file, last, read_on(one, fresh)
