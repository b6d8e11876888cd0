"""A vacuum chamber that is pumped down and vented, and the gauges that look into it."""

import math
from random import Random
from typing import Literal, TypeAlias

import msgspec

from simulators.noise import Wander, approach

ATMOSPHERE = 1013.0
"""mbar."""
PUMPING = 6.0
"""Seconds in which the pump brings the air in the chamber down to 1/e."""
VENTING = 4.0
WALLS = 2e-4
"""What water leaving the walls adds after a minute of pumping, mbar; it falls as 1/t."""
LEAK = 3e-3
BEST = 4e-8
"""What the pump reaches in the end, mbar."""
MINUTE = 60.0
PUMPED_FOR, VENTED_FOR = 600.0, 60.0

Reading: TypeAlias = Literal["ok", "under", "over"]


class Chamber:
    """Pressures in mbar; with ``cycle`` it is pumped for ten minutes and vented for one."""

    def __init__(self, random: Random, *, pumping: bool, cycle: bool) -> None:
        self.pumping = pumping
        self._cycle = cycle
        self._since = 0.0
        self._air = ATMOSPHERE
        self._stir = Wander(random, 0.0, 0.01, 3)

    @property
    def pressure(self) -> float:
        """What there is."""
        walls = WALLS / (1 + self._since / MINUTE) if self.pumping else 0.0
        return (self._air + walls + BEST) * math.exp(self._stir.value)

    def pump(self, on: bool) -> None:  # noqa: FBT001 - a switch is its position
        """Switch the pump on, or off and let air in."""
        self.pumping, self._since = on, 0.0

    def step(self, dt: float, *, leaking: bool = False) -> None:
        """Let ``dt`` seconds pass."""
        self._stir.step(dt)
        self._since += dt
        if self._cycle and self._since > (PUMPED_FOR if self.pumping else VENTED_FOR):
            self.pump(not self.pumping)
        target = (LEAK if leaking else 0.0) if self.pumping else ATMOSPHERE
        self._air = approach(self._air, target, dt, PUMPING if self.pumping else VENTING)


class Gauge(msgspec.Struct, frozen=True):
    """A kind of gauge: what it calls itself, and what it can measure, mbar."""

    name: str
    low: float
    high: float
    switchable: bool = False

    def read(self, pressure: float) -> tuple[Reading, float]:
        """What it tells of a pressure."""
        if pressure < self.low:
            return "under", self.low
        return ("over", self.high) if pressure > self.high else ("ok", pressure)
