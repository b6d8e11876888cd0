"""Runs a lab: as a context manager in a test, until a signal comes on the command line."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from simulators.inventory import WireInfo
from simulators.lab import Lab
from simulators.scenario import Scenario, read_scenario

Ready: TypeAlias = Callable[[tuple[WireInfo, ...]], None]
"""Told once, when every wire can be opened."""


def running_lab(scenario: Scenario | Path, *, served: Path | None = None) -> Lab:
    """A lab for ``async with``: it runs during the block and leaves nothing behind.

    Args:
        scenario: what to build, or the file that says so.
        served: the file the served log is appended to.

    Raises:
        ScenarioError: the file is wrong.
    """
    if isinstance(scenario, Path):
        scenario = read_scenario(scenario)
    return Lab(scenario, served)


async def run_lab(
    scenario: Scenario | Path,
    *,
    served: Path | None = None,
    ready: Ready | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Run a lab until ``stop`` is set, or this is cancelled.

    Raises:
        ScenarioError: the file is wrong.
        WireError: a path or port is not to be had.
        OSError: the served log cannot be written.
    """
    async with running_lab(scenario, served=served) as lab:
        if ready is not None:
            ready(lab.wires)
        await lab.wait(stop or asyncio.Event())


def serve(
    scenario: Scenario | Path, *, served: Path | None = None, ready: Ready | None = None
) -> None:
    """Run a lab until SIGINT or SIGTERM; prints nothing.

    Raises:
        ScenarioError: the file is wrong.
        WireError: a path or port is not to be had.
        OSError: the served log cannot be written.
    """
    asyncio.run(_until_signal(scenario, served, ready))


async def _until_signal(
    scenario: Scenario | Path, served: Path | None, ready: Ready | None
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await run_lab(scenario, served=served, ready=ready, stop=stop)
