"""The daemon's task that follows the journal and judges what was committed.

It reads what a pump reads and never what is not yet durable, so that acquisition cannot wait for
it. Its position is kept as a sink's is, and is saved in the turn of the event loop in which the
events are appended: one commit takes both or neither. What was judged is therefore judged once,
whatever kills the daemon.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from msgspec.structs import asdict, replace

from daq.alarms.board import Board, Change
from daq.alarms.desk import Desk
from daq.alarms.errors import AlarmError
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event, Severity
from daq.journal.errors import JournalError
from daq.journal.eventcodec import Data
from daq.pulse import Pulse

log = logging.getLogger(__name__)

JUDGED = "_alarms"
"""Whose cursor says how far has been judged; no sink's name begins with ``_``."""

NOBODY = -1
"""Where that cursor is while there are no rules."""

STANDING = "_alarms-standing"
"""Whose cursor says where the oldest event is that still says how an alarm is."""

PAGE = 200
"""Entries judged before whatever else is due has its turn: a few milliseconds."""

RETRY = 5.0
"""Seconds to wait for a journal that cannot be read."""


class Source(Protocol):
    """What is needed of the journal."""

    @property
    def committed(self) -> int:
        """The newest durable entry; 0 when there is none."""
        ...

    async def wait_beyond(self, seq: int) -> int:
        """Wait until ``committed`` is greater than ``seq``; returns it."""
        ...

    async def read(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        """At most ``limit`` committed entries after ``after``, up to ``upto``, in order."""
        ...

    async def events_between(self, after: int, upto: int) -> list[Event]:
        """The committed events beyond ``after``, up to ``upto``, in order."""
        ...

    def cursor(self, sink: str) -> Cursor | None:
        """The cursor of this name; None when there is none."""
        ...

    def save_cursor(self, sink: str, cursor: Cursor) -> None:
        """Keep a cursor; durable with the next commit."""
        ...

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
        time: int | None = None,
    ) -> int:
        """Journal an event; returns its number, or 0 when there was no room."""
        ...

    def retire(self, sink: str) -> None:
        """A cursor is of no sink that has to be given all entries."""
        ...


class Watcher:
    """Judges the entries of a journal as they are committed, and does what people ask.

    ``history`` is how many entries before the last judged one are shown to the rules after a
    restart, so that windows and charts are not empty.
    """

    def __init__(
        self, journal: Source, desk: Desk, clock: Callable[[], int], history: int = 100_000
    ) -> None:
        self.pulse = Pulse("alarms")
        self._journal, self._desk, self._clock = journal, desk, clock
        self._history = history
        self._judged = 0
        self.last: dict[str, Event] = {}
        """The event of each alarm that says how it is."""
        self.changed = asyncio.Event()
        """Set when an alarm has changed, or is known again; whoever waits for it clears it."""
        self._ready = False

    @property
    def board(self) -> Board:
        """The alarms and their lives."""
        return self._desk.board

    @property
    def judged(self) -> int:
        """The number of the last entry that was judged."""
        return self._judged

    @property
    def ready(self) -> bool:
        """Whether it knows what the journal knows of alarms: not at once after a start."""
        return self._ready

    async def run(self) -> None:
        """Judge until cancelled; without rules there is nothing to do."""
        if self._desk.empty:
            self._rest()
            return
        while True:
            try:
                if not self._ready:
                    await self._restore()
                await self._judge()
            except JournalError as error:
                log.warning("alarms wait: %s", error)
                self.pulse.within(RETRY)
                await asyncio.sleep(RETRY)

    def ask(self, name: str, what: What, *, by: str, why: str = "", until: int = 0) -> Change:
        """What people do with an alarm; journalled at once.

        Raises:
            AlarmError: there is no such alarm, this does not fit the state it is in, or what
                the journal knows is still being read.
        """
        if not self._ready:
            raise AlarmError("what the journal knows of alarms is still being read; try again")
        change = self._desk.ask(name, what, self._clock(), by=by, why=why, until=until)
        self._tell([change])
        return change

    def _rest(self) -> None:
        """Rules that come later are not to judge what was in between."""
        self._known()
        if self._journal.cursor(JUDGED) is not None:
            self._journal.save_cursor(JUDGED, Cursor(NOBODY))
        self._journal.retire(JUDGED)

    async def _restore(self) -> None:
        cursor = self._journal.cursor(JUDGED)
        if cursor is None or cursor.live == NOBODY:  # begin with what is measured from now on
            self._judged = self._journal.committed
            self._journal.save_cursor(JUDGED, Cursor(self._judged))
        else:
            self._judged = cursor.live
            await self._warm(max(cursor.live - self._history, 0), cursor.live)
            await self._remember(cursor.live)
        self._known()

    def _known(self) -> None:
        self._ready = True
        self.changed.set()

    async def _warm(self, after: int, upto: int) -> None:
        while after < upto:
            self.pulse.rest()
            entries = await self._journal.read(after, PAGE, upto)
            if not entries:
                return
            for entry in entries:
                self._desk.warm(entry)
            after = entries[-1].seq
            await asyncio.sleep(0)

    async def _remember(self, judged: int) -> None:
        """The events of alarms, of people's doings beyond the last judged entry as well."""
        standing = self._journal.cursor(STANDING)
        after = standing.live if standing else judged
        events = await self._journal.events_between(after, self._journal.committed)
        self._desk.restore(events)
        for event in events:
            if event.subject in self.board:
                self.last[event.subject] = event

    async def _judge(self) -> None:
        self.pulse.rest()  # a disk that hangs is not cured by a restart
        await self._journal.wait_beyond(self._judged)
        entries = await self._journal.read(self._judged, PAGE)
        if entries:
            self._take(entries)
        else:  # they were deleted before they could be judged
            self._judged = self._journal.committed
        await asyncio.sleep(0)

    def _take(self, entries: Sequence[Entry]) -> None:
        """Without a pause between the events and the cursor: they are committed together."""
        for entry in entries:
            self._tell(self._desk.take(entry))
        self._judged = entries[-1].seq
        self._journal.save_cursor(JUDGED, Cursor(self._judged))

    def _tell(self, changes: Iterable[Change]) -> None:
        for change in changes:
            record = event_of(change)
            noticed: Data = {"noticed": self._clock()} if change.began else {}
            record = replace(record, data=record.data | noticed)
            seq = self._journal.append_event(
                record.kind,
                record.subject,
                record.text,
                severity=record.severity,
                data=record.data,
                time=record.time,
            )
            told = Event(seq=seq or self._journal.committed, **asdict(record))
            self.last[record.subject] = told
            self.changed.set()
            self._journal.save_cursor(STANDING, Cursor(self._oldest() - 1))
            self._journal.retire(STANDING)

    def _oldest(self) -> int:
        """The number of the oldest event that still says how an alarm is."""
        standing = [last.seq for last in self.last.values() if self._standing(last.subject)]
        return min(standing, default=max((last.seq for last in self.last.values()), default=1))

    def _standing(self, name: str) -> bool:
        return name in self.board and not self.board.life(name).resting
