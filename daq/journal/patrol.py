"""Reads the whole journal again and again, slowly: what nobody reads may be damaged unseen."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from daq.journal import schema
from daq.journal.errors import JournalError
from daq.journal.files import Files
from daq.journal.reader import JournalReader

PAGE = 256
"""Entries read at a time: a block at once would take megabytes, which the process then keeps."""


class Patrol:
    """One block of entries at a time; ``rounds`` counts how often all of them were read.

    Damage that is found makes the next commit recover the file: ``found`` sees to it.
    """

    def __init__(self, files: Files, interval: float, found: Callable[[], None]) -> None:
        self.rounds = 0
        self._files, self._interval, self._found = files, interval, found
        self._after = 0

    async def walk(self) -> None:
        """Read until cancelled."""
        while True:
            await asyncio.sleep(self._interval)
            with suppress(JournalError):  # what cannot be read at all shows elsewhere
                await self._step()
            if not self._files.store.open:
                self._found()

    async def _step(self) -> None:
        after = self._after
        last = await self._files.read(lambda reader: _look(reader, after))
        self.rounds += last == 0
        self._after = last


def _look(reader: JournalReader, after: int) -> int:
    """Read a block, or what goes with all of them; where to go on."""
    last = after
    for _ in range(schema.BLOCK // PAGE):
        entries = reader.entries(last, PAGE)
        if not entries:
            break
        last = entries[-1].seq
    if last > after:
        return last
    reader.check_tables()
    return 0
