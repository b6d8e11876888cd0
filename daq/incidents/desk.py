"""Decides what alarms and people do to incidents. Pure: events in, happenings out."""

import logging
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import TypeVar

from daq.alarms.record import is_of_alarm
from daq.incidents.alarms import Sightings, is_news, told
from daq.incidents.book import MOST_OPEN, Book
from daq.incidents.errors import IncidentError, NotPossibleError
from daq.incidents.happening import Closed, Happening, Noted, Opened, Recorded, Ticked
from daq.incidents.incident import Incident, Join, Member, Reach, Tick
from daq.incidents.record import happening_of
from daq.incidents.rules import Rules
from daq.journal.entry import Entry, Event

log = logging.getLogger(__name__)

T = TypeVar("T")

_NS = 1_000_000_000

MOST_REMARKS = 1000
SHOWN = 10


class Desk:
    """The incidents of a laboratory, and the rules by which alarms belong to them."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.book = Book()
        self._sightings = Sightings(rules)

    def adopt(self, rules: Rules) -> None:
        """Go by other rules from now on; what is open stays as it was opened."""
        self.rules = rules
        self._sightings.adopt(rules)

    def take(self, entry: Entry) -> list[Happening]:
        """What follows from an entry of the journal; only events of alarms count."""
        if not isinstance(entry, Event) or not is_of_alarm(entry):
            return []
        alarm = self._see(entry)
        return self._raised(alarm, entry.time) if is_news(entry) else []

    def restore(self, events: Iterable[Event], judged: int) -> None:
        """Go on from what the journal knows, in its order: events of alarms and of incidents.

        Alarms beyond the entry ``judged`` are taken later, what people did is not. An event that
        does not carry what it has to is left out: who looks after an emergency needs the rest.
        """
        for event in events:
            try:
                self._recall(event, judged)
            except ValueError as error:
                log.warning("left out of incidents: %s", error)

    def open_by_hand(
        self,
        title: str,
        time: int,
        *,
        by: str,
        why: str = "",
        alarms: tuple[str, ...] = (),
        instruments: tuple[str, ...] = (),
        procedure: str = "",
    ) -> list[Happening]:
        """What follows when somebody opens an incident.

        Raises:
            IncidentError: there is no such alarm, instrument or procedure, or too many are open.
        """
        members = [self._sightings.known(name) for name in alarms]
        known = {one.name: one for one in self.rules.procedures}
        chosen = _named("procedure", procedure, known) if procedure else None
        reach = Reach()
        for name in instruments:
            reach |= _named("instrument", name, self.rules.instruments)
        if self.book.full:
            raise NotPossibleError(f"{MOST_OPEN} incidents are open: close some of them first")
        new = self.book.new(time, Opened(title=title, by=by, why=why, reach=reach))
        found = [new]
        for member in members:
            found += self._join(new.id, member, time, with_procedure=chosen is None)
        return found + (self.book.begin(new.id, chosen, time) if chosen else [])

    def note(self, name: str, time: int, *, by: str, text: str) -> list[Happening]:
        """Somebody notes something.

        Raises:
            IncidentError: there is no such incident, it is closed, or full of notes.
        """
        if len(self.book.going(name).remarks) >= MOST_REMARKS:
            raise NotPossibleError(f"{name} has {MOST_REMARKS} notes; open another incident")
        return [self.book.do(name, time, Noted(by=by, text=text))]

    def tick(
        self, name: str, time: int, *, step: int, tick: Tick, by: str, why: str = ""
    ) -> list[Happening]:
        """Somebody ticks off a step.

        Raises:
            IncidentError: there is no such incident or step, or it is so already.
        """
        steps = {each.number: each for each in self.book.going(name).steps}
        if step not in steps:
            have = f"they are 1 to {len(steps)}" if steps else "it has no procedure"
            raise IncidentError(f"{name} has no step {step}; {have}")
        if steps[step].tick == tick:
            raise NotPossibleError(f"step {step} of {name} is {tick} already")
        return [self.book.do(name, time, Ticked(step=step, tick=tick, by=by, why=why))]

    def recorded(self, name: str, time: int, what: Recorded) -> list[Happening]:
        """The traffic of a bus was kept, or could not be; nothing when nobody waits for it."""
        one = self.book.incidents.get(name)
        return [self.book.do(name, time, what)] if one is not None and one.is_open else []

    def close(self, name: str, time: int, *, by: str, why: str) -> list[Happening]:
        """Somebody closes an incident.

        Raises:
            IncidentError: there is no such incident, it is closed, or steps are not ticked off.
        """
        waiting = [str(step.number) for step in self.book.going(name).waiting]
        if waiting:
            more = " ..." if len(waiting) > SHOWN else ""
            raise NotPossibleError(
                f"{name} has steps that nobody ticked off: {', '.join(waiting[:SHOWN])}{more}; "
                "do them, or say that they do not apply"
            )
        return [self.book.do(name, time, Closed(by=by, why=why))]

    def _recall(self, event: Event, judged: int) -> None:
        happening = happening_of(event)
        if happening is not None:
            self.book.apply(happening)
            self.book.numbered(happening.id, event.seq)
        elif event.seq <= judged and is_of_alarm(event):
            self._see(event)

    def _see(self, event: Event) -> Member:
        for one in self.book.open:
            self.book.incidents[one.id] = told(one, event)
        return self._sightings.see(event)

    def _raised(self, alarm: Member, time: int) -> list[Happening]:
        reach = self._sightings.reach(alarm.name)
        if any(one.has(alarm.name) for one in self.book.open):
            return []
        related = [one for one in self.book.open if _belongs(reach, time, one)]
        if related:
            latest = max(related, key=lambda one: one.latest)
            return self._join(latest.id, alarm, time)
        opening = self.rules.opening(alarm, reach)
        if opening is None or self.book.full:
            return []
        title = opening.title or alarm.title or alarm.name
        what = Opened(title=title, rule=opening.name, join=opening.join, reach=reach)
        new = self.book.new(time, what)
        found = [new, *self._join(new.id, alarm, time)]
        for earlier in self._earlier(alarm, reach, opening.join, time):
            found += self._join(new.id, earlier, time)
        return found

    def _earlier(self, alarm: Member, reach: Reach, join: Join, time: int) -> Iterator[Member]:
        """Alarms that hold and came shortly before: they were the first signs."""
        for other in self._sightings.standing():
            recent = time - other.raised <= join.within * _NS
            taken = other.name == alarm.name or any(one.has(other.name) for one in self.book.open)
            if recent and not taken and self._sightings.reach(other.name).shares(reach, join.by):
                yield other

    def _join(
        self, name: str, alarm: Member, time: int, *, with_procedure: bool = True
    ) -> list[Happening]:
        reach = self._sightings.reach(alarm.name)
        procedure = self.rules.procedure(alarm, reach) if with_procedure else None
        return self.book.join(name, alarm, reach, time, procedure)


def _belongs(reach: Reach, time: int, incident: Incident) -> bool:
    """Whether an alarm that is raised now belongs to an incident."""
    join = incident.join
    recent = time - incident.latest <= join.within * _NS or bool(incident.standing)
    return recent and incident.reach.shares(reach, join.by)


def _named(what: str, name: str, known: dict[str, T]) -> T:
    if name not in known:
        near = get_close_matches(name, known, 3) or list(known)[:SHOWN]
        have = f"there is {', '.join(near)}" if near else "none is configured"
        raise IncidentError(f"no {what} {name!r}; {have}")
    return known[name]
