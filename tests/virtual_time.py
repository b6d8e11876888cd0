"""An event loop whose clock jumps to the next timer: hours of polling in milliseconds."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import TypeVar

T = TypeVar("T")


class _Jumping(selectors.SelectSelector):
    """Never waits: moves the clock on by what it was asked to wait."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """A selector loop on virtual time."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def stand_still(self, seconds: float) -> None:
        """Let time pass in which nothing ran, as when the process is stopped."""
        self._jumping.now += seconds


def run_virtual(main: Coroutine[object, object, T]) -> T:
    """Run a coroutine to its end on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)


async def for_seconds(coroutine: Coroutine[object, object, object], seconds: float) -> None:
    """Run a coroutine that has no end for this long, then cancel it."""
    try:
        async with asyncio.timeout(seconds):
            await coroutine
    except TimeoutError:
        pass
