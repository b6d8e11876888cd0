"""Named parts of the running daemon, each a task that can be started and stopped alone."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, Protocol, TypeAlias, TypeVar

log = logging.getLogger(__name__)

Dismissed: TypeAlias = Mapping[str, asyncio.Task[None]]
"""Tasks of parts that were told to stop."""


class Part(Protocol):
    """Something that works until it is cancelled."""

    async def run(self) -> None:
        """Work until cancelled."""
        ...


P = TypeVar("P", bound=Part)


class Parts(Generic[P]):
    """Parts of one kind by name, in the order they were started; tasks of the daemon's group.

    ``kind`` and the name of the part make the name of its task: ``poll rs485-1``.
    """

    def __init__(self, group: asyncio.TaskGroup, kind: str) -> None:
        self._group = group
        self._kind = kind
        self._parts: dict[str, P] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def __iter__(self) -> Iterator[P]:
        """The parts."""
        return iter(self._parts.values())

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts."""
        return tuple(self._parts)

    def get(self, name: str) -> P | None:
        """The part of this name."""
        return self._parts.get(name)

    def start(self, name: str, part: P) -> None:
        """Run a part. The name must be free: stop what has it first."""
        assert name not in self._parts, f"{self._kind} {name} runs already"  # noqa: S101
        self._parts[name] = part
        self._tasks[name] = self._group.create_task(part.run(), name=f"{self._kind} {name}")

    def dismiss(self, names: Iterable[str]) -> Dismissed:
        """Tell parts to stop and know them no more; await ``ended`` with what this returns."""
        tasks = {name: self._tasks.pop(name) for name in names}
        for name, task in tasks.items():
            del self._parts[name]
            task.cancel()
        return tasks

    async def ended(self, tasks: Dismissed, *, within: float) -> None:
        """Wait until dismissed parts have ended, no longer than so many seconds."""
        if tasks:
            await asyncio.wait(tasks.values(), timeout=within)
        for name, task in tasks.items():
            if not task.done():
                log.warning("%s %s has not stopped within %g s", self._kind, name, within)

    async def stop(self, *, within: float) -> None:
        """Stop all parts together, within so many seconds."""
        await self.ended(self.dismiss(self.names), within=within)
