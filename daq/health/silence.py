"""Which instruments have gone silent, judged from counts alone. Pure: the caller has the clock."""

from collections.abc import Container, Iterable
from typing import Literal, TypeAlias

import msgspec

INTERVALS = 3
"""Scans of a group that have to be missing, whatever is configured: one may be late, one lost."""

Turn: TypeAlias = Literal["begins", "ends"]


class GroupSight(msgspec.Struct, frozen=True):
    """A scan group as it is seen: seconds from scan to scan, scans so far that were of use."""

    name: str
    interval: float
    usable: int


class Sight(msgspec.Struct, frozen=True):
    """An instrument as it is seen. ``silent_after`` is how long it may say nothing of use."""

    instrument: str
    silent_after: float
    groups: tuple[GroupSight, ...]


class Verdict(msgspec.Struct, frozen=True):
    """A silence that begins or ends: which groups it is about, how long it has lasted (s)."""

    instrument: str
    turn: Turn
    groups: tuple[str, ...]
    seconds: float


class _Ear(msgspec.Struct):
    usable: int = 0
    quiet: float = 0.0

    def hear(self, usable: int, passed: float) -> None:
        # A poller that was made anew counts from 0 again, which is no sign of life.
        self.quiet = 0.0 if usable and usable != self.usable else self.quiet + passed
        self.usable = usable


class _Silence:
    """One instrument: silent as soon as one of its groups is, until all of them speak."""

    def __init__(self) -> None:
        self.groups: tuple[str, ...] = ()
        self.seconds = 0.0
        self._ears: dict[str, _Ear] = {}

    def look(self, sight: Sight, passed: float) -> Verdict | None:
        self._ears = {group.name: self._ears.get(group.name, _Ear()) for group in sight.groups}
        for group in sight.groups:
            self._ears[group.name].hear(group.usable, passed)
        before, lasted = self.groups, self.seconds
        self.groups = tuple(g.name for g in sight.groups if self._is_silent(sight, g))
        self.seconds = max((self._ears[name].quiet for name in self.groups), default=0.0)
        if self.groups and not before:
            return Verdict(sight.instrument, "begins", self.groups, self.seconds)
        if before and not self.groups:
            return Verdict(sight.instrument, "ends", before, lasted + passed)
        return None

    def _is_silent(self, sight: Sight, group: GroupSight) -> bool:
        limit = max(sight.silent_after, INTERVALS * group.interval)
        return self._ears[group.name].quiet > limit


class Silences:
    """Looks again and again at all instruments; says of each silence when it begins and ends.

    A group is silent when no scan of use has come for ``silent_after`` and for three intervals.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Silence] = {}

    def look(self, passed: float, sights: Iterable[Sight]) -> list[Verdict]:
        """Look, ``passed`` seconds after the look before; what has begun or ended since."""
        verdicts: list[Verdict | None] = []
        for sight in sights:
            silence = self._known.setdefault(sight.instrument, _Silence())
            verdicts.append(silence.look(sight, passed))
        return [verdict for verdict in verdicts if verdict is not None]

    def verdict(self, instrument: str) -> Verdict | None:
        """The silence of an instrument, as if it began now; None when it is not silent."""
        silence = self._known.get(instrument)
        if silence is None or not silence.groups:
            return None
        return Verdict(instrument, "begins", silence.groups, silence.seconds)

    def keep(self, instruments: Container[str]) -> None:
        """Forget all instruments but these."""
        self._known = {name: each for name, each in self._known.items() if name in instruments}

    def seconds(self, instrument: str) -> float:
        """For how long an instrument has been silent; 0 when it is not."""
        silence = self._known.get(instrument)
        return silence.seconds if silence else 0.0
