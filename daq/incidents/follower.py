"""The daemon's task that follows the journal and keeps incidents: see docs/decisions/0027.

As with alarms, what follows from entries and the position in the journal go into one commit, so
that whatever kills the daemon, nothing is opened twice or forgotten.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence

from daq.alarms.record import is_of_alarm
from daq.alarms.telling import append, on_disk
from daq.alarms.watcher import PAGE, RETRY, Source
from daq.alarms.watcher import STANDING as ALARMS_STANDING
from daq.incidents.course import course
from daq.incidents.desk import Desk
from daq.incidents.errors import IncidentError
from daq.incidents.happening import Happening, Joined, Opened, Recorded
from daq.incidents.incident import Incident
from daq.incidents.record import event_of
from daq.incidents.recorder import Wanted
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event
from daq.journal.errors import JournalError
from daq.pulse import Pulse

log = logging.getLogger(__name__)

JUDGED = "_incidents"
"""Whose cursor says how far events of alarms have been taken."""

STANDING = "_incidents-standing"
"""Whose cursor says before which entry the oldest incident begins that is remembered."""

SEEN = 10_000
"""Entries without an alarm after which the position is saved all the same."""

KEPT = 100
"""Closed incidents that are remembered, at most."""

KEPT_FOR = 7 * 86_400 * 1_000_000_000
"""ns for which a closed incident is remembered; the journal has it for as long as it has all."""


class Follower:
    """Takes events of alarms as they are committed, and does what people ask.

    Into ``wanted`` goes what traffic is to be kept.
    """

    def __init__(
        self,
        journal: Source,
        desk: Desk,
        clock: Callable[[], int],
        wanted: "asyncio.Queue[Wanted]",
    ) -> None:
        self.pulse = Pulse("incidents")
        self.desk = desk
        self._journal, self._clock, self._wanted = journal, clock, wanted
        self._judged = self._saved = 0
        self._ready = False
        self._asked: set[Wanted] = set()

    @property
    def judged(self) -> int:
        """The number of the last entry that was taken."""
        return self._judged

    @property
    def ready(self) -> bool:
        """Whether it knows what the journal knows of incidents: not at once after a start."""
        return self._ready

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                if not self._ready:
                    await self._restore()
                await self._follow()
            except JournalError as error:
                log.warning("incidents wait: %s", error)
                self.pulse.within(RETRY)
                await asyncio.sleep(RETRY)

    def check_ready(self) -> None:
        """See that people can be answered.

        Raises:
            IncidentError: what the journal knows of incidents is still being read.
        """
        if not self._ready:
            raise IncidentError(
                "what the journal knows of incidents is still being read; try again"
            )

    async def ask(self, decide: Callable[[Desk, int], list[Happening]]) -> tuple[Incident, bool]:
        """What people do, journalled at once: ``decide`` is given the desk and the time.

        The incident after it, and whether that is on the disk: people are not told that something
        is done which a power failure would undo.

        Raises:
            IncidentError: it cannot be done, or what the journal knows is still being read.
        """
        self.check_ready()
        happenings = decide(self.desk, self._clock())
        last = self._tell(happenings)
        one = self.desk.book.get(happenings[0].id)
        self._remember()
        return one, await on_disk(self._journal, last) and last > 0

    def recorded(self, name: str, what: Recorded) -> None:
        """Traffic was kept, or could not be."""
        self._tell(self.desk.recorded(name, self._clock(), what))

    async def course(self, incident: Incident) -> list[Event]:
        """The events of an incident so far.

        Raises:
            JournalError: the journal cannot be read.
        """
        last = incident.last or self._journal.committed
        return course(incident, await self._journal.events_between(incident.first - 1, last))

    async def _restore(self) -> None:
        committed = self._journal.committed
        cursor = self._journal.cursor(JUDGED)
        self._judged = committed if cursor is None else cursor.live
        known = [self._journal.cursor(name) for name in (STANDING, ALARMS_STANDING)]
        begin = min([self._judged, *(one.live for one in known if one)])
        events = await self._journal.events_between(begin, committed)
        self.desk.restore(events, self._judged)
        self._save()
        self._remember()
        self._ready = True

    async def _follow(self) -> None:
        self.pulse.rest()  # a disk that hangs is not cured by a restart
        await self._journal.wait_beyond(self._judged)
        entries = await self._journal.read(self._judged, PAGE)
        if entries:
            self._take(entries)
        else:  # they were deleted before they could be taken
            self._judged = self._journal.committed
        await asyncio.sleep(0)

    def _take(self, entries: Sequence[Entry]) -> None:
        """Without a pause between the events and the cursor: they are committed together."""
        alarms = [entry for entry in entries if isinstance(entry, Event) and is_of_alarm(entry)]
        for event in alarms:
            self._tell(self.desk.take(event))
        self._judged = entries[-1].seq
        if alarms or self._judged - self._saved >= SEEN:
            self._save()
            self._remember()

    def _save(self) -> None:
        self._saved = self._judged
        self._journal.save_cursor(JUDGED, Cursor(self._judged))

    def _tell(self, happenings: Iterable[Happening]) -> int:
        """Journal it; the number of the last event, 0 when there was no room."""
        seq = 0
        for happening in happenings:
            record = event_of(happening, self.desk.book.get(happening.id))
            seq = append(self._journal, record)
            self.desk.book.numbered(happening.id, seq or self._journal.committed)
            self._want(happening)
        return seq

    def _want(self, happening: Happening) -> None:
        """The traffic of buses that have just come to be concerned."""
        what = happening.what
        if not isinstance(what, (Opened, Joined)):
            return
        kept = {recording.bus for recording in self.desk.book.get(happening.id).recordings}
        for bus in what.reach.buses:
            wanted = Wanted(happening.id, bus)
            if bus not in kept and wanted not in self._asked and not self._wanted.full():
                self._asked.add(wanted)
                self._wanted.put_nowait(wanted)

    def _remember(self) -> None:
        """Forget what was closed long ago, and keep where the rest begins."""
        closed = [one for one in self.desk.book.incidents.values() if not one.is_open]
        closed.sort(key=lambda one: one.opened)
        limit = self._clock() - KEPT_FOR
        for number, one in enumerate(closed):
            if one.closed < limit or number < len(closed) - KEPT:
                self.desk.book.forget(one.id)
        firsts = [one.first for one in self.desk.book.incidents.values()]
        self._journal.save_cursor(STANDING, Cursor(min(firsts, default=self._judged + 1) - 1))
        self._journal.retire(STANDING)
