"""The air of a room with air conditioning: temperature, humidity and dew point."""

import math
from random import Random

from simulators.noise import Wander, approach

MAGNUS_A, MAGNUS_B, MAGNUS_C = 6.112, 17.62, 243.12
"""Saturation vapour pressure over water in hPa, degrees Celsius (WMO-No. 8, annex 4.B)."""
HYSTERESIS = 0.5
COOLED = 2.5
"""How far the running machine would cool the room below its mean, degrees."""
ROOM_TIME = 90.0


def saturation(temperature: float) -> float:
    """Saturation vapour pressure in hPa at a temperature in degrees Celsius."""
    return MAGNUS_A * math.exp(MAGNUS_B * temperature / (MAGNUS_C + temperature))


class Room:
    """A room held near ``temperature`` (degrees Celsius) and ``humidity`` (per cent)."""

    def __init__(self, random: Random, temperature: float, humidity: float) -> None:
        self.temperature = temperature
        self._mean = temperature
        self._cooling = random.choice((True, False))
        vapour = saturation(temperature) * humidity / 100
        self._vapour = Wander(random, vapour, 0.02 * vapour, 150)

    def condition(self, temperature: float, humidity: float) -> None:
        """Hold the room near other values, beginning there."""
        self.temperature = self._mean = temperature
        self._vapour.tend(saturation(temperature) * humidity / 100)

    @property
    def humidity(self) -> float:
        """Relative humidity, per cent."""
        return min(100.0, 100 * self._vapour.value / saturation(self.temperature))

    @property
    def dewpoint(self) -> float:
        """Dew point over water, degrees Celsius."""
        ratio = math.log(self._vapour.value / MAGNUS_A)
        return MAGNUS_C * ratio / (MAGNUS_B - ratio)

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        self._vapour.step(dt)
        if abs(self.temperature - self._mean) > HYSTERESIS:
            self._cooling = self.temperature > self._mean
        target = self._mean + (-COOLED if self._cooling else COOLED)
        self.temperature = approach(self.temperature, target, dt, ROOM_TIME)
