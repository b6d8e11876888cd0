"""A device's physics: state that moves in steps of time. No I/O, no clock, no sleeping."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from random import Random
from typing import ClassVar, Self, TypeAlias

from pydantic import BaseModel, ConfigDict

Value: TypeAlias = float | int | str | None
"""A value as it stood in a reply; None where the reply says that there is none."""

TICK = 0.1
"""Seconds of one step of the physics."""

LONGEST_CATCH_UP = 600
"""Steps made at once after a long pause; beyond that the steps get longer, not more."""


class DeviceOptions(BaseModel):
    """What a scenario may say about a device of some model, beside model, wire and unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Device(ABC):
    """One simulated instrument.

    Subclasses hold the state and say how it moves; everything random comes from the seeded
    generator they are given, so that the same seed and the same steps give the same values.
    """

    model: ClassVar[str]
    """The model's name in a scenario."""
    description: ClassVar[str]
    """One line about the model, for people."""
    channels: ClassVar[tuple[str, ...]]
    """What it measures."""
    events: ClassVar[Mapping[str, str]] = {}
    """What can happen to the device itself: name of the event, and what it does."""
    options: ClassVar[type[DeviceOptions]] = DeviceOptions
    """What a scenario may set."""
    turnaround: float = 0.01
    """Seconds from the end of a request to the first character of the reply."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._happening: set[tuple[str, str]] = set()
        self._time: float | None = None

    @classmethod
    @abstractmethod
    def create(cls, options: Mapping[str, object], random: Random) -> Self:
        """Make a device from the options of a scenario.

        Raises:
            pydantic.ValidationError: the options are wrong.
        """

    @abstractmethod
    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""

    def advance(self, now: float) -> None:
        """Step until ``now`` (seconds of any steady clock; the first call starts it)."""
        if self._time is None:
            self._time = now
        pending = now - self._time
        steps = int(pending / TICK)
        if steps <= 0:
            return
        dt = TICK
        if steps > LONGEST_CATCH_UP:
            steps, dt = LONGEST_CATCH_UP, pending / LONGEST_CATCH_UP
        for _ in range(steps):
            self.step(dt)
        self._time += steps * dt

    def begin(self, event: str, channel: str = "") -> None:
        """Let something happen to the device, or to one of its channels.

        Raises:
            KeyError: nothing like that can happen to this model.
        """
        if event not in self.events:
            raise KeyError(event)
        self._happening.add((event, channel))

    def end(self, event: str, channel: str = "") -> None:
        """Undo what ``begin`` did; harmless when it is over already."""
        self._happening.discard((event, channel))

    def happening(self, event: str, channel: str = "") -> bool:
        """True while the event lasts, for the channel or for the whole device."""
        return (event, "") in self._happening or (event, channel) in self._happening
