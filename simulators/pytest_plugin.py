"""Fixtures for tests of instrument software: real simulated instruments on ptys and TCP ports.

pytest loads this by itself where the package is installed. It imports nothing heavy until a
fixture is used, and needs no event loop: synchronous and asynchronous tests use it alike.
"""

from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import pytest

if TYPE_CHECKING:
    from simulators.standalone import Simulated
    from simulators.thread import ThreadedLab

__all__ = ["InstrumentSimulator", "SimulatedLab", "instrument_simulator", "simulated_lab"]


class InstrumentSimulator(Protocol):
    """What the fixture ``instrument_simulator`` is."""

    def __call__(
        self, model: str, transport: Literal["pty", "tcp"] = "pty", **options: object
    ) -> "Simulated":
        """Start a simulated instrument; it stops with the test. See ``simulators.simulated``."""
        ...


class SimulatedLab(Protocol):
    """What the fixture ``simulated_lab`` is."""

    def __call__(self, scenario: Path) -> "ThreadedLab":
        """Start the lab that a scenario file describes; it stops with the test."""
        ...


@pytest.fixture
def instrument_simulator() -> Generator[InstrumentSimulator]:
    """Starts simulated instruments: ``instrument_simulator("mettler-sics", transport="tcp")``."""
    from simulators.standalone import simulated  # noqa: PLC0415 - only tests that use it pay

    with ExitStack() as stack:

        def start(
            model: str, transport: Literal["pty", "tcp"] = "pty", **options: object
        ) -> "Simulated":
            return stack.enter_context(simulated(model, transport, **options))  # pyright: ignore[reportArgumentType] - checked with the scenario

        yield start


@pytest.fixture
def simulated_lab() -> Generator[SimulatedLab]:
    """Starts whole labs from scenario files: ``simulated_lab(Path("lab.toml"))``."""
    from simulators.thread import ThreadedLab  # noqa: PLC0415 - only tests that use it pay

    with ExitStack() as stack:
        yield lambda scenario: stack.enter_context(ThreadedLab(scenario))
