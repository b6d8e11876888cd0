"""What the daemon tells of incidents, and what it is asked to do with them.

It knows those that are open, and the latest of those that were closed; the journal knows all
(``daq.incidents.past``).
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from daq.control.client import ask
from daq.control.request import By, Reason, Request

NOTE = 1000
"""Characters of a note."""

Note = Annotated[str, msgspec.Meta(max_length=NOTE, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*$")]
"""What somebody notes; may have several lines."""

Id = Annotated[str, msgspec.Meta(max_length=40)]
"""The name of an incident: the day it was opened, and its number on that day, ``20261123-1``."""

Name = Annotated[str, msgspec.Meta(max_length=100)]


class IncidentsRequest(Request, tag="incidents", frozen=True):
    """The incidents beyond the first ``after``, which have been told already."""

    after: int = 0


class IncidentRequest(Request, tag="incident", frozen=True):
    """One incident; of its course what is beyond the first ``after`` lines."""

    incident: Id
    after: int = 0


class IncidentOpenRequest(Request, tag="incident-open", frozen=True):
    """Open an incident by hand: ``title`` says what is the matter, ``reason`` how it is known.

    ``alarms`` and ``instruments`` are names of those it is about, ``procedure`` of the check list
    that applies; without one it is that of the alarms.
    """

    title: Reason
    by: By = ""
    reason: Reason = ""
    alarms: Annotated[tuple[Name, ...], msgspec.Meta(max_length=12)] = ()
    instruments: Annotated[tuple[Name, ...], msgspec.Meta(max_length=12)] = ()
    procedure: Name = ""


class IncidentNoteRequest(Request, tag="incident-note", frozen=True):
    """Note something: what was seen, done, or said."""

    incident: Id
    by: By = ""
    text: Note = ""


class IncidentTickRequest(Request, tag="incident-tick", frozen=True):
    """Tick off a step by its number from 1.

    ``tick`` is ``done``, ``skipped`` (it does not apply: ``reason`` must say why), or ``open``
    (it was ticked by mistake).
    """

    incident: Id
    step: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    tick: Literal["open", "done", "skipped"] = "done"
    by: By = ""
    reason: Reason = ""


class IncidentCloseRequest(Request, tag="incident-close", frozen=True):
    """Close an incident; ``reason`` says what came of it. Every step has to be ticked before."""

    incident: Id
    by: By = ""
    reason: Reason = ""


class IncidentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One incident in short.

    ``priority`` is the highest of its alarms (critical, high, medium, low), empty without any.
    ``opened`` and ``closed`` are ns since 1970 UTC, ``closed`` 0 while it is open. ``rule`` is the
    ``[incident.NAME]`` that opened it, ``by`` who did, one of them empty. ``alarms`` counts its
    alarms, ``standing`` those whose rules hold, ``unacknowledged`` those nobody has taken charge
    of; ``steps`` counts the steps of its procedures, ``waiting`` those not yet ticked.
    """

    id: str
    title: str
    priority: str = ""
    opened: int = 0
    closed: int = 0
    rule: str = ""
    by: str = ""
    alarms: int = 0
    standing: int = 0
    unacknowledged: int = 0
    steps: int = 0
    waiting: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return not self.closed


class IncidentAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm of an incident; ``raised`` is when it first was (ns), ``times`` how often since.

    ``state`` is in the words of docs/reference/alarms.md, ``active`` says whether its rule holds.
    """

    name: str
    priority: str = ""
    title: str = ""
    raised: int = 0
    times: int = 0
    state: str = ""
    active: bool = False


class IncidentStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a check list; ``number`` counts from 1 through all ``procedure``s.

    ``tick`` is open, done or skipped; ``by``, ``at`` (ns) and ``why`` are of the last change.
    """

    number: int
    text: str
    procedure: str
    tick: str = "open"
    by: str = ""
    at: int = 0
    why: str = ""


class IncidentRecording(msgspec.Struct, frozen=True, kw_only=True):
    """The kept traffic of a ``bus``: a file in the folder of incidents beside the journal.

    ``file`` is relative to that folder, empty when nothing could be kept: ``trouble`` says why.
    ``size`` is in bytes, ``time`` (ns) when it was kept.
    """

    bus: str
    time: int
    file: str = ""
    pieces: int = 0
    size: int = 0
    trouble: str = ""


class IncidentMoment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an incident's course: an event of the journal.

    ``seq`` is its number, ``time`` ns since 1970 UTC, ``kind``, ``subject``, ``severity`` and
    ``text`` as the journal has them (docs/reference/events.md), ``by`` who did it, if anybody.
    """

    seq: int
    time: int
    kind: str
    subject: str
    severity: str
    text: str
    by: str = ""


class IncidentDetail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of one incident.

    ``why`` is the reason given when it was opened, ``conclusion`` and ``closed_by`` of its close;
    ``instruments``, ``rooms``, ``groups`` and ``buses`` are what it is about. ``course`` is in the
    order of the journal, from the first alarm to the close; ``more`` when there is more after it:
    ask with ``after`` increased by its length.
    """

    status: IncidentStatus
    why: str = ""
    closed_by: str = ""
    conclusion: str = ""
    instruments: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    buses: tuple[str, ...] = ()
    alarms: tuple[IncidentAlarm, ...] = ()
    steps: tuple[IncidentStep, ...] = ()
    recordings: tuple[IncidentRecording, ...] = ()
    course: tuple[IncidentMoment, ...] = ()
    more: bool = False


class IncidentPage(msgspec.Struct, frozen=True):
    """Some incidents, open ones first, then the latest first; ``more`` when there are others."""

    incidents: list[IncidentStatus]
    more: bool = False


class IncidentDone(msgspec.Struct, frozen=True):
    """How an incident is after somebody did something with it.

    ``durable`` is false when it is done and known, but the disk has not taken it in time: it would
    be lost if the daemon ended now. Do not ask again: look at the journal's state.
    """

    incident: IncidentStatus
    durable: bool = True


def ask_incidents(path: Path) -> list[IncidentStatus]:
    """The incidents the daemon knows: all that are open, and the latest closed ones.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it answers with an error, or is too old.
    """
    found: list[IncidentStatus] = []
    while True:
        page = ask(path, IncidentsRequest(after=len(found)), IncidentPage)
        found += page.incidents
        if not page.more or not page.incidents:
            return found


def ask_incident(path: Path, incident: str) -> IncidentDetail:
    """One incident with its whole course.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: the daemon knows no such incident.
    """
    course: list[IncidentMoment] = []
    while True:
        request = IncidentRequest(incident=incident, after=len(course))
        detail = ask(path, request, IncidentDetail)
        course += detail.course
        if not detail.more or not detail.course:
            return msgspec.structs.replace(detail, course=tuple(course), more=False)


def ask_change(
    path: Path,
    request: IncidentOpenRequest | IncidentNoteRequest | IncidentTickRequest | IncidentCloseRequest,
) -> IncidentDone:
    """Open an incident, note something, tick off a step, close it; how it is after that.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: there is no such incident, or this does not fit how it is.
    """
    return ask(path, request, IncidentDone)
