"""Summarises what has been journalled, some blocks at a time, behind the commits.

Whoever computes in a thread holds the interpreter's lock against the event loop, and scans begin
late. So the work is cut into slices of less than a millisecond, with a rest after each.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import msgspec

from daq.journal.errors import JournalError
from daq.journal.files import Files
from daq.journal.reader import JournalReader
from daq.journal.trend.portion import MOST_BLOCKS, Portion
from daq.journal.trend.spans import Piece, Row

SLICE = 0.0006
"""Seconds of work in one go."""

PAUSE = 0.004
"""Seconds between two slices, for others in the interpreter."""


class _Found(msgspec.Struct, frozen=True):
    """Where a file (its inode) is summarised up to, and what comes next, if it is complete."""

    file: int
    block: int
    portion: Portion | None


class SpanKeeper:
    """Reads each block once, when it is complete; what was missed is made up for."""

    def __init__(self, files: Files, interval: float) -> None:
        self._files, self._interval = files, interval
        self._file = 0
        self._block = -1

    async def walk(self) -> None:
        """Summarise until cancelled."""
        while True:
            await asyncio.sleep(self._interval)
            with suppress(JournalError):  # what cannot be read or written shows elsewhere
                await self.catch_up()

    async def catch_up(self) -> None:
        """Take every block that is complete.

        Raises:
            JournalError: the file cannot be read or written.
        """
        while await self._step():
            pass

    async def _step(self) -> bool:
        """Take the next portion; False when there is none."""
        file, block = self._file, self._block
        found = await self._files.read(lambda reader: _next(reader, file, block))
        self._file, self._block = found.file, found.block
        if found.portion is None:
            return False
        await self._write(await self._summarised(found.file, found.portion))
        self._block = found.portion.last
        return True

    async def _summarised(self, file: int, portion: Portion) -> list[Row]:
        rows: list[Row] = []
        for share in portion.shares():
            read = partial(_pieces, file, portion, share)
            left = deque(await self._files.read(read))
            while left:
                await asyncio.sleep(PAUSE)
                rows += await self._files.read(partial(_rows, file, left, portion.last))
        return rows

    async def _write(self, rows: Sequence[Row]) -> None:
        try:
            await self._files.write(lambda: self._files.store.add_spans(rows))
        except JournalError:
            self._file = 0  # begin again where the file ends
            raise


def _next(reader: JournalReader, file: int, block: int) -> _Found:
    if reader.file != file:  # another file, after a recovery: it has its own spans
        file, block = reader.file, reader.summarised()
    return _Found(file, block, reader.unsummarised(block, MOST_BLOCKS))


def _pieces(
    file: int, portion: Portion, share: tuple[int, int], reader: JournalReader
) -> list[Piece]:
    _check(reader, file)
    return reader.pieces(portion, share)


def _rows(file: int, left: deque[Piece], block: int, reader: JournalReader) -> list[Row]:
    """Summaries of the next pieces, at least one; takes them off what is left."""
    _check(reader, file)
    rows: list[Row] = []
    end = time.perf_counter() + SLICE
    while left and (not rows or time.perf_counter() < end):
        rows.append(reader.summary(left.popleft(), block))
    return rows


def _check(reader: JournalReader, file: int) -> None:
    if reader.file != file:
        raise JournalError("another file has taken its place")
