"""An electrical safety test: the object under test, and what the tester does to it in time."""

import math
from copy import copy
from random import Random
from typing import Literal, TypeAlias

import msgspec

from simulators.noise import Wander

Function: TypeAlias = Literal["ACW", "DCW", "IR", "GB"]
Verdict: TypeAlias = Literal["VIEW", "TEST", "PASS", "FAIL", "STOP"]
TINY = 1e-6
NANO, MEGA = 1e-9, 1e6
BROKEN_DOWN = 1e3
"""Current in mA that a breakdown would draw."""


class Program(msgspec.Struct):
    """Level in kV (A in GB), limits in mA, Mohm or mohm, time in s (0: for ever)."""

    level: float
    high: float
    low: float
    test: float = 1.0
    frequency: int = 60


class Sample(msgspec.Struct, frozen=True):
    """An object under test: it breaks down at ``breakdown`` kV."""

    capacitance: float
    """nF."""
    resistance: float
    """Mohm."""
    bond: float
    """mohm of its protective conductor."""
    breakdown: float

    @classmethod
    def choose(cls, random: Random, *, bad: bool) -> "Sample":
        """One off the line."""
        return cls(
            capacitance=random.uniform(0.2, 0.8),
            resistance=random.uniform(300, 4000),
            bond=random.uniform(40, 90),
            breakdown=random.uniform(0.3, 0.9) if bad else random.uniform(6.5, 9),
        )

    def answer(self, function: Function, level: float, frequency: int) -> float:
        """Current in mA at ``level`` kV; Mohm in an insulation test, mohm in a ground bond test."""
        if function == "GB":
            return self.bond
        if function == "IR":
            return 0.01 if level > self.breakdown else self.resistance
        if level > self.breakdown:
            return BROKEN_DOWN
        through = level / self.resistance
        reactive = 2 * math.pi * frequency * self.capacitance * NANO * level * MEGA
        return math.hypot(through, reactive) if function == "ACW" else through


class SafetyTest:
    """A test under way: ramp, hold, judgement. Nothing is asked of it while it rests."""

    def __init__(self, random: Random) -> None:
        self.verdict: Verdict = "VIEW"
        self.level = 0.0
        self.result = 0.0
        self.ramping = False
        self.time = 0.0
        """Seconds of the ramp while it ramps, else of the test."""
        self._noise = Wander(random, 0.0, 0.004, 0.3)
        self.function: Function = "ACW"
        self._program = Program(0.0, 1.0, 0.0)
        self._ramp = 0.0
        self._sample = Sample.choose(random, bad=False)

    def start(self, function: Function, program: Program, ramp: float, sample: Sample) -> None:
        """Begin a test of ``sample`` with a ramp of so many seconds."""
        self.function, self._program, self._sample = function, copy(program), sample
        self._ramp = 0.0 if function in {"IR", "GB"} else ramp
        self.verdict, self.ramping, self.time = "TEST", self._ramp > 0, 0.0
        self._measure()

    @property
    def limit(self) -> float:
        """The upper limit the test is run with."""
        return self._program.high

    def show(self, function: Function, program: Program) -> None:
        """Show another test, not begun."""
        self.function, self._program = function, copy(program)
        self.verdict, self.level, self.result, self.time = "VIEW", 0.0, 0.0, 0.0

    def stop(self) -> None:
        """Break off."""
        if self.verdict == "TEST":
            self.verdict = "STOP"

    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""
        self._noise.step(dt)
        if self.verdict != "TEST":
            return
        self.time += dt
        if self.ramping and self.time + TINY >= self._ramp:
            self.ramping, self.time = False, max(0.0, self.time - self._ramp)
        self._measure()
        self._judge()

    def _measure(self) -> None:
        part = min(1.0, self.time / self._ramp) if self.ramping else 1.0
        self.level = self._program.level * part * (1 + 0.3 * self._noise.value)
        clean = self._sample.answer(self.function, self.level, self._program.frequency)
        self.result = clean * (1 + self._noise.value)

    def _judge(self) -> None:
        """Too much current fails at once, too little at the end; of resistances the converse."""
        program, resistance = self._program, self.function in {"IR", "GB"}
        done = not self.ramping and 0 < program.test <= self.time + TINY
        if done:
            self.time = program.test
        bad = self.result > program.high and (done or not resistance)
        if bad or (done and self.result < program.low):
            self.verdict = "FAIL"
        elif done:
            self.verdict = "PASS"
