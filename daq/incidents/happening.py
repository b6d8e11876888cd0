"""What can happen to an incident, and what it is after it. Pure.

Each kind is one event of the journal; an incident is the sum of its events, in their order.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import replace

from daq.alarms.board import RANK
from daq.incidents.incident import (
    Incident,
    Join,
    Member,
    Reach,
    Recording,
    Remark,
    Step,
    Tick,
)


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """It began: by a ``rule`` because of an alarm, or ``by`` somebody."""

    title: str
    rule: str = ""
    by: str = ""
    why: str = ""
    join: Join = Join()
    reach: Reach = Reach()


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm belongs to it, the one that opened it included."""

    alarm: Member
    reach: Reach = Reach()


class Begun(msgspec.Struct, frozen=True, kw_only=True):
    """A procedure applies: its steps are to be ticked off, after those there are."""

    procedure: str
    title: str = ""
    steps: tuple[str, ...] = ()


class Noted(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody noted something."""

    by: str
    text: str


class Ticked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody did a step, said that it does not apply, or took that back.

    ``before`` is how it was ticked until then.
    """

    step: int
    tick: Tick
    by: str
    why: str = ""
    before: str = ""


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """The traffic of a bus was kept, or could not be."""

    bus: str
    file: str = ""
    pieces: int = 0
    size: int = 0
    sha256: str = ""
    trouble: str = ""


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody closed it, and says what came of it."""

    by: str
    why: str


What: TypeAlias = Opened | Joined | Begun | Noted | Ticked | Recorded | Closed


class Happening(msgspec.Struct, frozen=True):
    """Something that happened to the incident ``id`` at ``time``, ns since 1970 UTC."""

    id: str
    time: int
    what: What


def opened(happening: Happening) -> Incident:
    """The incident that begins so.

    Raises:
        ValueError: this is no beginning.
    """
    what = happening.what
    if not isinstance(what, Opened):
        raise ValueError(f"incident {happening.id} has no beginning")  # noqa: TRY004 - of a journal
    return Incident(
        id=happening.id,
        title=what.title,
        opened=happening.time,
        rule=what.rule,
        opened_by=what.by,
        why=what.why,
        join=what.join,
        reach=what.reach,
        latest=happening.time,
    )


def after(incident: Incident, happening: Happening) -> Incident:
    """The incident after something happened to it; what is closed changes no more."""
    if not incident.is_open:
        return incident
    return _AFTER[type(happening.what)](incident, happening.what, happening.time)


def _opened_again(incident: Incident, _what: Opened, _time: int) -> Incident:
    return incident


def _joined(incident: Incident, what: Joined, _: int) -> Incident:
    if incident.has(what.alarm.name):
        return incident
    member = what.alarm
    firsts = [seq for seq in (incident.first, member.cause) if seq]
    return replace(
        incident,
        alarms=(*incident.alarms, member),
        reach=incident.reach | what.reach,
        priority=min(incident.priority, member.priority, key=_rank),
        latest=max(incident.latest, member.raised),
        first=min(firsts, default=0),
    )


def _rank(priority: str) -> int:
    return RANK.get(priority, len(RANK))


def _begun(incident: Incident, what: Begun, _: int) -> Incident:
    if what.procedure in incident.procedures:
        return incident
    steps = tuple(
        Step(number=number, text=text, procedure=what.procedure)
        for number, text in enumerate(what.steps, len(incident.steps) + 1)
    )
    return replace(
        incident,
        procedures=(*incident.procedures, what.procedure),
        steps=(*incident.steps, *steps),
    )


def _noted(incident: Incident, what: Noted, time: int) -> Incident:
    return replace(incident, remarks=(*incident.remarks, Remark(time, what.by, what.text)))


def _ticked(incident: Incident, what: Ticked, time: int) -> Incident:
    given = {"tick": what.tick, "at": time, "by": what.by, "why": what.why}
    steps = tuple(
        replace(step, **given) if step.number == what.step else step for step in incident.steps
    )
    return replace(incident, steps=steps)


def _recorded(incident: Incident, what: Recorded, time: int) -> Incident:
    recording = Recording(time=time, **msgspec.structs.asdict(what))
    others = tuple(one for one in incident.recordings if one.bus != what.bus)
    return replace(incident, recordings=(*others, recording))


def _closed(incident: Incident, what: Closed, time: int) -> Incident:
    return replace(incident, closed=time, closed_by=what.by, conclusion=what.why)


_AFTER: Mapping[type[What], Callable[[Incident, Any, int], Incident]] = {
    Opened: _opened_again,
    Joined: _joined,
    Begun: _begun,
    Noted: _noted,
    Ticked: _ticked,
    Recorded: _recorded,
    Closed: _closed,
}
