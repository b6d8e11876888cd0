"""One rule: a condition, its delays, and when it is enabled. Pure."""

from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from daq.alarms.board import Sort
from daq.alarms.conditions.condition import Condition, Timeless
from daq.alarms.lifecycle import What


class Point(msgspec.Struct, frozen=True):
    """A channel of an instrument; of this scan group, or of any when ``group`` is empty."""

    instrument: str
    channel: str
    group: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """A rule without its condition; delays in ns.

    ``points`` are the channels that feed the condition, ``members`` the rules that do, after
    the points. ``when`` must hold and ``unless`` must not; empty is no demand. ``recipe`` says
    what the condition was made of: rules whose settings are equal do the same.
    """

    sort: Sort
    points: tuple[Point, ...] = ()
    members: tuple[str, ...] = ()
    when: str = ""
    unless: str = ""
    on_delay: int = 0
    off_delay: int = 0
    recipe: str = ""

    def does_as(self, other: "Settings") -> bool:
        """Whether a rule with these turns when one with the others does, whatever it is called."""
        return replace(self, sort=other.sort) == other

    @property
    def needs(self) -> tuple[str, ...]:
        """The rules that have to be judged before this one."""
        return (*self.members, *filter(None, (self.when, self.unless)))


Turns: TypeAlias = list[What]


class Rule:
    """Holds after its condition has held for ``on_delay``, until it has not for ``off_delay``."""

    def __init__(self, settings: Settings, condition: Condition) -> None:
        self.settings = settings
        self.condition = condition
        self.active = False
        self.suppressed = False
        self.held = 0
        """For how long, in ns, its condition had held when it turned last."""
        self._since: int | None = None
        self._timed = not isinstance(condition, Timeless)

    def judge(self, now: int, *, enabled: bool = True) -> Turns:
        """What has changed by this moment; it is not judged where it is not enabled."""
        turns: Turns = []
        if enabled and self.suppressed:
            turns.append("unsuppressed")
        # Asked in any case: it must not miss how time goes by.
        wanted = self.condition.holds(now) and enabled
        if self._turned(now, wanted=wanted, at_once=not enabled):
            turns.append("raised" if wanted else "returned")
        if not enabled and not self.suppressed:
            turns.append("suppressed")
        self.suppressed = not enabled
        return turns

    def _turned(self, now: int, *, wanted: bool, at_once: bool) -> bool:
        if wanted == self.active:
            self._since = None
            return False
        if self._since is None:
            self._since = now
        if not at_once and now - self._since < self._delay:
            return False
        self.active, self.held, self._since = wanted, now - self._since, None
        return True

    @property
    def _delay(self) -> int:
        return self.settings.off_delay if self.active else self.settings.on_delay

    def due(self) -> int:
        """When it may change although no reading comes; delays on readings end with a reading."""
        due = self.condition.due()
        if self._since is not None and self._timed:
            due = min(due, self._since + self._delay)
        return due

    def resume(self, now: int, *, active: bool, suppressed: bool) -> None:
        """After a gap: go on from what the journal knows."""
        self.active, self.suppressed, self._since = active, suppressed, None
        self.condition.resume(now, active=active)
