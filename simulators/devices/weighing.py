"""The weighing cell of a balance: a load that is put on, swings, settles and drifts."""

import math
from random import Random

from simulators.noise import Wander, approach

DIGIT = 0.0001
"""Readability, g."""
LAG = 0.15
"""Time constant of the cell's filter, s."""
SWING_TIME = 0.3
SWING_FREQUENCY = 2.2
QUIET_DIGITS = 4
QUIET_TIME = 0.8
"""Stable means: within so many digits for so many seconds."""
DRAUGHT = 0.02


class WeighingCell:
    """Weights in g. With ``samples``, somebody puts samples on the pan and takes them off."""

    def __init__(self, random: Random, *, samples: bool) -> None:
        self.load = 0.0
        self._random = random
        self._samples = samples
        self._next = random.uniform(4, 8)
        self._filtered = 0.0
        self._swing = 0.0
        self._phase = 0.0
        self._drift = Wander(random, 0.0, 2 * DIGIT, 200)
        self._noise = Wander(random, 0.0, 0.3 * DIGIT, 0.2)
        self._settled_at = 0.0
        self._quiet = 0.0

    def put(self, load: float) -> None:
        """Change what lies on the pan to ``load`` altogether."""
        self._swing += 0.005 * abs(load - self.load) + 5 * DIGIT
        self.load = load
        self._quiet = 0.0

    def lay(self, load: float) -> None:
        """Take over: ``load`` lies on the pan, and samples no longer come and go."""
        self._samples = False
        self.put(load)

    @property
    def reading(self) -> float:
        """What the cell measures now."""
        swing = self._swing * math.sin(self._phase)
        return self._filtered + swing + self._drift.value + self._noise.value

    @property
    def stable(self) -> bool:
        """True when the reading has stayed within a few digits for a while."""
        return self._quiet >= QUIET_TIME

    def step(self, dt: float, *, draught: bool = False) -> None:
        """Let ``dt`` seconds pass."""
        self._drift.step(dt)
        self._noise.step(dt)
        self._change_sample(dt)
        self._filtered = approach(self._filtered, self.load, dt, LAG)
        self._swing = max(self._swing * math.exp(-dt / SWING_TIME), DRAUGHT * draught)
        self._phase += 2 * math.pi * SWING_FREQUENCY * dt
        self._watch(dt)

    def _change_sample(self, dt: float) -> None:
        if not self._samples:
            return
        self._next -= dt
        if self._next <= 0:
            self.put(0.0 if self.load else round(self._random.uniform(1, 150), 4))
            self._next = (
                self._random.uniform(4, 8) if self.load == 0 else self._random.uniform(8, 14)
            )

    def _watch(self, dt: float) -> None:
        if abs(self.reading - self._settled_at) > QUIET_DIGITS * DIGIT:
            self._settled_at = self.reading
            self._quiet = 0.0
        else:
            self._quiet += dt
