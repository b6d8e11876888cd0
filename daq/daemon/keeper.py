"""Has checkpoints kept elsewhere, again and again until it succeeds. A task of the daemon."""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from daq.backoff import Backoff
from daq.errors import DaqError
from daq.journal import kinds
from daq.journal.chain.kept import Kept
from daq.journal.errors import JournalError
from daq.journal.journal import Journal
from daq.pulse import Pulse

MOST = 100
"""Checkpoints that wait at most; older ones are in the journal all the same."""


class KeepError(DaqError):
    """A checkpoint cannot be kept elsewhere at the moment; the text says why."""


class Way(Protocol):
    """One way to keep checkpoints elsewhere. ``limit``: seconds each may take."""

    name: str
    limit: float

    async def missing(self, checkpoints: Sequence[Kept]) -> Sequence[Kept]:
        """Which of these have not been kept yet, and still can be; oldest first.

        Raises:
            KeepError: that cannot be found out.
            JournalError: the journal cannot be read.
        """
        ...

    async def keep(self, kept: Kept) -> None:
        """Keep one.

        Raises:
            KeepError: it is not kept.
        """
        ...


class Keeper:
    """Keeps what it is given, one after the other; tells once when it cannot, and when it can."""

    def __init__(
        self, way: Way, journal: Journal, first_wait: float = 10.0, longest_wait: float = 3600.0
    ) -> None:
        self.pulse = Pulse(f"checkpoints: {way.name}")
        self._way, self._journal = way, journal
        self._backoff = Backoff(first_wait, longest_wait)
        self._waiting: deque[Kept] = deque(maxlen=MOST)
        self._arrived = asyncio.Event()
        self._failing_since: float | None = None

    def add(self, kept: Kept) -> None:
        """One more to be kept."""
        self._waiting.append(kept)
        self._arrived.set()

    async def run(self) -> None:
        """Keep until cancelled, first what was missed while the daemon did not run."""
        looked = False
        while True:
            self.pulse.within(self._way.limit)
            try:
                async with asyncio.timeout(self._way.limit):
                    looked = looked or await self._look()
                    await self._keep_next()
            except (KeepError, JournalError, TimeoutError) as error:
                await self._failed(str(error) or "no answer in time")
                continue
            if not self._waiting:
                self._restored()
                self.pulse.rest()
                await self._arrived.wait()

    async def _look(self) -> bool:
        missed = await self._way.missing(await self._journal.checkpoints())
        known = {kept.seq for kept in self._waiting}
        self._waiting.extendleft(kept for kept in reversed(missed[-MOST:]) if kept.seq not in known)
        return True

    async def _keep_next(self) -> None:
        if self._waiting:
            await self._way.keep(self._waiting[0])
            self._waiting.popleft()
        if not self._waiting:
            self._arrived.clear()

    async def _failed(self, error: str) -> None:
        if self._failing_since is None:
            self._failing_since = asyncio.get_running_loop().time()
            self._journal.append_event(
                kinds.CHECKPOINT_FAILED.name,
                "journal",
                f"checkpoints cannot be kept elsewhere ({self._way.name}): {error}",
                severity="warning",
                data={"way": self._way.name, "error": error},
            )
        wait = self._backoff.next()
        self.pulse.within(wait)
        await asyncio.sleep(wait)

    def _restored(self) -> None:
        if self._failing_since is None:
            return
        seconds = round(asyncio.get_running_loop().time() - self._failing_since, 3)
        self._failing_since = None
        self._backoff.reset()
        self._journal.append_event(
            kinds.CHECKPOINT_RESTORED.name,
            "journal",
            f"checkpoints are kept elsewhere again ({self._way.name}), after {seconds:.0f} s",
            data={"way": self._way.name, "seconds": seconds},
        )
