"""The daemon's task that follows the journal and judges what was committed.

It reads what a pump reads and never what is not yet durable, so that acquisition cannot wait for
it. Its position is kept as a sink's is, and is saved in the turn of the event loop in which the
events are appended: one commit takes both or neither. What was judged is therefore judged once,
whatever kills the daemon.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec.structs import asdict, replace

from daq.alarms.board import Board, Change
from daq.alarms.check import is_check
from daq.alarms.conditions.check_standard import MOST
from daq.alarms.desk import Desk
from daq.alarms.errors import AlarmError
from daq.alarms.flooding import is_of_flood, lasting
from daq.alarms.idle import LOOK, Idle
from daq.alarms.latest import Latest
from daq.alarms.lifecycle import What
from daq.alarms.record import Told, event_of, is_of_alarm, life_of, retirement
from daq.alarms.rule import Rule
from daq.alarms.source import Source
from daq.alarms.telling import append
from daq.journal import kinds
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event
from daq.journal.errors import JournalError
from daq.pulse import Pulse

log = logging.getLogger(__name__)

JUDGED = "_alarms"
"""Whose cursor says how far has been judged; no sink's name begins with ``_``."""

NOBODY = -1
"""Where that cursor is while there are no rules."""

STANDING = "_alarms-standing"
"""Whose cursor says where the oldest event is that still says how an alarm is."""

RUNS_STANDING = "_runs-standing"
"""Whose cursor says before which entry the oldest run begins that may go on."""

PAGE = 200
"""Entries judged before whatever else is due has its turn: a few milliseconds."""

MARGIN = 1_000_000
"""ns: the journal keeps times less finely than they are read, and a replay must find the same."""

CATCH_UP = 30.0
"""Seconds in which new rules are shown the past, at most."""

RETRY = 5.0
"""Seconds to wait for a journal that cannot be read."""


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
        self.latest = Latest()
        """The events that say how each alarm is."""
        self.changed = asyncio.Event()
        """Set when an alarm has changed, or is known again; whoever waits for it clears it."""
        self._idle = Idle()
        self._passed = 0
        self._checks: dict[str, deque[int]] = {}
        self._flood = 0
        self._unmarked = False
        self._ready = False
        self._exchanged = asyncio.Event()

    @property
    def last(self) -> Mapping[str, Event]:
        """The event of each alarm that says how it is."""
        return self.latest.last

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
        """Judge until cancelled; without rules there is nothing to do until some come."""
        while True:
            try:
                await self._work()
            except JournalError as error:
                log.warning("alarms wait: %s", error)
                self.pulse.within(RETRY)
                await asyncio.sleep(RETRY)

    async def _work(self) -> None:
        self.pulse.rest()  # a disk that hangs is not cured by a restart
        if not self._ready:
            await self._restore(self._desk)
        elif self._desk.empty:
            self._exchanged.clear()
            await self._exchanged.wait()
        else:
            await self._judge()

    async def change(self, rules: Iterable[Rule]) -> None:
        """Judge by other rules from the next entry on.

        What is the same stays as it is, with its windows and sums; new rules are shown the
        history first, while the old ones go on judging. Alarms that are gone are retired.
        """
        fresh, was = Desk(rules), self._desk
        if self._ready and not was.empty and fresh.learns_from(was):
            await self._catch_up(fresh)
        self._desk = fresh
        if not self._ready:
            return
        if was.empty and not fresh.empty:
            self._begin()
        self._tell(fresh.follow(was, self._clock()))
        self._mark()
        if fresh.empty:
            self._forgo()
        self._exchanged.set()
        self.changed.set()

    async def _catch_up(self, desk: Desk) -> None:
        seen = max(self._judged - self._history, 0)
        try:
            async with asyncio.timeout(CATCH_UP):
                await self._recall_far(desk, self._judged)
                while seen < self._judged:
                    seen = await self._warm(desk, seen, self._judged)
        except (TimeoutError, JournalError) as error:
            log.warning("changed rules of alarms begin without all of the past: %r", error)

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
        self._mark()
        return change

    def _forgo(self) -> None:
        """Rules that come later are not to judge what was in between."""
        if self._journal.cursor(JUDGED) is not None:
            self._journal.save_cursor(JUDGED, Cursor(NOBODY))
        self._journal.retire(JUDGED)

    def _begin(self) -> None:
        """Begin with what is measured from now on."""
        self._judged = self._journal.committed
        self._journal.save_cursor(JUDGED, Cursor(self._judged))

    async def _restore(self, desk: Desk) -> None:
        cursor = self._journal.cursor(JUDGED)
        events: list[Event] = []
        if cursor is not None and cursor.live == NOBODY:
            cursor = None
        if cursor is not None:
            self._judged = cursor.live
            if not desk.empty:
                await self._recall_far(desk, cursor.live)
                await self._warm(desk, max(cursor.live - self._history, 0), cursor.live)
            events = await self._standing_events(cursor.live)
        if desk is not self._desk:  # a reload came: once more, with the others
            return
        if cursor is None:
            self._begin()
        self._remember(events)
        if desk.empty:
            self._forgo()
        self._ready = True
        self.changed.set()

    async def _warm(self, desk: Desk, after: int, upto: int) -> int:
        """Show a desk what has been judged; returns how far."""
        while after < upto:
            self.pulse.rest()
            entries = await self._journal.read(after, PAGE, upto)
            if not entries:
                break
            for entry in entries:
                desk.warm(entry)
            after = entries[-1].seq
            await asyncio.sleep(0)
        return upto

    async def _recall_far(self, desk: Desk, judged: int) -> None:
        """Show a desk what happened before the history and still counts: of runs that go on."""
        known = self._journal.cursor(RUNS_STANDING) if desk.far else None
        if known is None:
            return
        self._journal.retire(RUNS_STANDING)
        before = min(max(judged - self._history, 0), judged)
        for event in await self._journal.events_between(known.live, before):
            if event.kind in desk.far:
                desk.warm(event)

    async def _standing_events(self, judged: int) -> list[Event]:
        """The events of alarms, of people's doings beyond the last judged entry as well."""
        standing = self._journal.cursor(STANDING)
        after = standing.live if standing else judged
        return await self._journal.events_between(after, self._journal.committed)

    def _remember(self, events: Sequence[Event]) -> None:
        self._desk.restore(events)
        for event in events:
            if is_check(event) or is_of_flood(event):
                self._keep(event)
        gone: dict[str, Event] = {}
        for event in filter(is_of_alarm, events):
            if event.subject in self.board:
                self._keep(event)
            else:
                gone[event.subject] = event
        told = [event for event in gone.values() if not life_of(event).resting]
        self._tell(retirement(event, self._clock()) for event in told)
        self._tell(self._desk.settle(self._clock()))
        self._mark()

    async def _judge(self) -> None:
        try:
            async with asyncio.timeout(LOOK):
                await self._journal.wait_beyond(self._judged)
        except TimeoutError:
            self._rest()
            return
        entries = await self._journal.read(self._judged, PAGE)
        if entries:
            self._take(entries)
        else:  # they were deleted before they could be judged
            self._judged = self._journal.committed
        await asyncio.sleep(0)

    def _rest(self) -> None:
        """Where nothing is journalled, journal that time goes by when a rule waits for it.

        So that a replay has the same time. It is counted from the last entry, not read from the
        wall clock: that may have been set, and the event that says so may not be there yet.
        """
        passed = self._idle.look(asyncio.get_running_loop().time())
        now = self._desk.now + passed if self._desk.now else self._clock()
        if self._passed == self._judged + 1 or self._desk.due() > now - 2 * MARGIN:
            return
        seq = self._journal.append_event(
            kinds.TIME_PASSED.name,
            "daq",
            "nothing was journalled: time goes by for the rules of alarms",
            time=now // MARGIN * MARGIN,
        )
        self._passed = self._judged + 1 if seq else 0

    def _take(self, entries: Sequence[Entry]) -> None:
        """Without a pause between the events and the cursor: they are committed together."""
        for entry in entries:
            self._tell(self._desk.take(entry))
        self._mark()
        self._judged = entries[-1].seq
        self._idle.judged(asyncio.get_running_loop().time())
        self._journal.save_cursor(JUDGED, Cursor(self._judged))

    def _tell(self, said: Iterable[Told]) -> None:
        for told in said:
            record = event_of(told)
            if isinstance(told, Change) and told.began:
                record = replace(record, data={**record.data, "noticed": self._clock()})
            seq = append(self._journal, record)
            self._keep(Event(seq=seq or self._journal.committed, **asdict(record)))
            self._unmarked = True
            self.changed.set()

    def _mark(self) -> None:
        """Where a start goes on from: once for all that was told in a turn, which may be much."""
        if self._unmarked:
            self._unmarked = False
            self._journal.save_cursor(STANDING, Cursor(self._oldest() - 1))
            self._journal.retire(STANDING)

    def _keep(self, event: Event) -> None:
        """Note where the events are from which a start goes on."""
        if is_check(event):
            checks = self._checks.setdefault(event.subject, deque(maxlen=MOST))
            checks.append(event.seq)
        elif is_of_flood(event):
            self._flood = event.seq if lasting([event]) else 0
        else:
            self.latest.note(event)

    def _oldest(self) -> int:
        """The number of the oldest event that still says how an alarm is."""
        needed = self.latest.needed(sort.name for sort, life in self.board if not life.resting)
        needed += [seqs[0] for name, seqs in self._checks.items() if self._desk.rule(name)]
        needed += [self._flood] if self._flood else []
        return min(needed, default=self.latest.newest)
