"""Runs a lab: as a context manager in a test, until a signal comes on the command line."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import msgspec

from simulators.control.place import Place
from simulators.errors import ScenarioError
from simulators.lab import Lab
from simulators.scenario import read_scenario
from simulators.specs import Scenario

Ready: TypeAlias = Callable[[Lab], None]
"""Told once, when every wire can be opened."""


def running_lab(
    scenario: Scenario | Path,
    *,
    served: Path | None = None,
    speed: float | None = None,
    control: str | None = None,
) -> Lab:
    """A lab for ``async with``: it runs during the block and leaves nothing behind.

    Args:
        scenario: what to build, or the file that says so.
        served: the file the served log is appended to.
        speed: seconds of physics in a second of the clock; None: as the scenario says.
        control: where the lab can be talked to, a path or host:port; None: as the scenario says.

    Raises:
        ScenarioError: the file is wrong, or there can be no such place.
    """
    if isinstance(scenario, Path):
        scenario = read_scenario(scenario)
    if speed is not None:
        scenario = msgspec.structs.replace(scenario, speed=speed)
    if control is not None:
        scenario = msgspec.structs.replace(scenario, control=_checked(control))
    return Lab(scenario, served)


def _checked(control: str) -> str:
    try:
        return str(Place.parse(control))
    except ValueError as error:
        raise ScenarioError(f"control: {error}") from error


async def run_lab(
    lab: Lab, *, ready: Ready | None = None, stop: asyncio.Event | None = None
) -> None:
    """Run a lab until ``stop`` is set, or this is cancelled.

    Raises:
        WireError: a path or port is not to be had.
        OSError: the served log cannot be written.
    """
    async with lab:
        if ready is not None:
            ready(lab)
        await lab.wait(stop or asyncio.Event())


def serve(lab: Lab, *, ready: Ready | None = None) -> None:
    """Run a lab until SIGINT or SIGTERM; prints nothing.

    Raises:
        WireError: a path or port is not to be had.
        OSError: the served log cannot be written.
    """
    asyncio.run(_until_signal(lab, ready))


async def _until_signal(lab: Lab, ready: Ready | None) -> None:
    await run_lab(lab, ready=ready, stop=stop_signal())


def stop_signal() -> asyncio.Event:
    """An event that SIGINT and SIGTERM set from now on, instead of what they did."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop
