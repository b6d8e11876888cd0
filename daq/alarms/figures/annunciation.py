"""From the events of alarms to the times people were told of one, and what became of it. Pure."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from daq.alarms.lifecycle import Life
from daq.alarms.record import is_step, life_of
from daq.journal import kinds
from daq.journal.entry import Event

_SHOWN_AGAIN = frozenset(
    {
        kinds.ALARM_UNSHELVED.name,
        kinds.ALARM_UNSUPPRESSED.name,
        kinds.ALARM_IN_SERVICE.name,
    }
)
_HIDDEN = frozenset(
    {
        kinds.ALARM_SHELVED.name,
        kinds.ALARM_SUPPRESSED.name,
        kinds.ALARM_OUT_OF_SERVICE.name,
        kinds.ALARM_RETIRED.name,
    }
)


SENT = "notification-sent"
"""The kind of the events that say that somebody was sent a message."""

MATTERS = "matters"
"""What such an event says it was about: ``number:stage`` of the events of alarms, by blanks."""


class Annunciation(msgspec.Struct, frozen=True, kw_only=True):
    """People were told once of an alarm. Times are ns since 1970 UTC, 0 where it has not happened.

    ``began`` is the reading with which the condition began to hold, ``noticed`` when the daemon
    had found it and journalled it, ``sent`` when the first message of it had gone to somebody,
    ``returned`` when the condition held no more, ``hidden`` when it was shelved, suppressed, taken
    out of service or out of the configuration meanwhile. ``renewed`` says that nobody had
    acknowledged the one before: its time to an acknowledgement counts with the first.
    """

    alarm: str
    priority: str
    time: int
    began: int = 0
    noticed: int = 0
    sent: int = 0
    acknowledged: int = 0
    returned: int = 0
    hidden: int = 0
    renewed: bool = False

    @property
    def ended(self) -> int:
        """When it was over for people, acknowledged or not; 0 while it stands."""
        return min(filter(None, (self.returned, self.hidden)), default=0)


def annunciations(events: Iterable[Event]) -> list[Annunciation]:
    """What people were told, in the order of the journal.

    Events of other kinds are left out. What is raised while it is hidden is not told; it is when
    it comes back while its condition holds.
    """
    course = _Course()
    for event in events:
        if is_step(event):
            course.take(event, life_of(event))
        elif event.kind == SENT:
            course.sent(event)
    return course.found


class _Course:
    """Takes the steps one by one; knows of each alarm what stands, and what nobody has seen."""

    def __init__(self) -> None:
        self.found: list[Annunciation] = []
        self._standing: dict[str, int] = {}
        self._unseen: dict[str, list[int]] = {}
        self._unsent: dict[int, int] = {}

    def sent(self, event: Event) -> None:
        for matter in str(event.data.get(MATTERS, "")).split():
            number = matter.partition(":")[0]
            place = self._unsent.pop(int(number), None) if number.isdecimal() else None
            if place is not None:
                self.found[place] = replace(self.found[place], sent=event.time)

    def take(self, event: Event, life: Life) -> None:
        if _is_new(event, life):
            self._add(event)
        elif event.kind == kinds.ALARM_RETURNED.name:
            self._end(event, returned=event.time)
        elif event.kind == kinds.ALARM_ACKNOWLEDGED.name:
            for place in self._unseen.pop(event.subject, ()):
                self.found[place] = replace(self.found[place], acknowledged=event.time)
        elif event.kind in _HIDDEN:
            self._end(event, hidden=event.time)
            for place in self._unseen.pop(event.subject, ()):
                self.found[place] = replace(self.found[place], hidden=event.time)

    def _add(self, event: Event) -> None:
        unseen = self._unseen.setdefault(event.subject, [])
        told = Annunciation(
            alarm=event.subject,
            priority=str(event.data.get("priority", "")),
            time=event.time,
            began=_time(event, "began"),
            noticed=_time(event, "noticed"),
            renewed=bool(unseen),
        )
        self._standing[event.subject] = len(self.found)
        unseen.append(len(self.found))
        self._unsent[event.seq] = len(self.found)
        self.found.append(told)

    def _end(self, event: Event, **when: int) -> None:
        place = self._standing.pop(event.subject, None)
        if place is not None:
            self.found[place] = replace(self.found[place], **when)


def _is_new(event: Event, life: Life) -> bool:
    told = life.active and life.pending and not life.hidden
    return told and (event.kind == kinds.ALARM_RAISED.name or event.kind in _SHOWN_AGAIN)


def _time(event: Event, key: str) -> int:
    found = event.data.get(key)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0
