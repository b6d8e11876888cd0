"""The demonstration's child processes: started, watched, stopped by the pid they were given."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from daq.demo.broker import DemoUnavailableError

STOP_DEADLINE = 1.2
"""Seconds a child may take to stop by itself before it is killed."""

LOOK = 0.02
"""Seconds between two looks at a child's output."""


class Child:
    """One `daq` command in a process of its own, its output in a file."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, output: Path) -> None:
        self.name = name
        self._process = process
        self._output = output

    async def watch(self) -> None:
        """Return never while the child lives.

        Raises:
            DemoUnavailableError: it ended by itself; with the end of what it printed.
        """
        code = await self._process.wait()
        raise DemoUnavailableError(f"the {self.name} ended with code {code}:\n{self.last_lines()}")

    async def wait_output(self, deadline: float) -> None:
        """Wait until the child has printed something: it is ready.

        Raises:
            DemoUnavailableError: it ended, or printed nothing within the deadline (seconds).
        """
        try:
            async with asyncio.timeout(deadline):
                while not self._output.stat().st_size:  # noqa: ASYNC110 - a file tells nobody
                    await asyncio.sleep(LOOK)
        except TimeoutError as error:
            raise DemoUnavailableError(
                f"the {self.name} did not get ready within {deadline:g} s"
            ) from error

    def last_lines(self, count: int = 12) -> str:
        """The end of what the child printed."""
        lines = self._output.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])

    async def stop(self) -> None:
        """Ask the child to stop, and kill it when it does not."""
        if self._process.returncode is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_DEADLINE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def daq_process(name: str, *arguments: str, folder: Path) -> AsyncGenerator[Child]:
    """Run ``daq ARGUMENTS`` while the block runs; output goes to ``folder/NAME.log``."""
    output = folder / f"{name}.log"
    with output.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "daq",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            # A Ctrl-C in the terminal must reach the parent alone, which stops in order.
            start_new_session=True,
        )
    child = Child(name, process, output)
    try:
        yield child
    finally:
        await child.stop()
