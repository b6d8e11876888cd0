"""Reads the journal for views: in threads, few at a time, each within a deadline."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from daq.journal.reader import JournalReader
from daq.web.errors import BusyError

T = TypeVar("T")

THREADS = 3
"""Readings at a time: more would only wait for each other in the interpreter."""

WAITING = 16
"""Readings that are under way or wait; whoever comes beyond that is asked to come later."""

DEADLINE = 20.0
"""Seconds a view waits for a reading."""


class _Reading:
    """One reading: its reader once it has one, and whether it is wanted still."""

    def __init__(self) -> None:
        self.reader: JournalReader | None = None
        self.given_up = False

    def give_up(self) -> None:
        self.given_up = True
        if self.reader is not None:
            self.reader.abandon()


class History:
    """The journal's past. A reader for each thread, opened when first needed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pool = ThreadPoolExecutor(THREADS, "web-history")
        self._idle: list[JournalReader] = []
        self._readings: set[_Reading] = set()

    async def read(self, work: Callable[[JournalReader], T], limit: float = DEADLINE) -> T:
        """What ``work`` finds in the journal, within ``limit`` seconds.

        Raises:
            JournalError: the journal cannot be read.
            BusyError: too many want to read, or it takes too long.
        """
        if len(self._readings) >= WAITING:
            raise BusyError("past")
        reading = _Reading()
        self._readings.add(reading)
        future = asyncio.get_running_loop().run_in_executor(self._pool, self._work, work, reading)
        future.add_done_callback(lambda done: self._done(reading, done))
        try:
            async with asyncio.timeout(limit):
                return await asyncio.shield(future)
        except TimeoutError as error:
            raise BusyError("slow", seconds=round(limit)) from error
        finally:
            if not future.done():  # too late, or nobody waits any more
                reading.give_up()

    def close(self) -> None:
        """End what is under way, and close the readers. Takes a moment: call it in a thread."""
        for reading in list(self._readings):
            reading.give_up()
        self._pool.shutdown(wait=True, cancel_futures=True)
        while self._idle:
            self._idle.pop().close()

    def _work(self, work: Callable[[JournalReader], T], reading: _Reading) -> T:
        reader = reading.reader = self._idle.pop() if self._idle else JournalReader(self._path)
        if reading.given_up:
            reader.abandon()
        try:
            found = work(reader)
        except BaseException:
            reader.close()
            raise
        if reading.given_up:
            reader.close()
        else:
            self._idle.append(reader)
        return found

    def _done(self, reading: _Reading, future: "asyncio.Future[T]") -> None:
        self._readings.discard(reading)
        if not future.cancelled():
            future.exception()  # nobody may wait for it any more
