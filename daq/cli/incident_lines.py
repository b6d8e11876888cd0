"""Incidents as text in a terminal."""

from collections.abc import Iterator, Sequence

from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.control.incidents import IncidentDetail, IncidentRecording, IncidentStatus
from daq.timefmt import rfc3339

COLOURS = {
    "critical": "bold red",
    "high": "red",
    "open": "bold red",
    "error": "bold red",
    "warning": "yellow",
    "unacknowledged": "bold red",
    "returned unacknowledged": "yellow",
}
LIST = ("incident", "state", "priority", "opened", "closed", "alarms", "steps", "title")


def print_incidents(found: Sequence[IncidentStatus], since: int) -> None:
    """A line for each, as they come."""
    if not found:
        out().print(f"no incident since {_moment(since)}; --from looks further back")
    print_table(LIST, map(_row, found), drop=("closed", "steps", "alarms"), colours=COLOURS)


def print_incident(detail: IncidentDetail) -> None:
    """Everything of one."""
    for line in _head(detail):
        out().print(line, markup=False, soft_wrap=True)
    alarms = [
        (alarm.name, alarm.priority, alarm.state, _moment(alarm.raised), str(alarm.times))
        for alarm in detail.alarms
    ]
    columns = ("alarm", "priority", "state", "raised", "times")
    print_table(columns, alarms, right="times", colours=COLOURS)
    steps = [
        (str(step.number), step.text, step.tick, step.by, _moment(step.at), step.why)
        for step in detail.steps
    ]
    columns = ("nr", "step", "tick", "by", "at", "why")
    print_table(columns, steps, right="nr", drop=("at",), colours=COLOURS)
    course = [(_moment(one.time), one.severity, one.text) for one in detail.course]
    print_table(("time", "severity", "what"), course, drop=("severity",), colours=COLOURS)


def _head(detail: IncidentDetail) -> Iterator[str]:
    one = detail.status
    yield f"{one.id}  {one.title}"
    why = f": {detail.why}" if detail.why else ""
    yield f"  opened {_moment(one.opened)} by {one.by or f'rule {one.rule}'}{why}"
    if one.is_open:
        yield f"  open{f', {one.priority}' if one.priority else ''}"
    else:
        yield f"  closed {_moment(one.closed)} by {detail.closed_by}: {detail.conclusion}"
    for what in ("instruments", "rooms", "groups", "buses"):
        if names := getattr(detail, what):
            yield f"  {what}: {', '.join(names)}"
    for recording in detail.recordings:
        yield f"  traffic of bus {recording.bus}: {_kept(recording)}"


def _kept(recording: IncidentRecording) -> str:
    return recording.trouble or f"{recording.file} ({recording.pieces} pieces)"


def _row(one: IncidentStatus) -> tuple[str, ...]:
    return (
        one.id,
        "open" if one.is_open else "closed",
        one.priority,
        _moment(one.opened),
        _moment(one.closed),
        str(one.alarms),
        f"{one.steps - one.waiting}/{one.steps}" if one.steps else "",
        one.title,
    )


def _moment(time: int) -> str:
    return f"{rfc3339(time)[:19]}Z" if time else ""
