"""Makes durable what was appended: one commit at a time, tried again until the disk takes it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.errors import JournalError
from daq.journal.eventcodec import Data
from daq.journal.files import Files
from daq.journal.intake import Dropped, Intake
from daq.journal.losses import Counters
from daq.journal.notice import Notice
from daq.pulse import Pulse

_SLOWEST_RETRY = 5.0
_STALLED = 10.0


class Committer:
    """Moves what waits in an intake into the file.

    ``committed`` is the newest number in the file, ``trouble`` says why nothing more gets there.
    """

    def __init__(
        self,
        files: Files,
        intake: Intake,
        interval: float,
        counters: Counters,
        clock: Callable[[], int],
    ) -> None:
        self.committed = files.store.found.last
        self.trouble: str | None = None
        self.pulse = Pulse("journal")
        self._files, self._intake, self._interval = files, intake, interval
        self._counters, self._clock = counters, clock
        self._wake, self._progress = asyncio.Event(), asyncio.Event()
        self._urgent = asyncio.Event()
        self._commit: asyncio.Future[None] | None = None
        self._failures = 0
        self._trouble_since = 0.0
        self._tell_notes()
        if not files.store.open:
            self._in_trouble(files.store.trouble)

    def wake(self) -> None:
        """There is something to commit, or a file to be opened."""
        self._wake.set()

    def appended(self) -> None:
        """Something was appended."""
        self._wake.set()
        if self._intake.dropped.count and self.trouble is None:
            self._in_trouble("the disk does not keep up with what is appended")

    def tell(self, notice: Notice) -> None:
        """Journal what happens to the journal."""
        fields = msgspec.structs.asdict(notice)
        self._intake.event(Event(seq=0, time=self._clock(), **fields))
        self._wake.set()

    async def keep(self) -> None:
        """Commit until cancelled."""
        while True:
            self.pulse.rest()
            await self._wake.wait()
            pause = self._pause()
            self.pulse.within(pause)
            await self._gather(pause)
            await self._commit_once()

    def hasten(self) -> None:
        """Commit what has been appended at once, unless the disk does not take it."""
        self._urgent.set()
        self._wake.set()

    async def _gather(self, pause: float) -> None:
        if self._failures:
            await asyncio.sleep(pause)
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._urgent.wait()
        self._urgent.clear()

    async def wait_beyond(self, seq: int) -> int:
        """Wait until an entry after ``seq`` is committed; the newest committed number."""
        while self.committed <= seq:
            await self._progress.wait()
        return self.committed

    async def flush(self) -> None:
        """Commit what waits, unless the disk does not take it."""
        await self._files.write(lambda: None)  # what the writer's thread still does is counted
        while self._commit is not None or self._intake.waiting:
            await self._commit_once()
            if self._failures:
                return

    def _pause(self) -> float:
        return min(self._interval * 2 ** min(self._failures, 16), _SLOWEST_RETRY)

    async def _commit_once(self) -> None:
        """Commit everything appended so far; a failure shows in ``trouble`` alone."""
        if self._commit is None:
            self._wake.clear()
            batch = self._intake.take()
            self._commit = self._files.write(lambda: self._files.store.write(batch))
            # Settled by the callback, so that a cancelled wait loses nothing.
            self._commit.add_done_callback(self._settle)
        running = self._commit
        self.pulse.within(_STALLED)
        while not (await asyncio.wait([running], timeout=_STALLED))[0]:
            # Alive: a disk that hangs is not cured by a restart, which would lose what waits.
            self.pulse.within(_STALLED)
            self._in_trouble(f"a commit has been waiting for the disk for {_STALLED:g} s or more")
        error = running.exception()
        if error is not None and not isinstance(error, JournalError):
            raise error

    def _settle(self, commit: asyncio.Future[None]) -> None:
        self._commit = None
        self._tell_notes()
        error = commit.exception()
        last = self._intake.settle(written=error is None)
        if error is not None:
            self._failures += 1
            self._counters.failed_commits += 1
            self._wake.set()
            self._in_trouble(str(error))
            return
        self._failures = 0
        self._counters.commits += 1
        self._out_of_trouble()
        if last:
            self.committed = last
            self._progress.set()
            self._progress = asyncio.Event()

    def _tell_notes(self) -> None:
        while self._files.store.notes:
            self._intake.note(self._files.store.notes.popleft())
            self._wake.set()

    def _in_trouble(self, text: str) -> None:
        begins, self.trouble = self.trouble is None, text
        if begins:
            self._trouble_since = asyncio.get_running_loop().time()
            text = f"the journal cannot be written, entries wait in memory: {text}"
            self.tell(Notice(kinds.JOURNAL_TROUBLE.name, "journal", "error", text, {}))

    def _out_of_trouble(self) -> None:
        if self.trouble is None:
            return
        self.trouble = None
        dropped = self._intake.dropped_so_far()
        seconds = asyncio.get_running_loop().time() - self._trouble_since
        text = f"the journal is written again after {seconds:.1f} s; {dropped.count} entries lost"
        data = {"seconds": seconds, **_lost(dropped)}
        self.tell(Notice(kinds.JOURNAL_TROUBLE_END.name, "journal", "warning", text, data))


def _lost(dropped: Dropped) -> Data:
    if not dropped.count:
        return {"count": 0}
    return {"count": dropped.count, "first": dropped.first, "last": dropped.last}
