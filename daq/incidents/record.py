"""What happens to an incident as an event of the journal, and back. Pure.

Names and steps of which there may be several stand under one another in one text: the particulars
of an event are single values.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from daq.alarms.record import Record
from daq.incidents.happening import (
    Begun,
    Closed,
    Happening,
    Joined,
    Noted,
    Opened,
    Recorded,
    Ticked,
    What,
)
from daq.incidents.incident import Incident, Join, Member, Reach
from daq.journal import kinds
from daq.journal.entry import Event, Severity
from daq.journal.eventcodec import Data
from daq.journal.kinds import Kind

PREFIX = "incident-"
"""What the kind of every event of an incident begins with."""

KIND_OF: Mapping[type[What], Kind] = {
    Opened: kinds.INCIDENT_OPENED,
    Joined: kinds.INCIDENT_JOINED,
    Begun: kinds.INCIDENT_PROCEDURE,
    Noted: kinds.INCIDENT_NOTE,
    Ticked: kinds.INCIDENT_STEP,
    Recorded: kinds.INCIDENT_RECORDED,
    Closed: kinds.INCIDENT_CLOSED,
}

_NAME = re.compile(r"[0-9]{8}-[0-9]{1,9}")

_LONGEST = 200
"""Characters of a note in the sentence for people; the whole is among the particulars."""


def event_of(happening: Happening, incident: Incident) -> Record:
    """What is journalled of it; ``incident`` is how that is afterwards."""
    what = happening.what
    data = _WRITE[type(what)](what)
    return Record(
        kind=KIND_OF[type(what)].name,
        subject=happening.id,
        text=f"{happening.id}: {_words(what, incident)}",
        severity=_severity(what, incident),
        data={key: value for key, value in data.items() if value not in ("", None)},
        time=happening.time,
    )


def is_of_incident(event: Event) -> bool:
    """Whether an event is of an incident."""
    return event.kind.startswith(PREFIX)


def happening_of(event: Event) -> Happening | None:
    """What happened by this event; None when it is of no incident, or of a kind of tomorrow.

    Raises:
        ValueError: it does not carry what its kind has to.
    """
    kind = _KINDS.get(event.kind)
    if kind is None:
        return None
    if not _NAME.fullmatch(event.subject):  # it will name files
        raise ValueError(f"event {event.seq}: {event.subject!r} is no name of an incident")
    try:
        return Happening(event.subject, event.time, _READ[kind](event.data))
    except msgspec.ValidationError as error:
        raise ValueError(f"event {event.seq} is no event of an incident: {error}") from error


_KINDS = {kind.name: made for made, kind in KIND_OF.items()}


def _severity(what: What, incident: Incident) -> Severity:
    if isinstance(what, Opened):
        return "error" if incident.priority in ("critical", "high") else "warning"
    return "warning" if isinstance(what, Recorded) and what.trouble else "info"


def _words(what: What, incident: Incident) -> str:
    who = getattr(what, "by", "")
    why = getattr(what, "why", "")
    said = _SAY[type(what)](what, incident)
    return f"{said}{f', by {who}' if who else ''}{f' ({why})' if why else ''}"


def _say_step(what: Ticked, incident: Incident) -> str:
    text = next((step.text for step in incident.steps if step.number == what.step), "")
    return f"step {what.step} {what.tick}: {text}"


def _say_recorded(what: Recorded, _: Incident) -> str:
    kept = what.trouble or f"{what.pieces} pieces kept in {what.file}"
    return f"traffic of bus {what.bus}: {kept}"


_SAY: Mapping[type[What], Callable[[Any, Incident], str]] = {
    Opened: lambda what, _: f"incident opened: {what.title}",
    Joined: lambda what, _: f"alarm {what.alarm.name} belongs to it, {what.alarm.state}",
    Begun: lambda what, _: f"procedure {what.title or what.procedure}, {len(what.steps)} steps",
    Noted: lambda what, _: f"note: {' '.join(what.text.split())[:_LONGEST]}",
    Ticked: _say_step,
    Recorded: _say_recorded,
    Closed: lambda _, __: "incident closed",
}


def _lines(texts: tuple[str, ...]) -> str:
    return "\n".join(" ".join(text.split()) for text in texts)


def _apart(text: object) -> tuple[str, ...]:
    return tuple(str(text).split("\n")) if text else ()


def _reach(reach: Reach) -> Data:
    return {key: _lines(getattr(reach, key)) for key in Reach.__struct_fields__}


def _reach_of(data: Data) -> Reach:
    return Reach(**{key: _apart(data.get(key)) for key in Reach.__struct_fields__})


def _write_opened(what: Opened) -> Data:
    join: Data = {"within": what.join.within, "join_by": _lines(what.join.by)}
    told: Data = {"title": what.title, "rule": what.rule, "by": what.by, "why": what.why}
    return told | join | _reach(what.reach)


def _read_opened(data: Data) -> Opened:
    join = {"within": data.get("within"), "by": _apart(data.get("join_by"))}
    told = {key: data.get(key, "") for key in ("title", "rule", "by", "why")}
    return Opened(
        **msgspec.convert(told, dict[str, str]),
        join=msgspec.convert(join, Join),
        reach=_reach_of(data),
    )


def _write_joined(what: Joined) -> Data:
    member = msgspec.structs.asdict(what.alarm)
    return {"alarm": member.pop("name"), **member, **_reach(what.reach)}


def _read_joined(data: Data) -> Joined:
    member = {**data, "name": data.get("alarm")}
    return Joined(alarm=msgspec.convert(member, Member), reach=_reach_of(data))


def _write_begun(what: Begun) -> Data:
    return {"procedure": what.procedure, "title": what.title, "steps": _lines(what.steps)}


def _read_begun(data: Data) -> Begun:
    return msgspec.convert({**data, "steps": _apart(data.get("steps"))}, Begun)


def _reader(kind: type[Any]) -> Callable[[Data], Any]:
    return lambda data: msgspec.convert(data, kind)


_WRITE: Mapping[type[What], Callable[[Any], Data]] = {
    Opened: _write_opened,
    Joined: _write_joined,
    Begun: _write_begun,
    Noted: msgspec.structs.asdict,
    Ticked: msgspec.structs.asdict,
    Recorded: msgspec.structs.asdict,
    Closed: msgspec.structs.asdict,
}

_READ: Mapping[type[What], Callable[[Data], Any]] = {
    Opened: _read_opened,
    Joined: _read_joined,
    Begun: _read_begun,
    Noted: _reader(Noted),
    Ticked: _reader(Ticked),
    Recorded: _reader(Recorded),
    Closed: _reader(Closed),
}
