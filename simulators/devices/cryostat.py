"""A cryostat: stages that a cooler pulls down from room temperature, and heaters against it."""

from random import Random

from simulators.noise import Wander, approach

ROOM = 294.5
COOL_DOWN_TIME = 180.0
"""Seconds in which a stage comes 1/e nearer to its base; real ones take hours."""
COLD = 30.0
COLD_SPEED = 4.0
"""Below this many kelvin heat capacities shrink, and everything goes up to so much faster."""
HEATER_TIME = 5.0


class Stage:
    """One place in a cryostat; kelvin, per cent, seconds.

    Args:
        random: where chance comes from.
        base: where the cooler brings it to without heat.
        cold: whether it begins there, or at room temperature.
        lift: how many kelvin full heating would bring it above its base.
    """

    def __init__(self, random: Random, base: float, lift: float = 300.0, *, cold: bool) -> None:
        self.temperature = base if cold else ROOM
        self.cooled = True
        self._base = base
        self._lift = lift
        self._heat = 0.0
        self._noise = Wander(random, 0.0, 2e-4 * base**0.5, 1.0)

    @property
    def reading(self) -> float:
        """What the sensor says."""
        return max(0.0, self.temperature + self._noise.value)

    def step(self, dt: float, heating: float = 0.0) -> None:
        """Let ``dt`` seconds pass under so many per cent of heating."""
        self._noise.step(dt)
        self._heat = approach(self._heat, heating, dt, HEATER_TIME)
        rest = self._base + self._lift * self._heat / 100 if self.cooled else ROOM
        shrunk = max(1.0, min(COLD_SPEED, COLD / max(1.0, self.temperature)))
        self.temperature = approach(self.temperature, rest, dt, COOL_DOWN_TIME / shrunk)


class Loop:
    """A PI controller of a heater, with the ranges off, low, medium and high."""

    RANGES = (0.0, 1.0, 10.0, 100.0)
    """Per cent of the heater's full power that each range can give."""

    def __init__(self, setpoint: float, *, heater_range: int) -> None:
        self.setpoint = setpoint
        self.range = heater_range
        self.manual = 0.0
        self.gains = [50.0, 20.0, 0.0]
        """P, I and D, as they are set at the front panel."""
        self.output = 0.0
        """Per cent of what the range can give."""
        self._sum = 0.0

    @property
    def heating(self) -> float:
        """Per cent of the heater's full power."""
        return self.output * self.RANGES[self.range] / 100

    def step(self, dt: float, temperature: float) -> None:
        """Let ``dt`` seconds pass."""
        if self.range == 0:
            self.output = self._sum = 0.0
            return
        error = self.setpoint - temperature
        proportional = self.gains[0] * error / 10
        asked = self.manual + self._sum + proportional
        if 0 < asked < 100:  # noqa: PLR2004 - per cent
            self._sum += self.gains[0] * self.gains[1] / 2e4 * error * dt
        self.output = max(0.0, min(100.0, self.manual + self._sum + proportional))
