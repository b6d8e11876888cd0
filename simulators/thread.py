"""A lab in a thread of its own: for tests and scripts that are not asyncio, and for those that are.

The thread has its own event loop; whoever uses the lab hands it functions to run there.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from simulators.errors import SimulatorError
from simulators.lab import Lab
from simulators.run import running_lab
from simulators.specs import Scenario

T = TypeVar("T")

DEADLINE = 10.0
"""Seconds the lab may take for anything it is asked to do."""


class ThreadedLab:
    """A lab that runs during a ``with`` block.

    Args:
        scenario: what to build, or the file that says so.
        served: the file the served log is appended to.

    Raises:
        ScenarioError: the file is wrong.
    """

    def __init__(self, scenario: Scenario | Path, *, served: Path | None = None) -> None:
        self._lab = running_lab(scenario, served=served)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._started: Future[None] = Future()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="simulated lab", daemon=True)

    def __enter__(self) -> Self:
        """Start; returns when every wire can be opened.

        Raises:
            WireError: a path or port is not to be had.
            OSError: the served log cannot be written.
        """
        with ExitStack() as stack:
            stack.callback(self._end)
            self._thread.start()
            self._started.result(DEADLINE)
            stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._end()
        if self._failure is not None and error is None:
            raise self._failure

    def call(self, function: Callable[[Lab], T]) -> T:
        """Run a function in the lab's thread and return what it returns, or raise what it raises.

        Raises:
            SimulatorError: the lab is not running.
        """

        async def run() -> T:
            return function(self._lab)

        return self.run(lambda _: run())

    def run(self, function: Callable[[Lab], Awaitable[T]]) -> T:
        """The same for what has to be awaited.

        Raises:
            SimulatorError: the lab is not running.
        """
        if self._loop is None or not self._thread.is_alive():
            raise SimulatorError("the lab is not running") from self._failure

        async def bounded() -> T:
            async with asyncio.timeout(DEADLINE):
                return await function(self._lab)

        work = bounded()
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(2 * DEADLINE)
        except RuntimeError as error:
            work.close()
            raise SimulatorError("the lab has ended") from error

    def address(self, device: str) -> str:
        """The path or host:port to open in order to reach a device.

        Raises:
            SimulatorError: there is none of this name.
        """
        return self.call(lambda lab: lab.address(device))

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception as error:  # noqa: BLE001 - it is the other thread's to raise
            self._failure = error
            if not self._started.done():
                self._started.set_exception(error)
                self._failure = None

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        async with self._lab as lab:
            self._loop = asyncio.get_running_loop()
            self._started.set_result(None)
            await lab.wait(self._stop)
        self._loop = None

    def _end(self) -> None:
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None and self._thread.is_alive():
            loop.call_soon_threadsafe(stop.set)
        self._thread.join(DEADLINE)
        if self._thread.is_alive():
            raise SimulatorError(f"the lab did not end within {DEADLINE:g} s")
