"""One simulated instrument for a ``with`` block: no file, no event loop, no daemon."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from simulators.errors import ScenarioError
from simulators.handle import DeviceHandle, InjectionHandle
from simulators.scenario import build_scenario
from simulators.specs import Scenario
from simulators.thread import ThreadedLab

NAME = "instrument"
FREE_PORT = "127.0.0.1:0"


class Simulated:
    """A simulated instrument; made by ``simulated``, runs during the block."""

    def __init__(
        self, thread: ThreadedLab, transport: str, folder: tempfile.TemporaryDirectory[str] | None
    ) -> None:
        self.transport = transport
        self.port = ""
        """What to open: the path of a pty, or host:port; empty before the block."""
        self.device = DeviceHandle(thread, NAME)
        """Its state, its controls, and what it has said."""
        self._thread = thread
        self._folder = folder
        self._stack = ExitStack()

    @property
    def host(self) -> str:
        """The host of a TCP port."""
        return self.port.rpartition(":")[0] if self.transport == "tcp" else ""

    @property
    def tcp_port(self) -> int:
        """The number of a TCP port; 0 for a pty."""
        return int(self.port.rpartition(":")[2]) if self.transport == "tcp" else 0

    @property
    def url(self) -> str:
        """What ``serial.serial_for_url`` opens."""
        return f"socket://{self.port}" if self.transport == "tcp" else self.port

    @property
    def visa(self) -> str:
        """The resource name for VISA."""
        if self.transport == "tcp":
            return f"TCPIP::{self.host}::{self.tcp_port}::SOCKET"
        return f"ASRL{self.port}::INSTR"

    def inject(self, kind: str, **settings: float | str | None) -> InjectionHandle:
        """Put a fault to work; the same as ``device.inject``.

        Raises:
            SimulatorError: nothing like that happens to it.
        """
        return self.device.inject(kind, **settings)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            if self._folder is not None:
                stack.enter_context(self._folder)
            stack.enter_context(self._thread)
            self.port = self._thread.address(NAME)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)


def simulated(
    model: str,
    transport: Literal["pty", "tcp"] = "tcp",
    *,
    place: str = "",
    wire: Mapping[str, object] | None = None,
    lab: Mapping[str, object] | None = None,
    unit: int = 1,
    served: Path | None = None,
    **options: object,
) -> Simulated:
    """A simulated instrument for a ``with`` block.

        with simulators.simulated("keithley-2000", "tcp", voltage=3.3) as sim:
            meter = my_driver(sim.host, sim.tcp_port)
            with sim.inject("overflow"):
                assert meter.read() is None

    Args:
        model: see ``simulators.models()``.
        transport: a pseudo-terminal, or a port on the loopback interface.
        place: a path or host:port; default: a temporary path, a free port.
        wire: more keys of ``[lab.wire]``: baud, framing, pacing, character_gap, turnaround.
        lab: more keys of ``[lab]``: seed, speed, control.
        unit: the Modbus unit it answers to.
        served: the file the served log is appended to.
        options: the model's own.

    Raises:
        ScenarioError: there is no such model, option or key.
    """
    folder = None
    if transport == "pty" and not place:
        folder = tempfile.TemporaryDirectory(prefix="simulator-")
        place = f"{folder.name}/{model}"
    try:
        scenario = single(
            model, transport, place or FREE_PORT, wire=wire, lab=lab, unit=unit, options=options
        )
    except ScenarioError:
        if folder is not None:
            folder.cleanup()
        raise
    return Simulated(ThreadedLab(scenario, served=served), transport, folder)


def single(
    model: str,
    transport: Literal["pty", "tcp"],
    place: str,
    *,
    wire: Mapping[str, object] | None = None,
    lab: Mapping[str, object] | None = None,
    unit: object = 1,
    options: Mapping[str, object] | None = None,
) -> Scenario:
    """A scenario with one instrument, called ``instrument``; arguments as of ``simulated``.

    Raises:
        ScenarioError: there is no such model, option or key.
    """
    section = {
        **(lab or {}),
        "wire": {"wire": {transport: place, **(wire or {})}},
        "device": {NAME: {"model": model, "wire": "wire", "unit": unit, **(options or {})}},
    }
    return build_scenario(section, source=model)
