"""A small furnace under a PI controller: ramps to its set point and overshoots it."""

from collections.abc import Sequence
from random import Random

from simulators.noise import Wander, approach

AMBIENT = 23.0
HEATER_GAIN = 9.0
"""Degrees above ambient that one per cent of power holds in the long run."""
HEATER_TIME = 6.0
LOAD_TIME = 25.0
PROPORTIONAL = 0.35
INTEGRAL = 0.02
"""Per cent for a degree, and for a degree and second: soft enough to overshoot."""


class Furnace:
    """Temperatures in degrees Celsius, power in per cent, times in seconds.

    Args:
        random: where chance comes from.
        setpoints: run through in turn.
        dwell: how long each is the target.
        rate: the fastest the working set point moves, degrees a second; 0 is no limit.
    """

    def __init__(
        self, random: Random, setpoints: Sequence[float], dwell: float, rate: float
    ) -> None:
        self.target = setpoints[0]
        self.manual = False
        self.output = 0.0
        self._program = list(setpoints)
        self._dwell = dwell
        self._rate = rate
        self._left = dwell
        self._load = AMBIENT + 0.7 * (self.target - AMBIENT)
        self._heater = self._load
        self.working = self._load
        self._sum = (self._load - AMBIENT) / HEATER_GAIN
        self._noise = Wander(random, 0.0, 0.12, 0.8)

    @property
    def measured(self) -> float:
        """What the thermocouple says."""
        return self._load + self._noise.value

    def hold(self, target: float) -> None:
        """Take a set point from the operator; the program of set points ends."""
        self.target = target
        self._program = []

    def step(self, dt: float, *, driven: bool = True) -> None:
        """Let ``dt`` seconds pass; the output is cut unless ``driven``."""
        self._noise.step(dt)
        self._follow_program(dt)
        self._follow_target(dt)
        if not self.manual:
            self._control(dt, driven=driven)
        self._heater = approach(self._heater, AMBIENT + HEATER_GAIN * self.output, dt, HEATER_TIME)
        self._load = approach(self._load, self._heater, dt, LOAD_TIME)

    def _follow_program(self, dt: float) -> None:
        self._left -= dt
        if self._left <= 0 and self._program:
            self._left += self._dwell
            self._program.append(self._program.pop(0))
            self.target = self._program[0]

    def _follow_target(self, dt: float) -> None:
        furthest = self._rate * dt if self._rate else abs(self.target - self.working)
        self.working += max(-furthest, min(furthest, self.target - self.working))

    def _control(self, dt: float, *, driven: bool) -> None:
        if not driven:
            self.output = 0.0
            return
        error = self.working - self._load
        self._sum = max(0.0, min(100.0, self._sum + INTEGRAL * error * dt))
        self.output = max(0.0, min(100.0, self._sum + PROPORTIONAL * error))
