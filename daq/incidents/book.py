"""All incidents that are open or still remembered, and how they are added to. Pure."""

from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches

from msgspec.structs import replace

from daq.incidents import happening as happenings
from daq.incidents.errors import IncidentError, NotPossibleError
from daq.incidents.happening import Begun, Happening, Joined, Opened, What
from daq.incidents.incident import Incident, Member, Reach
from daq.incidents.rules import Procedure

_NS = 1_000_000_000

MOST_ALARMS = 200
"""Alarms an incident tells of; those beyond belong to it without a word of their own."""

MOST_STEPS = 200
MOST_OPEN = 100
"""Incidents that go on at a time: with so many, nobody closes them, and one more helps nobody."""


class Book:
    """Incidents by name. Whatever is written into one is returned, to be journalled.

    Whoever journals it gives back with ``numbered`` where it stands.
    """

    def __init__(self) -> None:
        self.incidents: dict[str, Incident] = {}

    @property
    def open(self) -> list[Incident]:
        """Those that go on, in the order in which they were opened."""
        return [one for one in self.incidents.values() if one.is_open]

    @property
    def full(self) -> bool:
        """Whether no more can be opened."""
        return len(self.open) >= MOST_OPEN

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

    def going(self, name: str) -> Incident:
        """An incident that is open.

        Raises:
            IncidentError: there is none of this name, or it is closed.
        """
        one = self.get(name)
        if not one.is_open:
            raise NotPossibleError(f"{name} is closed")
        return one

    def new(self, time: int, what: Opened) -> Happening:
        """Open an incident, under a name of its own."""
        return self.do(_name(time, self.incidents), time, what)

    def do(self, name: str, time: int, what: What) -> Happening:
        """Something happens to an incident."""
        done = Happening(name, time, what)
        self.apply(done)
        return done

    def join(
        self, name: str, alarm: Member, reach: Reach, time: int, procedure: Procedure | None
    ) -> list[Happening]:
        """An alarm belongs to an incident from now on, and so does its procedure."""
        one = self.incidents[name]
        if len(one.alarms) >= MOST_ALARMS:
            self.incidents[name] = replace(one, latest=max(one.latest, alarm.raised))
            return []
        found = [self.do(name, time, Joined(alarm=alarm, reach=reach))]
        return found + (self.begin(name, procedure, time) if procedure else [])

    def begin(self, name: str, procedure: Procedure, time: int) -> list[Happening]:
        """A procedure applies, unless it does already."""
        one = self.incidents[name]
        full = len(one.steps) + len(procedure.steps) > MOST_STEPS
        if full or procedure.name in one.procedures:
            return []
        what = Begun(procedure=procedure.name, title=procedure.title, steps=procedure.steps)
        return [self.do(name, time, what)]

    def apply(self, happening: Happening) -> None:
        """Take over what happened; what belongs to no known incident is left out."""
        one = self.incidents.get(happening.id)
        if one is not None:
            self.incidents[happening.id] = happenings.after(one, happening)
        elif isinstance(happening.what, Opened):
            self.incidents[happening.id] = happenings.opened(happening)

    def numbered(self, name: str, seq: int) -> None:
        """What happened last to an incident stands at this entry of the journal."""
        one = self.incidents.get(name)
        if one is None:
            return
        first = one.first or seq
        last = one.last or (0 if one.is_open else seq)
        if (first, last) != (one.first, one.last):
            self.incidents[name] = replace(one, first=first, last=last)

    def forget(self, name: str) -> None:
        """Remember a closed incident no longer."""
        del self.incidents[name]


def _name(time: int, known: Mapping[str, Incident]) -> str:
    """The day by the clocks on the wall, and a number on that day."""
    day = f"{datetime.fromtimestamp(time / _NS).astimezone():%Y%m%d}"
    numbers = [int(name.rpartition("-")[2]) for name in known if name.startswith(f"{day}-")]
    return f"{day}-{max(numbers, default=0) + 1}"
