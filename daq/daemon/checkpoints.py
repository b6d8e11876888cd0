"""Vouches for the journal: every day, at the stop, and when asked. A task of the daemon."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from daq.control.checkpoint import CheckpointRequest, CheckpointTaken
from daq.control.server import RefusedError
from daq.daemon.keeper import Keeper
from daq.journal import kinds
from daq.journal.chain.kept import Kept
from daq.journal.chain.seal import Key, Seal, particulars
from daq.journal.errors import JournalError
from daq.journal.journal import Journal
from daq.pulse import Pulse

LOOK = 30.0
"""Seconds between two looks at the clock, which may be set."""

LIMIT = 10.0
"""Seconds a checkpoint may take to be committed."""

STOP_LIMIT = 1.5
"""The same, while the daemon stops."""

_NS = 1_000_000_000
_DAY = 86_400 * _NS


class Checkpoints:
    """Takes checkpoints, and hands each to those who keep it elsewhere."""

    def __init__(
        self,
        journal: Journal,
        key: Key | None,
        keepers: Sequence[Keeper],
        clock: Callable[[], int],
        look: float = LOOK,
    ) -> None:
        self.pulse = Pulse("checkpoints")
        self._journal, self._key, self._keepers = journal, key, keepers
        self._clock, self._look = clock, look
        self._one_at_a_time = asyncio.Lock()
        self._appended = 0

    async def run(self) -> None:
        """Take one every day (UTC), and at once when there is none of today."""
        while True:
            with suppress(JournalError, TimeoutError):  # told elsewhere; tried again
                if await self._due():
                    self.pulse.within(LIMIT)
                    await self.take("daily", LIMIT)
            wait = min(self._look, (_DAY - self._clock() % _DAY) / _NS)
            self.pulse.within(wait)
            await asyncio.sleep(wait)

    async def answer(self, request: CheckpointRequest) -> CheckpointTaken:
        """Answers the command ``checkpoint`` of the control socket.

        Raises:
            RefusedError: none can be taken at the moment.
        """
        del request
        try:
            kept = await self.take("asked", LIMIT)
        except JournalError as error:
            raise RefusedError(str(error)) from error
        except TimeoutError as error:
            raise RefusedError("the disk does not take it in time") from error
        return CheckpointTaken(seq=kept.seq, text=kept.text)

    async def leave(self) -> None:
        """The last thing before the journal is closed: vouch for all of it."""
        with suppress(JournalError, TimeoutError):
            await self.take("stop", STOP_LIMIT)

    async def take(self, why: str, limit: float) -> Kept:
        """Take a checkpoint of all that has been appended; it is committed.

        Raises:
            JournalError: the journal cannot be read or written.
            TimeoutError: it was not committed within ``limit`` seconds; it may be later.
        """
        async with asyncio.timeout(limit), self._one_at_a_time:
            await self._journal.settled()
            kept = await self._taken(why)
            await self._journal.settled()
        for keeper in self._keepers:
            keeper.add(kept)
        return kept

    async def _taken(self, why: str) -> Kept:
        newest = await self._journal.newest_checkpoint()
        entry, link = await self._journal.newest_link()
        # From the file each time: one that was given up on a full disk has no successor.
        previous = b"" if newest is None else newest.digest
        seal = Seal(await self._journal.station(), self._key, previous)
        now = self._clock()
        checkpoint = seal.checkpoint(entry, link, now)
        by = f"signed with key {checkpoint.fingerprint[:16]}" if self._key else "not signed"
        seq = self._journal.append_event(
            kinds.CHECKPOINT.name,
            "journal",
            f"checkpoint of all up to entry {entry}, {by}",
            data=particulars(checkpoint, why),
            time=now,
        )
        if not seq:
            raise JournalError("there is no room for a checkpoint")
        return Kept(seq, now, checkpoint.text)

    async def _due(self) -> bool:
        newest = await self._journal.newest_checkpoint()
        return newest is None or newest.time // _DAY < self._clock() // _DAY
