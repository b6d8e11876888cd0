"""What incidents have to know of alarms: which hold, since when, and what each is about. Pure."""

from collections.abc import Iterator
from difflib import get_close_matches

from msgspec.structs import replace

from daq.alarms.record import life_of
from daq.incidents.errors import IncidentError
from daq.incidents.incident import Incident, Member, Reach
from daq.incidents.rules import Rules
from daq.journal import kinds
from daq.journal.entry import Event

NEWS = frozenset(
    kind.name
    for kind in (
        kinds.ALARM_RAISED,
        kinds.ALARM_UNSHELVED,
        kinds.ALARM_UNSUPPRESSED,
        kinds.ALARM_IN_SERVICE,
    )
)
"""After these an alarm may be new to people."""


class Sightings:
    """Every alarm as its newest event has it."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._seen: dict[str, Member] = {}
        self._groups: dict[str, str] = {}

    def adopt(self, rules: Rules) -> None:
        """Go on with what other rules say of each alarm."""
        self._rules = rules
        for name, one in self._seen.items():
            self._seen[name] = replace(one, title=rules.titles.get(name, one.title))

    def see(self, event: Event) -> Member:
        """How the alarm of an event is after it."""
        name = event.subject
        before = self._seen.get(name) or Member(name=name, title=self._rules.titles.get(name, ""))
        if group := str(event.data.get("group") or ""):
            self._groups[name] = group
        self._seen[name] = after_event(before, event)
        return self._seen[name]

    def known(self, name: str) -> Member:
        """An alarm, whether or not anything was ever heard of it.

        Raises:
            IncidentError: there is none; says which was probably meant.
        """
        if name in self._seen:
            return self._seen[name]
        if name not in self._rules.reaches:
            near = get_close_matches(name, self._rules.reaches, 3)
            meant = f"did you mean {' or '.join(near)}?" if near else "`daq alarms list` lists them"
            raise IncidentError(f"no alarm {name!r}; {meant}")
        return Member(name=name, title=self._rules.titles.get(name, ""))

    def reach(self, name: str) -> Reach:
        """What an alarm is about; of one that is configured no more, its group at most."""
        group = self._groups.get(name)
        return self._rules.reaches.get(name) or Reach(groups=(group,) if group else ())

    def standing(self) -> Iterator[Member]:
        """The alarms that hold and that people are told of, the oldest first."""
        holding = (one for one in self._seen.values() if one.active and one.state in TOLD)
        yield from sorted(holding, key=lambda one: (one.raised, one.name))


TOLD = ("unacknowledged", "acknowledged")
"""The states of an alarm that holds and is not hidden."""


def is_news(event: Event) -> bool:
    """Whether people learn of an alarm by this event."""
    if event.kind not in NEWS:
        return False
    life = life_of(event)
    return life.active and life.pending


def after_event(alarm: Member, event: Event) -> Member:
    """An alarm after an event of its life."""
    life = life_of(event)
    changed = replace(
        alarm,
        priority=str(event.data.get("priority") or alarm.priority),
        state=life.state.value,
        active=life.active,
    )
    if not is_news(event):
        return changed
    return replace(changed, raised=event.time, cause=event.seq, times=1)


def told(incident: Incident, event: Event) -> Incident:
    """An incident after an event of an alarm; the same when that is none of its own."""
    if not incident.has(event.subject) or not incident.is_open:
        return incident
    alarms = tuple(
        _again(alarm, event) if alarm.name == event.subject else alarm for alarm in incident.alarms
    )
    latest = max(incident.latest, event.time) if is_news(event) else incident.latest
    return replace(incident, alarms=alarms, latest=latest)


def _again(alarm: Member, event: Event) -> Member:
    """It keeps when it was first raised in this incident."""
    if event.seq <= alarm.cause:
        return alarm
    changed = after_event(alarm, event)
    if not is_news(event) or not alarm.cause:
        return changed
    return replace(changed, raised=alarm.raised, cause=alarm.cause, times=alarm.times + 1)
