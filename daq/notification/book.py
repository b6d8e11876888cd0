"""The ledger in the journal: what it follows from is read there, what was sent is written there.

What was sent is an event, and the numbers of the events that still matter stand in a cursor: both
are appended in one turn of the event loop, and one commit takes both. A restart reads those
events and the ones after them, and owes nobody more or less than before.
"""

import asyncio
from contextlib import suppress

from msgspec.structs import asdict

from daq.alarms.flooding import is_of_flood
from daq.alarms.record import is_of_alarm
from daq.alarms.watcher import STANDING
from daq.journal.cursor import Cursor
from daq.journal.entry import Event
from daq.notification.ledger import Ledger, ranges
from daq.notification.record import Record
from daq.notification.source import Source

TOLD = "_notification"
"""Whose cursor says which events have been taken, and which of them still matter."""

NOBODY = -1
"""Where that cursor is while there is nobody to tell."""

STRIDE = 10_000
"""Entries after which the cursor is saved, though no event was among them."""

START = 1.0
"""Seconds in which the start of this daemon is committed: it is not to be taken for a crash."""

FEW = 2000
"""Entries that are taken from the journal's memory, scans among them."""


class Book:
    """The ledger of a journal; ``taken`` is the number of the last entry that was taken."""

    def __init__(self, journal: Source) -> None:
        self.ledger = Ledger()
        self.taken = NOBODY
        self._journal = journal
        self._saved = Cursor(NOBODY)
        self._fresh = False

    def close(self) -> None:
        """While there is nobody to tell, nothing is owed: who comes later begins anew."""
        self.ledger, self.taken = Ledger(), NOBODY
        if self._journal.cursor(TOLD) is not None:
            self._journal.save_cursor(TOLD, Cursor(NOBODY))
        self._journal.retire(TOLD)

    async def open(self) -> None:
        """Know what was known when the daemon was stopped or killed.

        Raises:
            JournalError: the journal cannot be read.
        """
        cursor = self._journal.cursor(TOLD)
        if cursor is None or cursor.live == NOBODY:
            await self._begin()
            return
        self.ledger = Ledger(went_on=True)
        for first, last in cursor.backlog:
            for event in await self._journal.events_between(first - 1, last):
                self.ledger.take(event)
        self.taken, self._saved = cursor.live, cursor
        self._journal.retire(TOLD)

    async def follow(self, within: float) -> bool:
        """Take what was committed since, or wait for it; whether there was any event.

        Raises:
            JournalError: the journal cannot be read.
        """
        await self._wait(self.taken, within)
        upto = self._journal.committed
        if upto <= self.taken:
            return False
        events = await self._events(upto)
        for event in events:
            self.ledger.take(event)
        self.taken = upto
        self._fresh = self._fresh or bool(events)
        return bool(events)

    def append(self, told: Record, time: int) -> None:
        """Journal what was done about it, and know it at once."""
        seq = self._journal.append_event(
            told.kind, told.subject, told.text, severity=told.severity, data=told.data, time=time
        )
        event = Event(seq=seq, time=time, **asdict(told))
        if seq:
            self.ledger.early(event)
        else:  # no room: it does not come back from the journal
            self.ledger.take(event)
        self.save()
        self._journal.hasten()  # what was sent and is not committed would be sent again

    def save(self) -> None:
        """Where something has changed, and now and then where nothing has."""
        kept = self.ledger.kept()  # those beyond it are read in any case
        backlog = ranges([seq for seq in kept if seq <= self.taken])
        far = self.taken - self._saved.live >= STRIDE
        if not self._fresh and not far and backlog == self._saved.backlog:
            return
        self._fresh, self._saved = False, Cursor(self.taken, backlog)
        self._journal.save_cursor(TOLD, self._saved)
        self._journal.retire(TOLD)

    async def _begin(self) -> None:
        """Alarms that stand already are told; what else was before there was anybody is not."""
        await self._wait(self._journal.committed, START)
        self.ledger, upto = Ledger(), self._journal.committed
        standing = self._journal.cursor(STANDING)
        self._journal.retire(STANDING)
        if standing is not None:
            for event in await self._journal.events_between(standing.live, upto):
                if is_of_alarm(event) or is_of_flood(event):
                    self.ledger.take(event)
        self.taken, self._fresh = upto, True
        self.save()

    async def _events(self, upto: int) -> list[Event]:
        """A few entries are still in memory; of many only the events are read."""
        if upto - self.taken > FEW:
            return await self._journal.events_between(self.taken, upto)
        entries = await self._journal.read(self.taken, FEW, upto)
        return [entry for entry in entries if isinstance(entry, Event)]

    async def _wait(self, seq: int, within: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await self._journal.wait_beyond(seq)
