"""Several rules together: all, any or none of them, also within a time of each other."""

from collections.abc import Sequence
from typing import Literal

from daq.alarms.conditions.condition import NEVER
from drivers.model import Status, Value


class Combination:
    """Of ``names``; a rule counts while it holds and for ``within`` ns after it did.

    It is fed true or false: whether the rule of that place holds, delays included.
    """

    def __init__(
        self, need: Literal["all", "any", "none"], names: Sequence[str], within: int = 0
    ) -> None:
        self._need, self._names, self._within = need, names, within
        self._on = [False] * len(names)
        self._until = [0] * len(names)
        self._now = 0

    def feed(self, place: int, time: int, value: Value, status: Status) -> None:
        """Take what became of a rule."""
        if self._on[place] and not value:
            self._until[place] = time + self._within
        self._on[place] = bool(value)

    def holds(self, now: int) -> bool:
        """Whether enough of them count now."""
        self._now = now
        counted = [self._counts(place) for place in range(len(self._names))]
        if self._need == "all":
            return all(counted)
        return any(counted) == (self._need == "any")

    def _counts(self, place: int) -> bool:
        return self._on[place] or self._now < self._until[place]

    def due(self) -> int:
        """At once for the first time, then when the next rule that held ceases to count."""
        if not self._now:
            return 0
        return min((until for until in self._until if until > self._now), default=NEVER)

    def resume(self, now: int, *, active: bool) -> None:
        """It follows from its rules."""

    def words(self) -> str:
        """Which of them hold."""
        names = ", ".join(self._names)
        counted = [name for place, name in enumerate(self._names) if self._counts(place)]
        if len(counted) in (0, len(self._names)):
            return f"{'all' if counted else 'none'} of {names}"
        return f"of {names}: {', '.join(counted)}"
