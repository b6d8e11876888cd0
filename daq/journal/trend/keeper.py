"""Summarises what has been journalled, block by block, behind the commits."""

import asyncio
from contextlib import suppress

import msgspec

from daq.journal.errors import JournalError
from daq.journal.files import Files
from daq.journal.reader import JournalReader
from daq.journal.trend.span import MOST, Span
from daq.journal.trend.spans import MOST_BLOCKS

ENOUGH = 64
"""Scans a series, on average, before spans are written: with many series a block has few of each,
and short spans would take more room than they save time."""

PAUSE = 0.02
"""Seconds between two blocks, for others in the interpreter."""


class _Next(msgspec.Struct, frozen=True):
    """Spans of the block that comes next, and the inode of the file they are from."""

    file: int
    block: int
    spans: list[tuple[int, Span]]


class SpanKeeper:
    """Reads each block once, when it is complete; what was missed is made up for."""

    def __init__(self, files: Files, interval: float) -> None:
        self._files, self._interval = files, interval
        self._file = 0
        self._block = -1
        self._blocks = 0
        self._spans: dict[int, list[Span]] = {}

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
        while await self._step():  # noqa: ASYNC110 - a pause for others, nothing to wait for
            await asyncio.sleep(PAUSE)

    async def _step(self) -> bool:
        """Take the next block; False when there is none."""
        file, block = self._file, self._block
        found = await self._files.read(lambda reader: _next(reader, file, block))
        if found is None:
            return False
        if found.file != self._file:  # another file, after a recovery: it has its own spans
            self._forget()
        self._take(found)
        if self._enough():
            await self._write()
        return True

    def _take(self, found: _Next) -> None:
        self._file, self._block = found.file, found.block
        self._blocks += 1
        for series, span in found.spans:
            known = self._spans.setdefault(series, [])
            if known and known[-1].scans + span.scans <= MOST:
                known[-1] = known[-1].with_later(span)
            else:
                known.append(span)

    def _enough(self) -> bool:
        scans = sum(span.scans for spans in self._spans.values() for span in spans)
        return self._blocks >= MOST_BLOCKS or scans >= ENOUGH * max(1, len(self._spans))

    async def _write(self) -> None:
        block = self._block
        spans = [(series, span) for series, known in self._spans.items() for span in known]
        self._forget()
        try:
            await self._files.write(lambda: self._files.store.add_spans(block, spans))
        except JournalError:
            self._file = 0  # begin again where the file ends
            raise

    def _forget(self) -> None:
        self._blocks, self._spans = 0, {}


def _next(reader: JournalReader, file: int, block: int) -> _Next | None:
    if reader.file != file:
        file, block = reader.file, reader.summarised()
    following = reader.closed_after(block)
    return None if following is None else _Next(file, following, reader.spans_of(following))
