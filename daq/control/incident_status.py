"""What is told of an incident: by the daemon, or out of the journal. Pure."""

import msgspec

from daq.control.incidents import (
    IncidentAlarm,
    IncidentDetail,
    IncidentMoment,
    IncidentRecording,
    IncidentStatus,
    IncidentStep,
)
from daq.incidents.incident import Incident
from daq.journal.entry import Event

OWED = ("unacknowledged", "returned unacknowledged")
"""The states of an alarm of which nobody has taken charge."""


def status_of(one: Incident) -> IncidentStatus:
    """An incident in short."""
    return IncidentStatus(
        id=one.id,
        title=one.title,
        priority=one.priority,
        opened=one.opened,
        closed=one.closed,
        rule=one.rule,
        by=one.opened_by,
        alarms=len(one.alarms),
        standing=len(one.standing),
        unacknowledged=sum(alarm.state in OWED for alarm in one.alarms),
        steps=len(one.steps),
        waiting=len(one.waiting),
    )


def detail_of(one: Incident, events: list[Event]) -> IncidentDetail:
    """An incident in full, with these events as its course."""
    plain = msgspec.to_builtins
    return IncidentDetail(
        status=status_of(one),
        why=one.why,
        closed_by=one.closed_by,
        conclusion=one.conclusion,
        **plain(one.reach),
        alarms=msgspec.convert(plain(one.alarms), tuple[IncidentAlarm, ...]),
        steps=msgspec.convert(plain(one.steps), tuple[IncidentStep, ...]),
        recordings=msgspec.convert(plain(one.recordings), tuple[IncidentRecording, ...]),
        course=tuple(map(moment_of, events)),
    )


def moment_of(event: Event) -> IncidentMoment:
    """A line of a course."""
    return IncidentMoment(
        seq=event.seq,
        time=event.time,
        kind=event.kind,
        subject=event.subject,
        severity=event.severity,
        text=event.text,
        by=str(event.data.get("by") or ""),
    )
