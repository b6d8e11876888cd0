"""The alarms as they are now: what waits for somebody, what stands, what is kept quiet. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from daq.alarms.board import RANK
from daq.alarms.lifecycle import State
from daq.control.alarms import AlarmStatus
from daq.web.data.snapshot import Snapshot
from daq.web.data.watched import ListedAlarm

Place: TypeAlias = Literal["waiting", "standing", "quiet", "normal"]
"""Where an alarm is in the list: waits to be acknowledged, stands, is kept quiet, or none of it."""

URGENT = ("critical", "high")
"""Priorities that everybody is told of, whatever they look at."""

_PLACES: Mapping[str, Place] = {
    State.UNACKNOWLEDGED.value: "waiting",
    State.RETURNED.value: "waiting",
    State.ACKNOWLEDGED.value: "standing",
    State.SHELVED.value: "quiet",
    State.SUPPRESSED.value: "quiet",
    State.OUT_OF_SERVICE.value: "quiet",
}


class AlarmNow(msgspec.Struct, frozen=True, kw_only=True):
    """One alarm now: what the daemon says of it, and what the configuration does."""

    status: AlarmStatus
    listed: ListedAlarm

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self.status.name

    @property
    def title(self) -> str:
        """What people call it."""
        return self.status.title or self.status.name

    @property
    def rank(self) -> int:
        """Its priority as a number, 0 for the highest."""
        return RANK.get(self.status.priority, len(RANK))

    @property
    def place(self) -> Place:
        """Where it is in the list."""
        return _PLACES.get(self.status.state, "normal")

    @property
    def state(self) -> str:
        """Its state as a key of words."""
        return self.status.state.replace(" ", "-")

    @property
    def waits(self) -> bool:
        """Whether nobody has acknowledged it."""
        return self.place == "waiting"

    @property
    def heard(self) -> bool:
        """Whether what it watches is not well, and it is not kept quiet."""
        return self.status.active and self.place in ("waiting", "standing")

    @property
    def urgent(self) -> bool:
        """Whether everybody is to be told, for nobody has taken charge."""
        return self.waits and self.status.priority in URGENT

    @property
    def since(self) -> int:
        """Since when it is not normal (ns): when it was raised, or else kept quiet."""
        return self.status.raised or self.status.since

    def watches(self, instrument: str, group: str, channel: str) -> bool:
        """Whether it is about this channel."""
        return any(one.means(instrument, group, channel) for one in self.listed.channels)


class AlarmSum(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody is told: ``urgent`` ones, how many wait, how many stand acknowledged.

    ``known`` is false where the daemon has not said anything of alarms.
    """

    known: bool = False
    urgent: tuple[AlarmNow, ...] = ()
    waiting: int = 0
    standing: int = 0
    quiet: int = 0
    normal: int = 0


def alarms(snapshot: Snapshot) -> tuple[AlarmNow, ...]:
    """Every alarm, by priority, of equals the newest first; empty where nothing is known."""
    listed = {one.name: one for one in snapshot.register.alarms}
    found = [
        AlarmNow(status=status, listed=listed.get(status.name, ListedAlarm(name=status.name)))
        for status in snapshot.heard.alarms or ()
    ]
    return tuple(sorted(found, key=lambda one: (one.rank, -one.since, one.name)))


def alarm_sum(snapshot: Snapshot) -> AlarmSum:
    """What everybody is told of them."""
    found = alarms(snapshot)
    places = [one.place for one in found]
    return AlarmSum(
        known=snapshot.heard.alarms is not None,
        urgent=tuple(one for one in found if one.urgent),
        waiting=places.count("waiting"),
        standing=places.count("standing"),
        quiet=places.count("quiet"),
        normal=places.count("normal"),
    )


def by_instrument(found: Iterable[AlarmNow]) -> Mapping[str, tuple[AlarmNow, ...]]:
    """Of each instrument those about it that are heard: whose condition holds, not kept quiet."""
    about: dict[str, tuple[AlarmNow, ...]] = {}
    for one in found:
        for name in dict.fromkeys(watched.instrument for watched in one.listed.channels):
            if one.heard:
                about[name] = (*about.get(name, ()), one)
    return about


def told_of_alarms(snapshot: Snapshot) -> Hashable:
    """All that a list of them shows: a thousand are not to be drawn anew while none changes."""
    heard = snapshot.heard
    since = heard.status and (heard.status.started, heard.status.configured)
    troubles = heard.trouble, heard.alarms_trouble, snapshot.journal_trouble
    return heard.alarms, heard.going, since, troubles, snapshot.journal_state
