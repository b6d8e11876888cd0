"""Faults at work: those of the scenario and those injected while the lab runs."""

import asyncio
from random import Random
from types import TracebackType
from typing import Self

from simulators.faults import Fault


class Injection:
    """A fault at work. As a context manager it ends with the block."""

    def __init__(self, number: int, fault: Fault, began: float, random: Random) -> None:
        self.number = number
        """Which one of the lab's it is, from 1."""
        self.fault = fault
        self.hits = 0
        """Replies it has struck, or times it has begun."""
        self.over = asyncio.Event()
        self.began = asyncio.Event()
        """Set as soon as the fault can strike, or has begun for the first time."""
        self.task: asyncio.Task[None] | None = None
        """What lets it begin and end in time; None for what strikes single replies."""
        self._began = began
        self._random = random

    def cancel(self) -> None:
        """End the fault; harmless when it is over."""
        self.over.set()

    async def end(self) -> None:
        """End the fault, and wait until what it did is undone."""
        self.cancel()
        if self.task is not None:
            await asyncio.wait({self.task})

    def elapsed(self, now: float) -> float:
        """Seconds since the start it counts from."""
        return now - self._began

    def finished(self, now: float) -> bool:
        """True when nothing will come of it any more."""
        return self.over.is_set() or self.fault.past(self.elapsed(now))

    def strikes(self, now: float) -> bool:
        """Decide whether the fault strikes the reply that is about to be sent."""
        fault = self.fault
        if self.over.is_set() or not fault.active(self.elapsed(now)):
            return False
        if fault.probability < 1 and self._random.random() >= fault.probability:
            return False
        self.hits += 1
        if fault.count is not None and self.hits >= fault.count:
            self.over.set()
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cancel()


class FaultBoard:
    """All faults at work in a lab."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._injections: list[Injection] = []
        self._number = 0

    def add(self, fault: Fault, now: float) -> Injection:
        """Put a fault to work; its times count from ``now``."""
        chance = f"{self._seed}:fault:{self._number}" if fault.seed is None else fault.seed
        self._number += 1
        injection = Injection(self._number, fault, now, Random(chance))
        self._injections = [*self.at_work(now), injection]
        return injection

    def at_work(self, now: float) -> tuple[Injection, ...]:
        """Those of which something may come yet, oldest first."""
        return tuple(each for each in self._injections if not each.finished(now))

    def strikes(self, device: str, now: float) -> dict[str, Fault]:
        """The faults, by kind, that strike the reply this device is about to send."""
        return {
            injection.fault.kind: injection.fault
            for injection in self._injections
            if injection.fault.device == device
            and injection.fault.strikes_replies
            and injection.strikes(now)
        }
