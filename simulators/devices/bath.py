"""A circulator: a bath heated and cooled to its set point, and a vessel it flows through."""

from random import Random

from simulators.noise import Wander, approach

ROOM = 21.0
HEATING, COOLING = 0.08, 0.05
"""Kelvin a second at full heating and at full cooling."""
HEATER_TIME = 6.0
LOSS_TIME = 3000.0
VESSEL_TIME = 60.0
PROPORTIONAL, INTEGRAL = 15.0, 0.06
"""Per cent for a kelvin, and for a kelvin and second: quick enough to overshoot."""


class Bath:
    """Temperatures in degrees Celsius, power in per cent (negative: cooling), times in seconds."""

    def __init__(self, random: Random, setpoint: float) -> None:
        self.setpoint = setpoint
        self.runs = True
        """False: neither pumped nor tempered."""
        self.power = 0.0
        self._bath = self._vessel = ROOM
        self._heater = 0.0
        self._sum = 0.0
        self._noise = Wander(random, 0.0, 0.008, 1.0)
        self._vessel_noise = Wander(random, 0.0, 0.015, 4.0)

    @property
    def temperature(self) -> float:
        """What the working sensor says."""
        return self._bath + self._noise.value

    @property
    def vessel(self) -> float:
        """What an external sensor says, in what the bath flows through."""
        return self._vessel + self._vessel_noise.value

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        self._noise.step(dt)
        self._vessel_noise.step(dt)
        self.power = self._control(dt) if self.runs else 0.0
        self._heater = approach(self._heater, self.power, dt, HEATER_TIME)
        rate = HEATING if self._heater > 0 else COOLING
        self._bath = approach(self._bath, ROOM, dt, LOSS_TIME) + rate * self._heater / 100 * dt
        if self.runs:
            self._vessel = approach(self._vessel, self._bath, dt, VESSEL_TIME)
        else:
            self._vessel = approach(self._vessel, ROOM, dt, LOSS_TIME)

    def _control(self, dt: float) -> float:
        error = self.setpoint - self._bath
        asked = self._sum + PROPORTIONAL * error
        # The sum stands still while the machine can do no more, or it would overshoot for ever.
        if abs(asked) < 100:  # noqa: PLR2004 - per cent
            self._sum = _limited(self._sum + INTEGRAL * error * dt)
        return _limited(self._sum + PROPORTIONAL * error)


def _limited(power: float) -> float:
    return max(-100.0, min(100.0, power))
