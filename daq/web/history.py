"""Reads the journal for views: in threads, few at a time, each within a deadline."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from daq.journal.reader import JournalReader
from daq.web.errors import BusyError

T = TypeVar("T")

THREADS = 2
"""Readings at a time: more would only wait for each other in the interpreter."""

WAITING = 16
"""Readings that are under way or wait; whoever comes beyond that is asked to come later."""

DEADLINE = 20.0
"""Seconds a view waits for a reading."""


class History:
    """The journal's past. A reader a thread, opened when first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(THREADS, "web-history")
        self._idle: list[JournalReader] = []
        self._waiting = 0

    async def read(self, work: Callable[[JournalReader], T]) -> T:
        """What ``work`` finds in the journal.

        Raises:
            JournalError: the journal cannot be read.
            BusyError: too many want to read, or it takes too long.
        """
        if self._waiting >= WAITING:
            raise BusyError("too many look at the past at once; try again in a moment")
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, self._work, work)
        future.add_done_callback(self._done)
        try:
            async with asyncio.timeout(DEADLINE):
                return await asyncio.shield(future)
        except TimeoutError as error:
            raise BusyError(f"reading took more than {DEADLINE:.0f} s; choose less") from error

    def close(self) -> None:
        """Let what is under way finish, and close the readers."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        while self._idle:
            self._idle.pop().close()

    def _work(self, work: Callable[[JournalReader], T]) -> T:
        try:
            reader = self._idle.pop()
        except IndexError:
            reader = JournalReader(self._path)
        try:
            found = work(reader)
        except BaseException:
            reader.close()
            raise
        self._idle.append(reader)
        return found

    def _done(self, future: "asyncio.Future[object]") -> None:
        self._waiting -= 1
        with suppress(asyncio.CancelledError):
            future.exception()  # nobody may wait for it any more
