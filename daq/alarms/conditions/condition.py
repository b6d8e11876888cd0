"""What every condition can do."""

import math
from abc import ABC, abstractmethod
from typing import Protocol

from daq.journal.entry import Event
from drivers.model import Quality, Status, Value

NEVER = 2**63 - 1
"""A time that does not come."""

NS = 1_000_000_000


class Condition(Protocol):
    """Something that holds or does not, by the readings it is fed. All times are ns of one clock.

    A reading that cannot be judged (bad, no number) changes nothing: that is what conditions on
    quality and silence are for.
    """

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take a reading of the ``place``-th of its channels."""
        ...

    def holds(self, now: int) -> bool:
        """Whether it holds at this moment, which is never before one that was asked for."""
        ...

    def due(self) -> int:
        """When it may change although no reading comes; NEVER when it cannot."""
        ...

    def words(self) -> str:
        """What it saw, for people: ``41.2 above 40``."""
        ...

    def resume(self, now: int, *, active: bool) -> None:
        """After a gap (a restart): silence counts from now; ``active`` is what was known."""
        ...


class Hearing(ABC):
    """For conditions that listen to events; ``wanted`` are the kinds it takes."""

    wanted: frozenset[str]

    @abstractmethod
    def hear(self, event: Event, now: int, before: int) -> bool:
        """Whether an event, ``now``, concerned it; ``before`` was the entry before, 0 for none."""


class FarHearing(Hearing, ABC):
    """For conditions that hold because of events of long ago.

    After a start it is shown those of runs that go on, however far back they began.
    """


class Timeless:
    """For conditions that only readings change and that need no care after a gap."""

    def due(self) -> int:
        """Never."""
        return NEVER

    def resume(self, now: int, *, active: bool) -> None:
        """Nothing to do."""


def number(value: Value, status: Status) -> float | None:
    """The reading as a number, if it is one and not bad."""
    if value is None or isinstance(value, str) or status.quality is Quality.BAD:
        return None
    return float(value) if math.isfinite(value) else None


def shown(value: float) -> str:
    """A number in a text."""
    return f"{value:.6g}"
