"""Faults that begin and end in time: a scheduler beside the lab's devices and wires."""

import asyncio
from collections.abc import Callable

from simulators.device import Device
from simulators.errors import SimulatorError
from simulators.faults import DISCONNECT, Fault
from simulators.injection import FaultBoard, Injection
from simulators.wire.wire import Wire

TINY = 1e-6


class FaultScheduler:
    """Puts faults to work; a task of ``group`` for each that is no matter of single replies."""

    def __init__(
        self,
        board: FaultBoard,
        group: asyncio.TaskGroup,
        device: Callable[[str], Device],
        wire_of: Callable[[str], Wire],
    ) -> None:
        self._board = board
        self._group = group
        self._device = device
        self._wire_of = wire_of
        self._loop = asyncio.get_running_loop()

    def put_to_work(self, fault: Fault) -> Injection:
        """Let a fault happen; its times count from now."""
        injection = self._board.add(fault, self._loop.time())
        if fault.strikes_replies:
            injection.began.set()
        else:
            name = f"fault {fault.kind} of {fault.device}"
            injection.task = self._group.create_task(self._schedule(injection), name=name)
        return injection

    async def _schedule(self, injection: Injection) -> None:
        """Let an event or a disconnection begin and end when it is due."""
        fault, elapsed = injection.fault, 0.0
        while (due := fault.next_begin(elapsed)) is not None:
            if await until(injection.over, due - injection.elapsed(self._loop.time())):
                return
            injection.hits += 1
            await self._begin(fault)
            injection.began.set()
            momentary = 0.0 if fault.kind == DISCONNECT else None
            lasts = momentary if fault.duration is None else fault.duration
            over = await until(injection.over, lasts)
            await self._end(fault)
            if over:
                return
            elapsed = max(injection.elapsed(self._loop.time()), due + TINY)
        injection.cancel()

    async def _begin(self, fault: Fault) -> None:
        if fault.kind == DISCONNECT:
            await self._wire_of(fault.device).unplug()
        else:
            self._device(fault.device).begin(fault.kind, fault.channel)

    async def _end(self, fault: Fault) -> None:
        if fault.kind == DISCONNECT:
            await self._wire_of(fault.device).plug()
        else:
            self._device(fault.device).end(fault.kind, fault.channel)


def nobody(name: str) -> SimulatorError:
    """The error for a device that is not in the lab."""
    return SimulatorError(f"there is no device {name!r} in the lab")


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
