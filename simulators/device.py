"""A device's physics: state that moves in steps of time. No I/O, no clock, no sleeping."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, ClassVar, Self, TypeAlias, cast

from pydantic import BaseModel, ConfigDict

from simulators.errors import OperationError

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.controls import Control

Value: TypeAlias = float | int | str | None
"""A value as it stood in a reply; None where the reply says that there is none."""

TICK = 0.1
"""Seconds of one step of the physics."""

ROUNDING = 1e-9
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
    speed: float = 1.0
    """Seconds of physics in a second of the clock."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.elapsed = 0.0
        """Seconds of the clock so far, whatever the speed: what the device does on the wire
        by time (streaming, waiting) goes by them, what it measures goes by ``step``."""
        self._happening: set[tuple[str, str]] = set()
        self._time: float | None = None
        self._pending = 0.0

    @classmethod
    def create(cls, options: Mapping[str, object], random: Random) -> Self:
        """Make a device from the options of a scenario.

        Raises:
            pydantic.ValidationError: the options are wrong.
        """
        # Each model's constructor takes its own kind of options, which this class cannot name.
        make = cast("Callable[[DeviceOptions, Random], Self]", cls)
        return make(cls.options.model_validate(options), random)

    @abstractmethod
    def step(self, dt: float) -> None:
        """Let ``dt`` seconds pass."""

    def advance(self, now: float) -> None:
        """Step until ``now`` (seconds of any steady clock; the first call starts it)."""
        if self._time is not None:
            self.let_pass(now - self._time)
        self._time = now

    def let_pass(self, seconds: float) -> None:
        """Let so many seconds of the clock pass."""
        self.elapsed += seconds
        self._pending += seconds * self.speed
        steps = int(self._pending / TICK + ROUNDING)
        if steps <= 0:
            return
        dt = TICK
        if steps > LONGEST_CATCH_UP:
            steps, dt = LONGEST_CATCH_UP, self._pending / LONGEST_CATCH_UP
        for _ in range(steps):
            self.step(dt)
        self._pending -= steps * dt

    def state(self) -> dict[str, Value]:
        """What the channels truly are now, as a reply would tell it.

        This finds attributes named like channels; models that keep them otherwise override it.
        """
        found = {name: getattr(self, name, None) for name in self.channels if hasattr(self, name)}
        return {name: each for name, each in found.items() if not callable(each)}

    def controls(self) -> "Mapping[str, Control]":
        """What a person at the device can operate, by name."""
        return {}

    def operate(self, name: str, value: Value = None) -> None:
        """Operate a control; or let an event begin (true, or a channel) and end (false).

        Raises:
            OperationError: there is no such control, or it does not take that.
        """
        control = self.controls().get(name)
        if control is not None:
            try:
                control.act(value)
            except OperationError as error:
                raise OperationError(f"{name} {error}") from None
        elif name in self.events:
            self._toggle(name, value)
        else:
            known = ", ".join([*self.controls(), *self.events]) or "nothing"
            raise OperationError(f"{self.model} has {known} to operate; not {name!r}")

    def _toggle(self, event: str, value: Value) -> None:
        channel = value if isinstance(value, str) else ""
        if value is False:
            self._happening = {each for each in self._happening if each[0] != event}
        elif value in (None, True) or channel in self.channels:
            self.begin(event, channel)
        else:
            raise OperationError(f"{event} takes true, false or a channel, not {value!r}")

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

    @property
    def happenings(self) -> tuple[str, ...]:
        """The events that last, each with its channel if it has one: ``sensor-break t4``."""
        return tuple(sorted(f"{event} {channel}".strip() for event, channel in self._happening))

    def happening(self, event: str, channel: str = "") -> bool:
        """True while the event lasts, for the channel or for the whole device."""
        return (event, "") in self._happening or (event, channel) in self._happening
