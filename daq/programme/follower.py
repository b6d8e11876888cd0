"""The daemon's task that compares runs with their programmes while they go on.

What happened and how far the journal was looked at go into one commit, as with alarms, so that
whatever kills the daemon nothing is told twice or forgotten. While no run has a programme, it
reads nothing.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from daq.alarms.record import Record
from daq.alarms.source import Source
from daq.alarms.telling import append
from daq.journal import kinds
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry
from daq.journal.errors import JournalError
from daq.programme.errors import ProgrammeError
from daq.programme.fold import Fold
from daq.programme.happening import Happening
from daq.programme.judge import Judge
from daq.programme.keep import Keep, Kept
from daq.programme.plan import Plan
from daq.programme.programme import Programme
from daq.programme.progress import Progress, progress_of
from daq.programme.record import begun_event, event_of, programme_of
from daq.programme.state import State
from daq.pulse import Pulse
from daq.runs.run import Run

log = logging.getLogger(__name__)

JUDGED = "_programmes"
"""Whose cursor says how far entries have been compared; no sink's name begins with ``_``."""

LOOK = 1.0
"""Seconds between two looks at which runs there are."""

PAGE = 200
"""Entries compared before whatever else is due has its turn."""

SEEN = 10_000
"""Entries without anything to tell after which the position is saved all the same."""

KEPT = 50_000
"""Entries after which states are kept: as many are read again after a start, at most."""

RETRY = 5.0
"""Seconds to wait for a journal that cannot be read."""


class Follower:
    """Compares the runs that ``runs`` gives with what ``programmes`` says of them.

    ``runs`` gives those that go on and the latest that ended; None while that is not known.
    """

    def __init__(
        self,
        journal: Source,
        runs: Callable[[], Iterable[Run] | None],
        programmes: Callable[[], Mapping[str, Programme]],
        keep: Keep,
        clock: Callable[[], int],
        *,
        pulse: Pulse | None = None,
    ) -> None:
        self.pulse = pulse or Pulse("programmes")
        self._journal, self._runs, self._programmes = journal, runs, programmes
        self._keep, self._clock = keep, clock
        self._judges: dict[str, Judge] = {}
        self._firsts: dict[str, int] = {}
        self._refused: set[str] = set()
        self._judged: int | None = None
        self._saved = self._kept = 0

    @property
    def judged(self) -> int:
        """The number of the last entry that was compared; 0 before any was."""
        return self._judged or 0

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            try:
                await self._work()
            except JournalError as error:
                log.warning("programmes wait: %s", error)
                self.pulse.within(RETRY)
                await asyncio.sleep(RETRY)

    def progress(self, run: str) -> Progress | None:
        """How far a run is at this moment; None when it is not compared with a programme."""
        judge = self._judges.get(run)
        if judge is None:
            return None
        state = msgspec.json.decode(msgspec.json.encode(judge.fold.state), type=State)
        copy = Fold(judge.fold.plan, state.begun, state)
        copy.advance(self._clock())
        return progress_of(copy.plan, copy.state)

    async def _work(self) -> None:
        known = self._runs()
        if known is not None:
            await self._adopt([run for run in known if self._concerns(run)])
        if not self._judges:
            self.pulse.within(LOOK)
            await asyncio.sleep(LOOK)
            return
        self.pulse.rest()  # a disk that hangs is not cured by a restart
        assert self._judged is not None  # noqa: S101 - set with the first that was adopted
        try:
            async with asyncio.timeout(LOOK):
                await self._journal.wait_beyond(self._judged)
        except TimeoutError:
            return
        entries = await self._journal.read(self._judged, PAGE)
        if entries:
            self._take(entries)
        else:  # they were deleted before they could be compared
            self._judged = self._journal.committed
        await asyncio.sleep(0)

    # Which runs there are.

    def _concerns(self, run: Run) -> bool:
        """Whether there is, or may be, something to tell of it."""
        if not run.programme or run.state != "ended":
            return bool(run.programme)
        position = self._judged
        if position is None:
            cursor = self._journal.cursor(JUDGED)
            position = None if cursor is None else cursor.live
        return position is not None and run.last > position

    async def _adopt(self, going: Sequence[Run]) -> None:
        for name in self._judges.keys() - {run.id for run in going}:
            if not self._judges[name].fold.running:
                self._forget(name)
        new = [one for one in going if one.id not in {*self._judges, *self._refused}]
        if not new:
            return
        upto = self._judged if self._judges else None
        upto = self._begin(new) if upto is None else upto
        adopted = [(run, await self._caught_up_with(run, upto)) for run in new]
        # Not before: a journal that cannot be read meanwhile is begun with again, where it was.
        self._judged = upto
        for run, judge in adopted:
            if judge is not None:
                self._judges[run.id], self._firsts[run.id] = judge, run.first

    def _begin(self, new: Sequence[Run]) -> int:
        """From where on to follow: what was told before a restart is not told again."""
        cursor = self._journal.cursor(JUDGED) if self._judged is None else None
        before = self._journal.committed if cursor is None else cursor.live
        return max(before, min(run.first for run in new) - 1)

    async def _caught_up_with(self, run: Run, upto: int) -> Judge | None:
        """What compares a run, as of an entry; None where there is no programme for it."""
        begun, known = await self._journalled(run)
        programme = known or self._programmes().get(run.programme)
        if programme is None:
            self._refused.add(run.id)
            log.warning("run %s: no [programme.%s] in the configuration", run.id, run.programme)
            return None
        kept = self._keep.load(run.id, programme)
        judge, records = await self._caught_up(
            Judge(Plan(programme), run.id, begun), run.first, kept, upto
        )
        # A journal that is full has given up its beginning, and what was told there.
        if known is None and kept is None:
            self._tell([begun_event(run.id, judge.fold.plan, self._clock()), *records])
            self._save(upto)
        return judge

    async def _journalled(self, run: Run) -> tuple[int, Programme | None]:
        """When it began, as the journal dates it, and what it has been compared with before."""
        begun, found = run.begun, None
        events = await self._journal.events_between(run.first - 1, self._journal.committed)
        for event in events:
            if event.subject == run.id and event.kind == kinds.RUN_STARTED.name:
                begun = event.time
            elif event.subject == run.id and event.kind == kinds.PROGRAMME_BEGUN.name:
                try:
                    found = programme_of(event)
                except ProgrammeError as error:
                    log.warning("run %s: %s", run.id, error)
        return begun, found

    async def _caught_up(
        self, judge: Judge, after: int, kept: Kept | None, upto: int
    ) -> tuple[Judge, list[Record]]:
        """What the entries up to now come to, and what there is to tell of them."""
        if kept is not None and kept.seq <= upto:
            plan = judge.fold.plan
            judge, after = Judge(plan, judge.run, kept.state.begun, kept.state), kept.seq
        records = self._records(judge, judge.drain())
        while after < upto:
            self.pulse.rest()
            entries = await self._journal.read(after, PAGE, upto)
            if not entries:
                break
            for entry in entries:
                records += self._records(judge, judge.take(entry))
            after = entries[-1].seq
            await asyncio.sleep(0)
        return judge, records

    def _forget(self, name: str) -> None:
        del self._judges[name], self._firsts[name]
        self._keep.drop(name)

    # What happens in them.

    def _take(self, entries: Sequence[Entry]) -> None:
        """Without a pause between the events and the cursor: they are committed together."""
        records: list[Record] = []
        for entry in entries:
            for name, judge in self._judges.items():
                if entry.seq <= self._firsts[name]:  # it had not begun
                    continue
                records += self._records(judge, judge.take(entry))
        self._judged = entries[-1].seq
        self._tell(records)
        if records or self._judged - self._saved >= SEEN:
            self._save(self._judged)
        if self._judged - self._kept >= KEPT:
            self._keep_states()

    @staticmethod
    def _records(judge: Judge, happenings: Iterable[Happening]) -> list[Record]:
        plan, state = judge.fold.plan, judge.fold.state
        return [event_of(judge.run, one, plan, state) for one in happenings]

    def _tell(self, records: Iterable[Record]) -> None:
        for record in records:
            append(self._journal, record)

    def _save(self, judged: int) -> None:
        self._saved = judged
        self._journal.save_cursor(JUDGED, Cursor(judged))
        self._journal.retire(JUDGED)

    def _keep_states(self) -> None:
        assert self._judged is not None  # noqa: S101 - there is something to keep
        self._kept = self._judged
        for name, judge in self._judges.items():
            programme = judge.fold.plan.programme
            self._keep.save(name, programme, self._judged, judge.fold.state)
