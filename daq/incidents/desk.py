"""Decides what alarms and people do to incidents. Pure: events in, happenings out.

Whoever journals the happenings gives back with ``numbered`` where an incident begins.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from difflib import get_close_matches

from msgspec.structs import replace

from daq.alarms.record import is_of_alarm
from daq.incidents import happening as happenings
from daq.incidents.alarms import Sightings, is_news, told
from daq.incidents.errors import IncidentError, NotPossibleError
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
from daq.incidents.incident import Incident, Join, Member, Reach, Tick
from daq.incidents.rules import Procedure, Rules
from daq.journal.entry import Entry, Event

_NS = 1_000_000_000

MOST_ALARMS = 200
"""Alarms an incident tells of; those beyond belong to it without a word of their own."""

MOST_STEPS = 200
MOST_REMARKS = 1000


class Desk:
    """All incidents that are open, and those closed ones that are still remembered."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.incidents: dict[str, Incident] = {}
        self._sightings = Sightings(rules)

    @property
    def open(self) -> list[Incident]:
        """Those that go on, in the order in which they were opened."""
        return [one for one in self.incidents.values() if one.is_open]

    def get(self, name: str) -> Incident:
        """An incident by its name.

        Raises:
            IncidentError: there is none of this name here; says which there are.
        """
        if name not in self.incidents:
            near = get_close_matches(name, self.incidents, 3) or list(self.incidents)[-3:]
            known = f"; there is {', '.join(near)}" if near else "; there is none"
            raise IncidentError(f"no incident {name!r}{known}")
        return self.incidents[name]

    def take(self, entry: Entry) -> list[Happening]:
        """What follows from an entry of the journal; only events of alarms count."""
        if not isinstance(entry, Event) or not is_of_alarm(entry):
            return []
        alarm = self._see(entry)
        return self._raised(alarm, entry.time) if is_news(entry) else []

    def restore(self, events: Iterable[tuple[Event, Happening | None]], judged: int) -> None:
        """Go on from what the journal knows, in its order: events of alarms and of incidents.

        Alarms beyond the entry ``judged`` are taken later, what people did is not.
        """
        for event, happening in events:
            if happening is not None:
                self._apply(happening, event.seq)
            elif event.seq <= judged and is_of_alarm(event):
                self._see(event)

    def numbered(self, name: str, seq: int) -> None:
        """An incident begins at this entry of the journal, unless it is known to begin before."""
        one = self.incidents[name]
        if not one.first:
            self.incidents[name] = replace(one, first=seq)

    def forget(self, name: str) -> None:
        """Remember a closed incident no longer."""
        del self.incidents[name]

    def open_by_hand(
        self,
        title: str,
        time: int,
        *,
        by: str,
        why: str = "",
        alarms: tuple[str, ...] = (),
        instruments: Mapping[str, Reach] | None = None,
        procedure: str = "",
    ) -> list[Happening]:
        """What follows when somebody opens an incident; ``instruments`` with what each reaches.

        Raises:
            IncidentError: there is no such alarm or procedure.
        """
        members = [self._sightings.known(name) for name in alarms]
        chosen = self._named(procedure) if procedure else None
        reach = Reach()
        for each in (instruments or {}).values():
            reach |= each
        new = self._new(time, Opened(title=title, by=by, why=why, reach=reach))
        found = [new]
        for member in members:
            found += self._join(new.id, member, time, with_procedure=chosen is None)
        if chosen is not None:
            found += self._begin(new.id, chosen, time)
        return found

    def note(self, name: str, time: int, *, by: str, text: str) -> list[Happening]:
        """Somebody notes something.

        Raises:
            IncidentError: there is no such incident, it is closed, or full of notes.
        """
        one = self._going(name)
        if len(one.remarks) >= MOST_REMARKS:
            raise NotPossibleError(f"{name} has {MOST_REMARKS} notes; open another incident")
        return [self._do(name, time, Noted(by=by, text=text))]

    def tick(
        self, name: str, time: int, *, step: int, tick: Tick, by: str, why: str = ""
    ) -> list[Happening]:
        """Somebody ticks off a step.

        Raises:
            IncidentError: there is no such incident or step, or it is so already.
        """
        steps = {each.number: each for each in self._going(name).steps}
        if step not in steps:
            have = f"they are 1 to {len(steps)}" if steps else "it has no procedure"
            raise IncidentError(f"{name} has no step {step}; {have}")
        if steps[step].tick == tick:
            raise NotPossibleError(f"step {step} of {name} is {tick} already")
        return [self._do(name, time, Ticked(step=step, tick=tick, by=by, why=why))]

    def recorded(self, name: str, time: int, what: Recorded) -> list[Happening]:
        """The traffic of a bus was kept, or could not be; nothing when nobody waits for it."""
        one = self.incidents.get(name)
        return [self._do(name, time, what)] if one is not None and one.is_open else []

    def close(self, name: str, time: int, *, by: str, why: str) -> list[Happening]:
        """Somebody closes an incident.

        Raises:
            IncidentError: there is no such incident, it is closed, or steps are not ticked off.
        """
        waiting = [str(step.number) for step in self._going(name).waiting]
        if waiting:
            some = ", ".join(waiting[:10]) + (" ..." if len(waiting) > 10 else "")  # noqa: PLR2004
            raise NotPossibleError(
                f"{name} has steps that nobody ticked off: {some}; do them, or say that they do "
                "not apply"
            )
        return [self._do(name, time, Closed(by=by, why=why))]

    def _see(self, event: Event) -> Member:
        for one in self.open:
            self.incidents[one.id] = told(one, event)
        return self._sightings.see(event)

    def _raised(self, alarm: Member, time: int) -> list[Happening]:
        reach = self._sightings.reach(alarm.name)
        if any(one.has(alarm.name) for one in self.open):
            return []
        related = [one for one in self.open if _belongs(reach, time, one)]
        if related:
            latest = max(related, key=lambda one: one.latest)
            return self._join(latest.id, alarm, time)
        opening = self.rules.opening(alarm, reach)
        if opening is None:
            return []
        title = opening.title or alarm.title or alarm.name
        what = Opened(title=title, rule=opening.name, join=opening.join, reach=reach)
        new = self._new(time, what)
        found = [new, *self._join(new.id, alarm, time)]
        for earlier in self._earlier(alarm, reach, opening.join, time):
            found += self._join(new.id, earlier, time)
        return found

    def _earlier(self, alarm: Member, reach: Reach, join: Join, time: int) -> Iterator[Member]:
        """Alarms that hold and came shortly before: they were the first signs."""
        for other in self._sightings.standing():
            recent = time - other.raised <= join.within * _NS
            taken = other.name == alarm.name or any(one.has(other.name) for one in self.open)
            if recent and not taken and self._sightings.reach(other.name).shares(reach, join.by):
                yield other

    def _join(
        self, name: str, alarm: Member, time: int, *, with_procedure: bool = True
    ) -> list[Happening]:
        one = self.incidents[name]
        if len(one.alarms) >= MOST_ALARMS:
            self.incidents[name] = replace(one, latest=max(one.latest, alarm.raised))
            return []
        reach = self._sightings.reach(alarm.name)
        found = [self._do(name, time, Joined(alarm=alarm, reach=reach))]
        procedure = self.rules.procedure(alarm, reach) if with_procedure else None
        return found + (self._begin(name, procedure, time) if procedure else [])

    def _begin(self, name: str, procedure: Procedure, time: int) -> list[Happening]:
        one = self.incidents[name]
        full = len(one.steps) + len(procedure.steps) > MOST_STEPS
        if full or procedure.name in one.procedures:
            return []
        what = Begun(procedure=procedure.name, title=procedure.title, steps=procedure.steps)
        return [self._do(name, time, what)]

    def _named(self, procedure: str) -> Procedure:
        known = {one.name: one for one in self.rules.procedures}
        if procedure not in known:
            near = get_close_matches(procedure, known, 3) or list(known)
            have = f"; there is {', '.join(near)}" if near else "; none is configured"
            raise IncidentError(f"no procedure {procedure!r}{have}")
        return known[procedure]

    def _going(self, name: str) -> Incident:
        one = self.get(name)
        if not one.is_open:
            raise NotPossibleError(f"{name} is closed")
        return one

    def _new(self, time: int, what: Opened) -> Happening:
        new = Happening(_name(time, self.incidents), time, what)
        self._apply(new, 0)
        return new

    def _do(self, name: str, time: int, what: What) -> Happening:
        done = Happening(name, time, what)
        self._apply(done, 0)
        return done

    def _apply(self, happening: Happening, seq: int) -> None:
        one = self.incidents.get(happening.id)
        if one is not None:
            self.incidents[happening.id] = happenings.after(one, happening)
        elif isinstance(happening.what, Opened):
            self.incidents[happening.id] = happenings.opened(happening, seq)


def _belongs(reach: Reach, time: int, incident: Incident) -> bool:
    """Whether an alarm that is raised now belongs to an incident."""
    join = incident.join
    recent = time - incident.latest <= join.within * _NS or bool(incident.standing)
    return recent and incident.reach.shares(reach, join.by)


def _name(time: int, known: Mapping[str, Incident]) -> str:
    """The day by the clocks on the wall, and a number on that day."""
    day = f"{datetime.fromtimestamp(time / _NS).astimezone():%Y%m%d}"
    numbers = [int(name.rpartition("-")[2]) for name in known if name.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"
