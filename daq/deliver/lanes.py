"""What a pump writes next, and what an answer means for the cursor."""

import asyncio
import time
from collections.abc import Iterable

from daq.backoff import Backoff
from daq.deliver.lane import Batch, Lane
from daq.deliver.newest import Newest
from daq.deliver.progress import Progress
from daq.deliver.refusals import Refusals
from daq.deliver.settings import PumpSettings
from daq.deliver.sink import Outcome
from daq.deliver.source import EntrySource
from daq.deliver.statistics import Statistics
from daq.deliver.suspects import Suspects
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Scan


class Lanes:
    """The live lane and the backlog lane of one sink, in turns.

    A live batch always reaches to the newest committed entry: when more wait than it may
    carry, the oldest are left to the backlog. What is left there unseen is looked through for
    the newest of each topic first, so that in either lane a scan is known to be the newest of
    its topic, or not to be.
    """

    def __init__(
        self, source: EntrySource, sink: str, settings: PumpSettings, statistics: Statistics
    ) -> None:
        self._source = source
        self._sink = sink
        self._settings = settings
        self._statistics = statistics
        self._clock = asyncio.get_running_loop().time
        self._progress = Progress(self._start())
        self.refusals = Refusals(source, sink)
        self._newest = Newest()
        self._known_before = source.committed
        self._suspects = Suspects(settings.attempts)
        self._live = self._lane(settings.live_limit)
        self._backlog = self._lane(settings.backlog_batch)
        self._backlog_first = False
        self._handed = 0.0

    def lag(self) -> tuple[int, int]:
        """Entries committed and not delivered, and those among them that are backlog."""
        return self._progress.lag(self._source.committed), self._progress.backlog

    def oldest(self) -> int:
        """The oldest committed entry that is not delivered yet; 0 when there is none."""
        return self._progress.oldest(self._source.committed)

    def has_all(self, upto: int) -> bool:
        """Whether every entry up to this one is delivered or refused."""
        return self._progress.has_all(upto)

    def save(self) -> None:
        """Hand the cursor to the journal."""
        self._source.save_cursor(self._sink, self._progress.cursor)

    def requeue(self, seqs: Iterable[int]) -> list[int]:
        """Deliver these again, as backlog; those for which there is room."""
        again = self._progress.requeue(seqs)
        self._suspects.forget(again)
        self.save()
        return again

    def turns(self) -> tuple[bool, bool]:
        """Which lane is asked first; True is the backlog. Whoever failed lets the other go."""
        return (True, False) if self._backlog_first else (False, True)

    async def present(self) -> list[Scan]:
        """What a destination that retains values should show, as far as it was handed over.

        The newest scan of each topic that is left to the backlog, or was delivered since the
        start: a destination may have forgotten it, or be another one than before. What was
        delivered by an earlier run is left alone, for its instrument may be gone; what the
        next live batch carries, too.
        """
        self._progress.shed(self._source.committed, self._live.limit)
        await self._look()
        progress = self._progress
        return [
            scan
            for scan in self._newest.scans()
            if self._known_before < scan.seq <= progress.live or progress.owes(scan.seq)
        ]

    async def next(self, *, historical: bool) -> Batch | None:
        """The next batch of a lane; None when nothing waits or the lane is not due."""
        batch = await (self._next_backlog() if historical else self._next_live())
        if batch is not None and not batch.entries:
            self._close(batch, Outcome())
            return None
        self._handed = self._clock()
        return batch

    async def wait(self, limit: float) -> None:
        """Wait until a lane is due or something is committed, but no longer than ``limit``."""
        now = self._clock()
        pending = self._source.committed > self._progress.live
        due = [self._live.due] if pending else []
        due += [self._backlog.due] if self._progress.backlog else []
        patience = max(0.0, min([limit, *(moment - now for moment in due)]))
        if pending:
            await asyncio.sleep(patience)
        elif await self._committed_within(patience):
            self._live.due = self._clock() + self._settings.linger

    def settle(self, batch: Batch, outcome: Outcome) -> bool:
        """Advance the cursor by what the destination answered; False if it took nothing."""
        lane = self._lane_of(batch)
        if batch.historical:
            lane.took(self._clock() - self._handed)
        taken = len(batch.entries) - len(outcome.retry)
        if outcome.retry:
            self._statistics.retried += len(outcome.retry)
            lane.postpone(self._clock())
        else:
            lane.succeeded()
            self._backlog_first = False
        if taken or batch.historical:
            self._close(batch, outcome)
        return taken > 0

    def failed(self, batch: Batch) -> None:
        """The connection was lost over a batch: it counts as undelivered."""
        self._statistics.retried += len(batch.entries)
        self._lane_of(batch).failed()
        self._backlog_first = not batch.historical
        if len(batch.entries) == 1:
            seq = batch.entries[0].seq
            if self._suspects.failed(seq):
                reason = "the connection was lost each time it was sent"
                self._close(batch, Outcome(refused={seq: reason}))
            elif batch.historical:
                self._progress.pass_over(batch.last)

    def _start(self) -> Cursor:
        saved = self._source.cursor(self._sink)
        committed = self._source.committed
        if saved is None:
            return Cursor(committed if self._settings.start == "now" else 0)
        return Cursor(min(saved.live, committed), saved.backlog)

    def _lane(self, limit: int) -> Lane:
        return Lane(limit, Backoff(self._settings.retry_first, self._settings.retry_longest))

    def _lane_of(self, batch: Batch) -> Lane:
        return self._backlog if batch.historical else self._live

    async def _next_live(self) -> Batch | None:
        committed = self._source.committed
        if committed <= self._progress.live or self._clock() < self._live.due:
            return None
        limit = self._live.limit
        if self._progress.shed(committed, limit):
            await self._look()
        first = self._progress.live + 1
        entries = await self._source.read(first - 1, limit, committed)
        last = entries[-1].seq if len(entries) == limit else committed
        self._newest.note(entries)
        aside = self._suspected(entries)
        if aside:
            entries = [entry for entry in entries if entry.seq not in aside]
        newest = self._newest.among(entries)
        return Batch(entries, first, last, historical=False, newest=newest, aside=aside)

    async def _next_backlog(self) -> Batch | None:
        bounds = self._progress.next_backlog()
        if bounds is None or self._clock() < self._backlog.due:
            return None
        first, last = bounds
        limit = self._backlog.limit
        entries = await self._source.read(first - 1, limit, last)
        if len(entries) == limit:
            last = entries[-1].seq
        suspected = self._suspected(entries)
        if suspected:  # what failed alone before is tried alone again
            alone = entries[0].seq == suspected[0]
            last = suspected[0] if alone else suspected[0] - 1
            entries = [entry for entry in entries if entry.seq <= last]
        newest = self._newest.among(entries)
        return Batch(entries, first, last, historical=True, newest=newest)

    async def _look(self) -> None:
        """Find the newest of each topic in the journal, for what is not read one by one."""
        self._newest.note(await self._source.latest())

    def _suspected(self, entries: list[Entry]) -> tuple[int, ...]:
        if not self._suspects:
            return ()
        found = tuple(entry.seq for entry in entries if entry.seq in self._suspects)
        return found if self._progress.has_room(len(found)) else ()

    async def _committed_within(self, patience: float) -> bool:
        newest = max(self._source.committed, self._progress.live)
        try:
            async with asyncio.timeout(patience):
                await self._source.wait_beyond(newest)
        except TimeoutError:
            return False
        return True

    def _close(self, batch: Batch, outcome: Outcome) -> None:
        """Enter the answer into cursor, quarantine and counts."""
        refused = dict(outcome.refused)
        left = self._kept(batch, outcome, refused)
        if refused:
            self.refusals.add(refused)
        if batch.historical:
            self._progress.backlog_done(batch.first, batch.last, left)
        else:
            self._progress.live_done(batch.last, (*left, *batch.aside))
        self._forget(batch, left)
        self._count(batch, len(refused), len(left))
        self.save()

    def _kept(self, batch: Batch, outcome: Outcome, refused: dict[int, str]) -> list[int]:
        """What is to be tried again as backlog; what is hopeless joins the refused."""
        left: list[int] = []
        alone = len(batch.entries) == 1
        partial = len(outcome.retry) < len(batch.entries)
        for seq, reason in outcome.retry.items():
            if (partial or alone) and self._suspects.failed(seq):
                refused[seq] = f"given up after {self._settings.attempts} attempts: {reason}"
            elif self._progress.has_room(len(left) + 1):
                left.append(seq)
            else:
                refused[seq] = f"too many single entries wait for another attempt: {reason}"
        return left

    def _forget(self, batch: Batch, left: list[int]) -> None:
        if self._suspects:
            kept = {*left, *batch.aside}
            self._suspects.forget(e.seq for e in batch.entries if e.seq not in kept)

    def _count(self, batch: Batch, refused: int, left: int) -> None:
        counts = self._statistics
        delivered = len(batch.entries) - refused - left
        self._suspects.delivered(delivered)
        if batch.entries:
            counts.batches += 1
        counts.delivered += delivered
        counts.refused += refused
        counts.expired += batch.last - batch.first + 1 - len(batch.entries) - len(batch.aside)
        if delivered:
            counts.last_delivery_time = time.time_ns()
        if batch.historical:
            counts.historical += delivered
            pause = len(batch.entries) / self._settings.backlog_rate
            self._backlog.due = max(self._clock(), self._backlog.due) + pause
