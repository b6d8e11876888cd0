"""A mass-flow controller and the gas line it sits in: a set point, a valve, and what flows."""

import math
from random import Random

from simulators.noise import Wander

STANDARD_PRESSURE = 14.696
"""psia."""
STANDARD_TEMPERATURE = 298.15
"""K: volumes of gas are counted at 25 degrees Celsius."""
QUICKNESS = 4.0
"""Natural frequency of the control loop, rad/s: settles within about two seconds."""
DAMPING = 0.6
"""Less than 1: the flow overshoots a step of the set point by some 9 per cent."""
HIGHEST = 1.28
"""Part of the full scale above which the sensor tells no more."""
LIFT = 0.45
"""How far the valve opens for the full flow, beside what it needs to open at all."""
MINUTE = 60.0


class GasFlow:
    """Flows in the unit of ``full_scale`` (standard units a minute), the valve 0 to 1."""

    def __init__(self, random: Random, full_scale: float, setpoint: float) -> None:
        self.full_scale = full_scale
        self.setpoint = setpoint
        self.held: float | None = None
        """Where the valve is held, as the flow it lets through; None: the loop controls it."""
        self.total = 0.0
        """What has flowed since the counter was reset, in standard units."""
        self._flow = setpoint
        self._speed = 0.0
        self._noise = Wander(random, 0.0, 6e-4 * full_scale, 0.3)
        self._pressure = Wander(random, 30.0, 0.15, 60)
        self._temperature = Wander(random, 23.5, 0.4, 300)

    @property
    def flow(self) -> float:
        """Mass flow as the sensor sees it."""
        return min(self._flow + self._noise.value, HIGHEST * self.full_scale)

    @property
    def volume_flow(self) -> float:
        """What flows at the pressure and temperature in the line."""
        warm = (self.temperature + 273.15) / STANDARD_TEMPERATURE
        return self.flow * STANDARD_PRESSURE / self.pressure * warm

    @property
    def pressure(self) -> float:
        """In the line, psia; it drops as more flows."""
        return self._pressure.value - 2.0 * self._flow / self.full_scale

    @property
    def temperature(self) -> float:
        """Of the gas, degrees Celsius."""
        return self._temperature.value

    @property
    def valve(self) -> float:
        """How far the valve is open."""
        share = max(0.0, self._flow / self.full_scale)
        return min(1.0, 0.2 + LIFT * share) if share > 0 else 0.0

    def step(self, dt: float, *, closed: bool = False, stuck: bool = False) -> None:
        """Let ``dt`` seconds pass; no gas comes when ``closed``, the valve gapes when ``stuck``."""
        for part in (self._noise, self._pressure, self._temperature):
            part.step(dt)
        wanted = self.setpoint if self.held is None else self.held
        self._settle(0.0 if closed else 1.5 * self.full_scale if stuck else wanted, dt)
        self.total += max(0.0, self._flow) * dt / MINUTE

    def _settle(self, target: float, dt: float) -> None:
        """Move as a damped oscillator does, exactly, however long the step is."""
        error, speed = self._flow - target, self._speed
        fade = DAMPING * QUICKNESS
        swing = QUICKNESS * math.sqrt(1 - DAMPING * DAMPING)
        keep, cosine, sine = math.exp(-fade * dt), math.cos(swing * dt), math.sin(swing * dt)
        push = (QUICKNESS * QUICKNESS * error + fade * speed) / swing
        self._flow = target + keep * (error * cosine + (speed + fade * error) / swing * sine)
        self._speed = keep * (speed * cosine - push * sine)
