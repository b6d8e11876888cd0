"""A lab at work: builds devices and wires from a scenario and runs them."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from simulators.build import build
from simulators.device import Device
from simulators.errors import SimulatorError
from simulators.faults import DISCONNECT, Fault, Framing, objection
from simulators.injection import FaultBoard, Injection
from simulators.scenario import Scenario
from simulators.served import ServedLog
from simulators.wire.wire import Wire

TINY = 1e-6
HEARTBEAT = 0.2
"""Seconds between two flushes of the served log; the devices' time moves as well."""


class WireInfo(msgspec.Struct, frozen=True):
    """A wire for whoever wants to use it: the path or host:port to open, and who is on it."""

    name: str
    kind: str
    address: str
    framing: str
    devices: tuple[str, ...]


class Lab:
    """A running lab; made by ``running_lab``.

    One task runs it and owns all others; it starts with the block of ``async with``.
    """

    def __init__(self, scenario: Scenario, served: Path | None = None) -> None:
        self._scenario = scenario
        self._served = ServedLog(served)
        self._devices: dict[str, Device] = {}
        self._wires: dict[str, Wire] = {}
        self._stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._group: asyncio.TaskGroup | None = None
        self._task: asyncio.Task[None] | None = None
        self._faults = FaultBoard(str(scenario.seed))

    def device(self, name: str) -> Device:
        """A device's state.

        Raises:
            SimulatorError: there is none of this name.
        """
        try:
            return self._devices[name]
        except KeyError:
            raise SimulatorError(f"there is no device {name!r} in the lab") from None

    def address(self, device: str) -> str:
        """The path or host:port to open in order to reach a device.

        Raises:
            SimulatorError: there is none of this name.
        """
        return self._wire_of(device).address

    @property
    def wires(self) -> tuple[WireInfo, ...]:
        """All wires."""
        return tuple(
            WireInfo(
                spec.name,
                "pty" if spec.pty is not None else "tcp",
                self._wires[spec.name].address,
                spec.framing,
                tuple(station.name for station in self._wires[spec.name].stations),
            )
            for spec in self._scenario.wires
        )

    def inject(self, device: str, kind: str, **settings: float | str | None) -> Injection:
        """Put a fault to work now: ``settings`` are the fields of ``Fault``.

        Raises:
            SimulatorError: there is no such device, or nothing like that happens to it.
        """
        fault = msgspec.convert({"device": device, "kind": kind, **settings}, Fault)
        if problem := objection(fault, self.device(device), self._framing_of(device)):
            raise SimulatorError(problem)
        return self._put_to_work(fault)

    def flush(self) -> None:
        """Write the served log to its file at once."""
        self._served.flush()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="lab")
        ready = asyncio.create_task(self._ready.wait(), name="lab: ready")
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
        """Wait until ``stop`` is set, or until the lab fails."""
        if self._task is None:
            return
        stopped = asyncio.create_task(stop.wait(), name="lab: stop")
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

    async def _work(self, group: asyncio.TaskGroup) -> None:
        try:
            self._served.open()
            for builder in build(self._scenario, self._faults, self._served, group):
                self._wires[builder.wire.name] = builder.wire
                self._devices |= {each.name: each.device for each in builder.wire.stations}
                await builder.open()
            self._group = group
            for fault in self._scenario.faults:
                self._put_to_work(fault)
            self._ready.set()
            await self._beat()
        finally:
            self._group = None
            await self._close()

    async def _close(self) -> None:
        # Backwards: the wire that made a folder removes it when the others have left it.
        for wire in reversed(self._wires.values()):
            await wire.close()
        self._served.close()

    async def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            for device in self._devices.values():
                device.advance(loop.time())
            self._served.flush()
            await until(self._stop, HEARTBEAT)

    # Faults.

    def _put_to_work(self, fault: Fault) -> Injection:
        if self._group is None:
            raise SimulatorError("the lab is not running")
        injection = self._faults.add(fault, asyncio.get_running_loop().time())
        if not fault.strikes_replies:
            name = f"fault {fault.kind} of {fault.device}"
            self._group.create_task(self._schedule(injection), name=name)
        return injection

    async def _schedule(self, injection: Injection) -> None:
        """Let an event or a disconnection begin and end when it is due."""
        loop, fault, elapsed = asyncio.get_running_loop(), injection.fault, 0.0
        while (due := fault.next_begin(elapsed)) is not None:
            if await until(injection.over, due - injection.elapsed(loop.time())):
                return
            injection.hits += 1
            await self._begin(fault)
            momentary = 0.0 if fault.kind == DISCONNECT else None
            lasts = momentary if fault.duration is None else fault.duration
            over = await until(injection.over, lasts)
            await self._end(fault)
            if over:
                return
            elapsed = max(injection.elapsed(loop.time()), due + TINY)

    async def _begin(self, fault: Fault) -> None:
        if fault.kind == DISCONNECT:
            await self._wire_of(fault.device).unplug()
        else:
            self.device(fault.device).begin(fault.kind, fault.channel)

    async def _end(self, fault: Fault) -> None:
        if fault.kind == DISCONNECT:
            await self._wire_of(fault.device).plug()
        else:
            self.device(fault.device).end(fault.kind, fault.channel)

    def _framing_of(self, device: str) -> Framing:
        wire = self._wire_of(device).name
        return next(spec.framing for spec in self._scenario.wires if spec.name == wire)

    def _wire_of(self, device: str) -> Wire:
        for wire in self._wires.values():
            if any(station.name == device for station in wire.stations):
                return wire
        raise SimulatorError(f"there is no device {device!r} in the lab")


class _StopError(Exception):
    """Ends the task group of a lab."""


async def until(event: asyncio.Event, timeout: float | None) -> bool:  # noqa: ASYNC109 - the point
    """Wait for an event at most so long; True when it has come."""
    if timeout is not None and timeout <= 0:
        await asyncio.sleep(0)
        return event.is_set()
    try:
        async with asyncio.timeout(timeout):
            await event.wait()
    except TimeoutError:
        return False
    return True
