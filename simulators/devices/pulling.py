"""A test stand that pulls specimens until they break, or presses on them, over and over."""

import math
from random import Random

from simulators.noise import Wander

REST = (3.0, 6.0)
SPEED = 0.5
"""mm a second."""
STIFFNESS = (8.0, 16.0)
"""N a mm at first."""
STRENGTH = (35.0, 90.0)
"""N at which a specimen breaks."""
PRESSED = 0.25
"""Part of the specimens that are pressed instead, to so much of their strength."""
GENTLE = 0.4
SOFTENING = 0.35
"""How much less stiff a specimen is at its breaking point."""
RING_TIME = 0.08


class TestStand:
    """The force in N: tension is negative, compression positive, as the gauge has it."""

    __test__ = False  # not for pytest

    def __init__(self, random: Random, *, busy: bool) -> None:
        self.busy = busy
        self.load: float | None = None
        """A force somebody holds, N; None: what the stand does."""
        self._random = random
        self._noise = Wander(random, 0.0, 0.03, 0.1)
        self._rest = random.uniform(*REST)
        self._travel: float | None = None
        self._ring = 0.0
        self._choose()

    def _choose(self) -> None:
        self._stiffness = self._random.uniform(*STIFFNESS)
        self._strength = self._random.uniform(*STRENGTH)
        self._pressed = self._random.random() < PRESSED

    @property
    def force(self) -> float:
        """What the gauge feels."""
        held = self._held() if self.load is None else self.load
        return held + self._ring + self._noise.value

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        self._noise.step(dt)
        self._ring *= -math.exp(-dt / RING_TIME)
        if not self.busy or self.load is not None:
            return
        if self._travel is None:
            self._rest -= dt
            if self._rest <= 0:
                self._choose()
                self._travel = 0.0
            return
        self._travel += SPEED * dt
        if self._strain() >= (GENTLE if self._pressed else 1.0):
            self._let_go()

    def _let_go(self) -> None:
        if not self._pressed:
            self._ring = 0.04 * self._strength
        self._travel = None
        self._rest = self._random.uniform(*REST)

    def _strain(self) -> float:
        """The force as a part of the strength."""
        straight = self._stiffness * (self._travel or 0.0) / self._strength
        return straight / (1 + SOFTENING * straight)

    def _held(self) -> float:
        if self._travel is None:
            return 0.0
        return self._strain() * self._strength * (1 if self._pressed else -1)
