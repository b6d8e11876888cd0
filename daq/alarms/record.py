"""A change of an alarm as an event of the journal, and back. Pure; docs/alarms.md."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from daq.alarms.board import CALLING, Change, Priority, Sort
from daq.alarms.check import Check, is_check
from daq.alarms.flooding import Flooded, is_of_flood
from daq.alarms.lifecycle import Life, What
from daq.journal import kinds
from daq.journal.entry import Event, Severity
from daq.journal.eventcodec import Data
from daq.journal.kinds import Kind

PREFIX = "alarm-"
"""What the kind of every event of an alarm begins with."""

GONE = "it is configured no more"
"""Why an alarm is retired."""

KIND_OF: Mapping[What, Kind] = {
    "raised": kinds.ALARM_RAISED,
    "returned": kinds.ALARM_RETURNED,
    "acknowledged": kinds.ALARM_ACKNOWLEDGED,
    "shelved": kinds.ALARM_SHELVED,
    "unshelved": kinds.ALARM_UNSHELVED,
    "suppressed": kinds.ALARM_SUPPRESSED,
    "unsuppressed": kinds.ALARM_UNSUPPRESSED,
    "out-of-service": kinds.ALARM_OUT_OF_SERVICE,
    "in-service": kinds.ALARM_IN_SERVICE,
    "commented": kinds.ALARM_COMMENT,
    "retired": kinds.ALARM_RETIRED,
}


_STEPS = frozenset(kind.name for kind in KIND_OF.values())

Told: TypeAlias = Change | Check | Flooded
"""What rules have to say."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be; the arguments of ``append_event``."""

    kind: str
    subject: str
    text: str
    severity: Severity
    data: Data
    time: int


def event_of(told: Told) -> Record:
    """What is journalled; of a change alone enough to restore the life after it."""
    if isinstance(told, Flooded):
        return _of_flood(told)
    return _of_check(told) if isinstance(told, Check) else _of_change(told)


def is_ours(event: Event) -> bool:
    """Whether an event is what rules have said, which they do not judge."""
    return is_of_alarm(event) or is_check(event) or is_of_flood(event)


def _of_flood(flooded: Flooded) -> Record:
    return Record(
        kind=(kinds.FLOOD_BEGAN if flooded.on else kinds.FLOOD_OVER).name,
        subject="daq",
        text=flooded.text,
        severity="warning" if flooded.on else "info",
        data=flooded.data,
        time=flooded.time,
    )


def _of_check(check: Check) -> Record:
    return Record(
        kind=kinds.STANDARD_CHECKED.name,
        subject=check.sort.name,
        text=check.text,
        severity="info",
        data=check.data,
        time=check.time,
    )


def _of_change(change: Change) -> Record:
    data: Data = {
        "state": change.life.state.value,
        "priority": change.sort.priority,
        **msgspec.structs.asdict(change.life),
    }
    if change.cause:
        data["cause"] = change.cause
    if change.first:
        data["first_out"] = True
    if change.held_back:
        data["held_back"] = True
    if change.began:
        data["began"] = change.began
    told = {
        "group": change.sort.group,
        "saw": change.text,
        "by": change.by,
        "why": change.why,
    }
    data |= {key: text for key, text in told.items() if text}
    return Record(
        kind=KIND_OF[change.what].name,
        subject=change.sort.name,
        text=_text(change),
        severity=_severity(change.what, change.sort.priority, hidden=change.life.hidden),
        data=data,
        time=change.time,
    )


def is_of_alarm(event: Event) -> bool:
    """Whether an event is a step of an alarm's life."""
    return event.kind.startswith(PREFIX)


def is_step(event: Event) -> bool:
    """Whether an event says how an alarm is after it."""
    return event.kind in _STEPS


def life_of(event: Event) -> Life:
    """The life an alarm had after this event.

    Raises:
        ValueError: the event is not one of an alarm's life.
    """
    try:
        return msgspec.convert({key: event.data.get(key) for key in Life.__struct_fields__}, Life)
    except msgspec.ValidationError as error:
        raise ValueError(f"event {event.seq} is no step of an alarm's life: {error}") from error


def called(event: Event) -> bool:
    """Whether this was an alarm that people had to look at; ``Change.calls`` once more."""
    what = event.kind.removeprefix(PREFIX)
    return what in CALLING and bool(event.data.get("pending") and event.data.get("cause"))


def retirement(event: Event, time: int) -> Change:
    """The end of an alarm that is configured no more, of which only an event still tells."""
    known = {key: event.data[key] for key in ("priority", "group") if event.data.get(key)}
    sort = msgspec.convert({"name": event.subject, **known}, Sort)
    return Change(sort=sort, what="retired", time=time, life=Life(), why=GONE)


def _text(change: Change) -> str:
    words = change.what.replace("-", " ")
    title = f" ({change.sort.title})" if change.sort.title else ""
    parts = [f"{change.sort.name}{title}: {words}"]
    parts += [change.text] if change.text else []
    parts += [f"by {change.by}"] if change.by else []
    parts += [change.why] if change.why else []
    return ", ".join(parts)


def _severity(what: What, priority: Priority, *, hidden: bool) -> Severity:
    if what != "raised" or hidden:
        return "info"
    return "error" if priority in ("critical", "high") else "warning"
