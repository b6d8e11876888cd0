"""What runs during a block of ``async with``: one task that owns all others."""

import asyncio
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self


class Running(ABC):
    """Starts with the block, ends with it; an error of its work is raised at the block's end.

    The block begins when the work has set ``_ready``; the work ends when ``_stop`` is set.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def _work(self, group: asyncio.TaskGroup) -> None:
        """Do what is to be done until ``_stop`` is set; other tasks belong to ``group``."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name=self._name)
        ready = asyncio.create_task(self._ready.wait(), name=f"{self._name}: ready")
        try:
            await asyncio.wait({self._task, ready}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            self._task.cancel()
            await asyncio.wait({self._task})
            raise
        finally:
            ready.cancel()
        if not self._ready.is_set():
            await self._task
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        if self._task is not None:
            await self._task

    async def wait(self, stop: asyncio.Event) -> None:
        """Wait until ``stop`` is set, or until it fails."""
        if self._task is None:
            return
        stopped = asyncio.create_task(stop.wait(), name=f"{self._name}: stop")
        try:
            await asyncio.wait({self._task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                await self._work(group)
                raise _StopError
        except ExceptionGroup as errors:
            _, rest = errors.split(_StopError)
            if rest is not None:
                raise (rest.exceptions[0] if len(rest.exceptions) == 1 else rest) from None


class _StopError(Exception):
    """Ends the task group."""
