"""Keeps what a device says unasked behind the answer it is about to give."""

import asyncio
from types import TracebackType


class Answering:
    """Answers on their way, each a ``with``: from the question taken until the last byte is sent.

    A device that is told to stream acknowledges first. The answer takes its turnaround, and the
    stream would overtake it.
    """

    def __init__(self) -> None:
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def __enter__(self) -> None:
        self._under_way += 1
        self._idle.clear()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._under_way -= 1
        if not self._under_way:
            self._idle.set()

    async def over(self) -> None:
        """Wait until none is under way."""
        while self._under_way:  # the next may have begun since this was woken
            await self._idle.wait()
