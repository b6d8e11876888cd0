"""What is committed, as the daemon that writes the journal reads it."""

from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from daq.journal.chain.kept import Kept
from daq.journal.committer import Committer
from daq.journal.cursor import Quarantined
from daq.journal.entry import Entry, Event, Scan
from daq.journal.files import Files
from daq.journal.intake import Intake
from daq.journal.reader import JournalReader

T = TypeVar("T")


class Committed:
    """The reading half of a journal: the newest entries from memory, all others from the file."""

    def __init__(self, files: Files, intake: Intake, committer: Committer) -> None:
        self._files, self._intake, self._committer = files, intake, committer

    @property
    def committed(self) -> int:
        """The newest durable entry; 0 when there is none."""
        return self._committer.committed

    async def wait_beyond(self, seq: int) -> int:
        """Wait until an entry after ``seq`` is committed; the newest committed number."""
        return await self._committer.wait_beyond(seq)

    async def read(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        """Up to ``limit`` committed entries beyond ``after``, in order, none beyond ``upto``.

        Raises:
            JournalError: the file cannot be read.
        """
        last = self.committed if upto is None else min(upto, self.committed)
        if after >= last:
            return []
        recent = self._intake.recent(after, limit, last)
        if recent is not None:
            return recent
        return await self._read(lambda reader: reader.entries(after, limit, last))

    async def events_between(self, after: int, upto: int) -> list[Event]:
        """The committed events beyond ``after``, none beyond ``upto``, in order.

        Raises:
            JournalError: the file cannot be read.
        """
        last = min(upto, self.committed)
        return await self._read(lambda reader: reader.events_between(after, last))

    async def latest(self) -> list[Scan]:
        """The newest committed scan of each series.

        Raises:
            JournalError: the file cannot be read.
        """
        return await self._read(JournalReader.latest)

    async def newest_link(self) -> tuple[int, bytes]:
        """The number of the newest entry in the file, and its link in the chain.

        Raises:
            JournalError: the file cannot be read.
        """
        return await self._files.write(self._files.store.newest_link)

    async def newest_checkpoint(self) -> Kept | None:
        """The newest checkpoint; None before the first.

        Raises:
            JournalError: the file cannot be read.
        """
        return (await self._read(lambda reader: reader.checkpoints(1)) or [None])[-1]

    async def checkpoints(self) -> list[Kept]:
        """All checkpoints, oldest first.

        Raises:
            JournalError: the file cannot be read.
        """
        return await self._read(JournalReader.checkpoints)

    async def station(self) -> str:
        """The UUID this journal was born with.

        Raises:
            JournalError: the file cannot be read.
        """
        return await self._read(lambda reader: reader.station)

    async def settled(self) -> None:
        """Wait until all that has been appended is committed, at once and not at the interval."""
        self._committer.hasten()
        await self._committer.wait_beyond(self._intake.last - 1)

    async def _read(self, function: Callable[[JournalReader], T]) -> T:
        try:
            return await self._files.read(function)
        finally:
            if not self._files.store.open:
                # The next commit opens it, and recovers what is damaged, though nothing waits.
                self._committer.wake()

    async def quarantine_counts(self) -> dict[str, int]:
        """How many entries of each sink are in quarantine; sinks without any are left out.

        Raises:
            JournalError: the file cannot be read.
        """
        return await self._read(JournalReader.quarantine_counts)

    async def quarantined(self, sink: str, first: int, upto: int, limit: int) -> list[Quarantined]:
        """Up to ``limit`` committed entries of a sink's quarantine, numbers ``first`` to ``upto``.

        Raises:
            JournalError: the file cannot be read.
        """
        return await self._read(
            lambda reader: list(islice(reader.quarantined(sink, first, upto), limit))
        )
