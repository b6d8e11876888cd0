"""The laboratory as it is now: every instrument with its readings and what is wrong. Pure."""

from collections.abc import Mapping, Sequence

import msgspec

from daq.control.status import BusStatus, InstrumentStatus
from daq.web.data.alarms import AlarmNow, alarms, by_instrument
from daq.web.data.problem import Level, Problem, problems
from daq.web.data.reading import Group, Reading, group_of, readings
from daq.web.data.register import Listed
from daq.web.data.snapshot import GroupName, Newest, Snapshot


class Instrument(msgspec.Struct, frozen=True, kw_only=True):
    """One instrument now. ``status`` is None when the daemon does not know it, or is silent.

    ``alarms`` are those about it whose condition holds, by priority.
    """

    listed: Listed
    status: InstrumentStatus | None
    groups: tuple[Group, ...]
    problems: tuple[Problem, ...]
    alarms: tuple[AlarmNow, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return self.listed.name

    @property
    def title(self) -> str:
        """What people call it."""
        return self.listed.title or self.listed.name

    @property
    def level(self) -> Level:
        """How much it needs a look."""
        return max((problem.level for problem in self.problems), default=Level.GOOD)

    @property
    def well(self) -> bool:
        """Whether it needs no look: its readings are good, and none of its alarms holds."""
        return self.level is Level.GOOD and not self.alarms

    def alarmed(self, group: str, channel: str) -> bool:
        """Whether an alarm about this channel holds."""
        return any(alarm.watches(self.name, group, channel) for alarm in self.alarms)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """Its newest readings, group by group."""
        return readings(self.groups)

    @property
    def time(self) -> int:
        """When its newest scan was, ns since 1970 UTC; 0 without any."""
        return max((group.time for group in self.groups), default=0)


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """The instruments of one room, the worst first; ``name`` is empty for those without one."""

    name: str
    instruments: tuple[Instrument, ...]


def instruments(snapshot: Snapshot) -> tuple[Instrument, ...]:
    """Every instrument the configuration or the daemon has now, the worst first."""
    status = snapshot.heard.status if snapshot.heard.speaks else None
    known = {item.name: item for item in status.instruments} if status else {}
    buses = {bus.name: bus for bus in status.buses} if status else {}
    groups = _groups(snapshot.newest)
    names = list(known) if status else [one.name for one in snapshot.register.instruments]
    heard = by_instrument(alarms(snapshot))
    made = [
        _instrument(
            snapshot, name, known.get(name), buses, groups.get(name, {}), heard.get(name, ())
        )
        for name in names
    ]
    return tuple(sorted(made, key=_order))


def rooms(found: Sequence[Instrument]) -> tuple[Room, ...]:
    """By room: those with what is wrong first, then by name, the nameless last."""
    names = sorted({one.listed.room for one in found}, key=lambda name: (not name, name.casefold()))
    made = [
        Room(name=name, instruments=tuple(one for one in found if one.listed.room == name))
        for name in names
    ]
    return tuple(made)


def instrument(snapshot: Snapshot, name: str) -> Instrument | None:
    """One instrument, also one that is no longer configured; None when nothing knows it."""
    found = next((one for one in instruments(snapshot) if one.name == name), None)
    groups = _groups(snapshot.newest).get(name)
    if found is None and groups:
        return _instrument(snapshot, name, None, {}, groups, ())
    return found


def _groups(newest: Mapping[GroupName, Newest]) -> dict[str, dict[str, Newest]]:
    found: dict[str, dict[str, Newest]] = {}
    for (name, group), one in newest.items():
        found.setdefault(name, {})[group] = one
    return found


def _instrument(
    snapshot: Snapshot,
    name: str,
    status: InstrumentStatus | None,
    buses: Mapping[str, BusStatus],
    newest: Mapping[str, Newest],
    heard: tuple[AlarmNow, ...],
) -> Instrument:
    listed = snapshot.register.listed(name)
    if status is None:
        groups = tuple(group_of(one) for one in newest.values())
    else:
        # Groups the configuration has no more are in the journal still: they are not of now.
        groups = tuple(
            group_of(newest[group.name])
            if group.name in newest
            else Group(name=group.name, interval=group.interval)
            for group in status.groups
        )
    bus = buses.get(status.bus) if status else None
    return Instrument(
        listed=listed,
        status=status,
        groups=groups,
        problems=problems(status, bus, groups, snapshot.time),
        alarms=heard,
    )


def _order(one: Instrument) -> tuple[bool, int, int, str]:
    """Those with an alarm first, by its priority; then those with bad and uncertain readings."""
    rank = min((alarm.rank for alarm in one.alarms), default=0)
    return not one.alarms, rank, -one.level, one.title.casefold()


def silent_since(snapshot: Snapshot) -> int:
    """Since when the daemon says nothing, ns since 1970 UTC; 0 while it speaks.

    What it said last, or else what it journalled last.
    """
    if snapshot.heard.speaks:
        return 0
    return max(snapshot.heard.at, snapshot.last_entry)
