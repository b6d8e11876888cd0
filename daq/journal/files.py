"""The file's two connections as an event loop uses them."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from daq.journal.errors import JournalDamagedError
from daq.journal.reader import JournalReader
from daq.journal.store import Store

T = TypeVar("T")


class Files:
    """A writing and a reading connection, each in a thread of its own.

    Two threads, so that reading a backlog never delays a commit.
    """

    def __init__(self, path: Path, store: Store, threads: tuple["Thread", "Thread"]) -> None:
        self.store = store
        self._path = path
        self._reader: JournalReader | None = None
        self._writing, self._reading = threads

    @classmethod
    async def open(cls, path: Path, clock: Callable[[], int]) -> "Files":
        """Open both.

        Raises:
            JournalError: the file cannot be opened; nothing stays open.
        """
        writing, reading = Thread("journal-writer"), Thread("journal-reader")
        with ExitStack() as undo:
            undo.callback(reading.end)
            undo.callback(writing.end)
            store = await writing.run(lambda: Store(path, clock))
            undo.pop_all()
        return cls(path, store, (writing, reading))

    def write(self, function: Callable[[], T]) -> asyncio.Future[T]:
        """Run something in the writer's thread, after what was asked for before."""
        return self._writing.run(function)

    async def read(self, function: Callable[[JournalReader], T]) -> T:
        """Run something in the reader's thread, after what was asked for before.

        Raises:
            JournalError: the file cannot be read; when it is damaged, it is now being recovered.
        """
        try:
            return await self._reading.run(lambda: self._read(function))
        except JournalDamagedError as error:
            why, file = str(error), error.file
            await self.write(lambda: self.store.distrust(why, file))
            raise

    async def close(self) -> None:
        """Close both when what they were asked for is done."""
        try:
            await self._reading.run(self._close_reader)
            await self.write(self.store.close)
        finally:
            self._reading.end()
            self._writing.end()

    def _read(self, function: Callable[[JournalReader], T]) -> T:
        reader = self._opened()
        try:
            return function(reader)
        except JournalDamagedError as error:
            error.file = reader.file
            raise

    def _opened(self) -> JournalReader:
        # Not before it is needed: a journal that has to wait for its disk has nothing to read.
        if self._reader is None:
            self._reader = JournalReader(self._path)
        return self._reader

    def _close_reader(self) -> None:
        if self._reader is not None:
            self._reader.close()


class Thread:
    """One thread that does one thing after the other."""

    def __init__(self, name: str) -> None:
        self._executor = ThreadPoolExecutor(1, name)

    def run(self, function: Callable[[], T]) -> asyncio.Future[T]:
        """Run a function in the thread."""
        return asyncio.get_running_loop().run_in_executor(self._executor, function)

    def submit(self, function: Callable[[], None]) -> None:
        """Run a function in the thread and do not wait for it."""
        self._executor.submit(function)

    def end(self) -> None:
        """End the thread when it is done with what it was asked for; does not wait."""
        self._executor.shutdown(wait=False)
