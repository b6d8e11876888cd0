"""A climate chamber: heats and cools to its set point, overshoots it, and takes the humidity along.

Air and walls are two masses; the machine is a heater and a cooler behind a lag, driven by a PI
controller. What the air holds is water vapour: relative humidity falls when it is heated and
rises when it is cooled, until a second controller has put that right. Air never holds more than
saturation allows.
"""

from collections.abc import Sequence
from random import Random

from simulators.devices.climate import saturation
from simulators.noise import Wander, approach

ROOM = 22.0
ROOM_VAPOUR = 12.0
"""The room around it, degrees Celsius and hPa of water vapour."""
GAIN = 1.6
"""Degrees above (or below) the walls that one per cent of output would bring the air."""
MACHINE_TIME, AIR_TIME, WALL_TIME, LEAK_TIME = 8.0, 35.0, 120.0, 600.0
PROPORTIONAL, INTEGRAL = 1.6, 0.035
"""Per cent for a degree, and for a degree and second: quick enough to overshoot."""
WETTING_TIME, DRYING_TIME, EXCHANGE_TIME = 8.0, 14.0, 25.0
WET_PROPORTIONAL, WET_INTEGRAL = 0.5, 0.02


class Chamber:
    """Temperatures in degrees Celsius, humidities in per cent, times in seconds.

    Args:
        random: where chance comes from.
        temperatures: set points that are run through in turn, until one is taken from outside;
            the chamber begins in the room's air.
        dwell: how long each is in force.
        humidity: the set point of humidity; None when it is not controlled.
    """

    def __init__(
        self, random: Random, temperatures: Sequence[float], dwell: float, humidity: float | None
    ) -> None:
        self.temperature_setpoint = temperatures[0]
        self.humidity_setpoint = humidity
        self.runs = True
        """False: idle, the air follows the room."""
        self.door_open = False
        self.output = 0.0
        """What the temperature controller asks for: -100 (cooling) to 100 per cent (heating)."""
        self._program = list(temperatures)
        self._dwell = self._left = dwell
        self._air = self._walls = ROOM
        self._machine = 0.0
        self._sum = 0.0
        self._vapour = ROOM_VAPOUR
        self._wet_sum = 0.0
        self._noise = Wander(random, 0.0, 0.04, 1.5)
        self._wet_noise = Wander(random, 0.0, 0.15, 2.5)

    @property
    def temperature(self) -> float:
        """What the sensor in the air says."""
        return self._air + self._noise.value

    @property
    def humidity(self) -> float:
        """Relative humidity, as its sensor says."""
        true = 100 * self._vapour / saturation(self._air)
        return min(100.0, max(0.0, true + self._wet_noise.value))

    def hold(self, temperature: float) -> None:
        """Take a set point from the operator; the program of set points ends."""
        self.temperature_setpoint = temperature
        self._program = []

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        self._follow_program(dt)
        self._noise.step(dt)
        self._wet_noise.step(dt)
        self.output = self._control(dt) if self.runs else 0.0
        self._machine = approach(self._machine, self.output, dt, MACHINE_TIME)
        self._move_heat(dt)
        self._move_vapour(dt)

    def _follow_program(self, dt: float) -> None:
        self._left -= dt
        if self._left <= 0 and self._program:
            self._left += self._dwell
            self._program.append(self._program.pop(0))
            self.temperature_setpoint = self._program[0]

    def _control(self, dt: float) -> float:
        error = self.temperature_setpoint - self._air
        asked = self._sum + PROPORTIONAL * error
        # The sum stands still while the machine can do no more, or it would overshoot for ever.
        if abs(asked) < 100 or asked * error < 0:  # noqa: PLR2004 - per cent
            self._sum = _limited(self._sum + INTEGRAL * error * dt)
        return _limited(self._sum + PROPORTIONAL * error)

    def _move_heat(self, dt: float) -> None:
        self._walls = approach(self._walls, self._air, dt, WALL_TIME)
        self._walls = approach(self._walls, ROOM, dt, LEAK_TIME)
        self._air = approach(self._air, self._walls + GAIN * self._machine, dt, AIR_TIME)
        if self.door_open:
            self._air = approach(self._air, ROOM, dt, AIR_TIME)

    def _move_vapour(self, dt: float) -> None:
        full = saturation(self._air)
        if self.door_open:
            self._vapour = approach(self._vapour, ROOM_VAPOUR, dt, EXCHANGE_TIME)
        if self.runs and self.humidity_setpoint is not None:
            self._wet(dt, full, self.humidity_setpoint)
        self._vapour = min(self._vapour, full)

    def _wet(self, dt: float, full: float, wanted: float) -> None:
        error = wanted - 100 * self._vapour / full
        self._wet_sum = max(-20.0, min(20.0, self._wet_sum + WET_INTEGRAL * error * dt))
        demand = wanted + WET_PROPORTIONAL * error + self._wet_sum
        target = full * max(0.0, min(105.0, demand)) / 100
        lag = WETTING_TIME if target > self._vapour else DRYING_TIME
        self._vapour = approach(self._vapour, target, dt, lag)


def _limited(output: float) -> float:
    return max(-100.0, min(100.0, output))
