"""The buses as they are now: who answers on each, how busy and punctual it is. Pure."""

from collections.abc import Iterator, Sequence

import msgspec

from daq.acquire.plan import HEAVY
from daq.control.status import BusStatus, GroupStatus
from daq.web.data.lab import Instrument, instruments
from daq.web.data.problem import Level, Problem
from daq.web.data.snapshot import Snapshot
from daq.web.data.trail import Lately

LATE_SHARE = 0.05
LATE_LEAST = 5
"""Scans late or skipped within the last minute that need a look: this share, and so many."""

_NOT_IN_STEP = ("silent", "refusing")


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan group, or one scan of every group, takes of the line; None: not known yet.

    ``requests`` and ``seconds`` are per scan, ``load`` is per cent of the time. ``planned_...``
    are foretold (`daq check`), the others measured, on average since the daemon runs.
    """

    planned_requests: int
    planned_seconds: float
    planned_load: float
    requests: float | None = None
    seconds: float | None = None
    load: float | None = None


class GroupLoad(msgspec.Struct, frozen=True, kw_only=True):
    """One scan group on the line."""

    instrument: Instrument
    group: str
    interval: float
    load: Load


class Bus(msgspec.Struct, frozen=True, kw_only=True):
    """One bus now. ``status`` is None while the daemon is silent; ``line`` is its port or address.

    ``total`` is one scan of every group: what `daq check` calls a cycle.
    """

    name: str
    line: str
    status: BusStatus | None
    members: tuple[Instrument, ...]
    groups: tuple[GroupLoad, ...] = ()
    total: Load | None = None
    lately: Lately | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def level(self) -> Level:
        """How much it needs a look."""
        return max((problem.level for problem in self.problems), default=Level.GOOD)

    @property
    def answering(self) -> int:
        """How many of its instruments answer."""
        return sum(_answers(one) for one in self.members)

    @property
    def load(self) -> float | None:
        """Per cent of the time it is in use: of the last minute, or else since it was opened."""
        if self.lately is not None:
            return self.lately.load
        return None if self.status is None else self.status.load


def buses(snapshot: Snapshot) -> tuple[Bus, ...]:
    """Every bus with instruments, the worst first."""
    members: dict[str, list[Instrument]] = {}
    for one in instruments(snapshot):
        members.setdefault(one.status.bus if one.status else one.listed.bus, []).append(one)
    lines = {bus.name: bus.line for bus in snapshot.register.buses}
    status = snapshot.heard.status if snapshot.heard.speaks else None
    known = {bus.name: bus for bus in status.buses} if status else {}
    names = list(known) if status else [name for name in lines if name in members]
    made = [
        _bus(name, lines.get(name, ""), known.get(name), members.get(name, []), snapshot)
        for name in names
    ]
    return tuple(sorted(made, key=lambda bus: (-bus.level, bus.name.casefold())))


def _bus(
    name: str,
    line: str,
    status: BusStatus | None,
    members: Sequence[Instrument],
    snapshot: Snapshot,
) -> Bus:
    lately = snapshot.trail.bus(name)
    if status is None:
        return Bus(name=name, line=line, status=None, members=tuple(members))
    groups = tuple(_groups(members))
    return Bus(
        name=name,
        line=line,
        status=status,
        members=tuple(members),
        groups=groups,
        total=_total(status, groups),
        lately=lately,
        problems=tuple(_problems(status, lately, members)),
    )


def _groups(members: Sequence[Instrument]) -> Iterator[GroupLoad]:
    for one in members:
        for group in one.status.groups if one.status else ():
            yield GroupLoad(
                instrument=one, group=group.name, interval=group.interval, load=_load(group)
            )


def _load(group: GroupStatus) -> Load:
    planned = Load(
        planned_requests=group.planned_requests,
        planned_seconds=group.planned_seconds,
        planned_load=100.0 * group.planned_seconds / group.interval,
    )
    if not group.scans:
        return planned
    seconds = group.seconds / group.scans
    return msgspec.structs.replace(
        planned,
        requests=group.requests / group.scans,
        seconds=seconds,
        load=100.0 * seconds / group.interval,
    )


def _total(status: BusStatus, groups: Sequence[GroupLoad]) -> Load:
    """Of all groups; measured only where every group was: a part would be taken for the whole."""
    loads = [group.load for group in groups]
    requests = [load.requests for load in loads if load.requests is not None]
    seconds = [load.seconds for load in loads if load.seconds is not None]
    return Load(
        planned_requests=sum(load.planned_requests for load in loads),
        planned_seconds=sum(load.planned_seconds for load in loads),
        planned_load=status.planned_load,
        requests=sum(requests) if len(requests) == len(loads) else None,
        seconds=sum(seconds) if len(seconds) == len(loads) else None,
        load=status.load,
    )


def _problems(
    status: BusStatus, lately: Lately | None, members: Sequence[Instrument]
) -> Iterator[Problem]:
    if status.stuck:
        yield Problem(kind="bus-stuck", about=status.name)
    if status.state == "lost":
        yield Problem(kind="bus-lost", about=status.name, since=status.since, detail=status.trouble)
        return  # its instruments cannot answer
    yield from _silent(members)
    load = status.load if lately is None else lately.load
    if load > 100.0 * HEAVY or status.planned_load > 100.0 * HEAVY:
        most = f"{max(load, status.planned_load):.0f}\u202f%"
        yield Problem(
            kind="bus-heavy",
            level=Level.UNCERTAIN,
            reason=most,
            detail=next(iter(status.remarks), ""),
        )
    if lately is not None:
        late = lately.late + lately.skipped
        if late >= LATE_LEAST and late > LATE_SHARE * (lately.scans + lately.skipped):
            yield Problem(kind="bus-late", level=Level.UNCERTAIN, reason=str(late))


def _silent(members: Sequence[Instrument]) -> Iterator[Problem]:
    """Who does not answer; on a bus where nobody does, that is one thing."""
    found = [one for one in members if one.status and one.status.state in _NOT_IN_STEP]
    if len(found) > 1 and len(found) == len(members):
        since = max(one.status.since for one in found if one.status)
        yield Problem(kind="unanswered-all", since=since)
        return
    for one in found:
        assert one.status is not None  # noqa: S101 - see above
        yield Problem(
            kind="unanswered",
            about=one.title,
            reason=one.status.state,
            since=one.status.since,
            detail=one.status.trouble,
        )


def _answers(one: Instrument) -> bool:
    return one.status is not None and one.status.state == "answering"
