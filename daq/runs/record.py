"""What happens to a run as an event of the journal, and back. Pure.

Names of which there may be several stand under one another in one text: the particulars of an
event are single values.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from daq.alarms.record import Record
from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.eventcodec import Data
from daq.journal.kinds import Kind
from daq.runs.happening import (
    Carried,
    Ended,
    Happening,
    Marked,
    Paused,
    Resumed,
    Signed,
    Started,
    What,
)
from daq.timefmt import rfc3339

PREFIX = "run-"
"""What the kind of every event of a run begins with."""

KIND_OF: Mapping[type[What], Kind] = {
    Started: kinds.RUN_STARTED,
    Marked: kinds.RUN_MARKED,
    Paused: kinds.RUN_PAUSED,
    Resumed: kinds.RUN_RESUMED,
    Signed: kinds.RUN_SIGNED,
    Carried: kinds.RUN_CARRIED,
    Ended: kinds.RUN_ENDED,
}

NUMBER = re.compile(r"[0-9]{8}-[0-9]{1,9}")
"""What the number of a run looks like; it will name files."""

_LONGEST = 200
"""Characters of a mark in the sentence for people; the whole is among the particulars."""


def event_of(happening: Happening, instruments: Sequence[str] = ()) -> Record:
    """What is journalled of it.

    ``instruments`` are those of the run: every event of it names them, so that who hears one
    without the others knows whether it is concerned.
    """
    what = happening.what
    data: Data = msgspec.to_builtins(what)
    data["instruments"] = "\n".join(getattr(what, "instruments", instruments))
    aborted = isinstance(what, Ended) and what.outcome == "aborted"
    return Record(
        kind=KIND_OF[type(what)].name,
        subject=happening.id,
        text=f"{happening.id}: {_words(what)}",
        severity="warning" if aborted else "info",
        data={key: value for key, value in data.items() if value != ""},
        time=happening.time,
    )


def is_of_run(event: Event) -> bool:
    """Whether an event is of the life of a run."""
    return event.kind in _KINDS


def happening_of(event: Event) -> Happening | None:
    """What happened by this event; None when it is of no run, or of a kind of tomorrow.

    Raises:
        ValueError: it does not carry what its kind has to.
    """
    kind = _KINDS.get(event.kind)
    if kind is None:
        return None
    if not NUMBER.fullmatch(event.subject):
        raise ValueError(f"event {event.seq}: {event.subject!r} is no number of a run")
    try:
        return Happening(event.subject, event.time, _read(kind, event.data))
    except msgspec.ValidationError as error:
        raise ValueError(f"event {event.seq} is no event of a run: {error}") from error


_KINDS = {kind.name: made for made, kind in KIND_OF.items()}


def _read(kind: type[What], data: Data) -> What:
    given: dict[str, Any] = dict(data)
    if kind in (Started, Carried):
        given["instruments"] = tuple(str(data.get("instruments") or "").split())
    return msgspec.convert(given, kind)


def _words(what: What) -> str:
    why = getattr(what, "why", "")
    who = f", by {what.by}" if what.by else ""
    return f"{_SAY[type(what)](what)}{who}{f' ({why})' if why else ''}"


def _say_carried(what: Carried) -> str:
    since = f"{rfc3339(what.begun)[:19]}Z"
    rests = ", paused" if what.paused else ""
    return f"run goes on since {since}{rests} with {' '.join(what.instruments)}"


def _say_started(what: Started) -> str:
    told = {
        "sample": what.sample,
        "order": what.order,
        "standard": what.standard,
        "method": what.method,
        "programme": what.programme,
    }
    known = [f"{key} {value}" for key, value in told.items() if value]
    return ", ".join((f"run started with {' '.join(what.instruments)}", *known))


def _say_ended(what: Ended) -> str:
    return f"run {what.outcome}{f': {what.conclusion}' if what.conclusion else ''}"


_SAY: Mapping[type[What], Callable[[Any], str]] = {
    Started: _say_started,
    Marked: lambda what: f"mark: {' '.join(what.text.split())[:_LONGEST]}",
    Paused: lambda _: "run paused",
    Resumed: lambda _: "run resumed",
    Signed: lambda what: f"signed: {what.meaning}",
    Carried: _say_carried,
    Ended: _say_ended,
}
