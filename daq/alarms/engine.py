"""All rules over the entries of a journal: which of them turned, and when. Pure."""

import heapq
from collections.abc import Iterable, Sequence

import msgspec

from daq.alarms.agenda import Agenda
from daq.alarms.board import Sort
from daq.alarms.conditions.check_standard import CheckStandard, Made
from daq.alarms.conditions.condition import NEVER, FarHearing, Hearing
from daq.alarms.conditions.flood import Flood
from daq.alarms.lifecycle import What
from daq.alarms.order import in_order
from daq.alarms.rule import Rule
from daq.alarms.timeline import Timeline
from daq.alarms.wiring import Place, followers, hearers, numbers_of, places
from daq.journal import kinds
from daq.journal.corrected import Corrections
from daq.journal.entry import Entry, Event, Scan
from drivers.model import Status


class Turn(msgspec.Struct, frozen=True):
    """A rule turned at an entry: what happened, and what its condition saw.

    ``held`` is for how long, in ns, the condition had held when it was raised.
    """

    name: str
    what: What
    text: str = ""
    held: int = 0


class Engine:
    """Judges rules as entries come, each in the order of what it needs; values as corrected.

    A scan costs what the rules on its channels cost, however many others there are.

    Raises:
        AlarmError: rules need each other in a circle.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        known = {rule.settings.sort.name: rule for rule in rules}
        names = in_order({name: rule.settings.needs for name, rule in known.items()})
        self.rules = [known[name] for name in names]
        self.timeline = Timeline()
        self._number = {name: number for number, name in enumerate(names)}
        self._followers = followers(self.rules)
        self._hearers = hearers(self.rules)
        self._counting = numbers_of(self.rules, Flood)
        self._checking = numbers_of(self.rules, CheckStandard)
        self._wired: dict[int, Sequence[Place]] = {}
        self._corrections = Corrections()
        self._agenda = Agenda(len(names))
        for number in range(len(names)):
            self._plan(number)

    def feed(self, entry: Entry) -> list[Turn]:
        """What turned with this entry; entries are fed in the order of the journal."""
        before = self.timeline.now
        time = self.timeline.move(entry)
        turns: list[Turn] = []
        self._look_at_due(turns)
        if isinstance(entry, Scan):
            self._scan(entry, time, turns)
        else:
            self._event(entry, before, turns)
        return turns

    def count(self, time: int) -> list[Turn]:
        """What turns because another rule has called people, at this time."""
        turns: list[Turn] = []
        for number in self._counting:
            flood = self.rules[number].condition
            if isinstance(flood, Flood):
                flood.count(time)
                self._judge(number, self.timeline.now, turns)
        return turns

    def counts(self, name: str) -> bool:
        """Whether a rule counts alarms; it is not counted itself."""
        rule = self.rule(name)
        return rule is not None and isinstance(rule.condition, Flood)

    def checked(self) -> list[tuple[Sort, Made]]:
        """The checks of standards that the last entries have made."""
        if not self._checking:
            return []
        found: list[tuple[Sort, Made]] = []
        for rule in (self.rules[number] for number in self._checking):
            if isinstance(rule.condition, CheckStandard):
                found += [(rule.settings.sort, made) for made in rule.condition.made()]
        return found

    @property
    def far(self) -> frozenset[str]:
        """The kinds of events of long ago that a rule needs."""
        conditions = (rule.condition for rule in self.rules)
        wanted = (one.wanted for one in conditions if isinstance(one, FarHearing))
        return frozenset[str]().union(*wanted)

    def recall(self, name: str, checks: Iterable[tuple[int, float]]) -> None:
        """Give a rule the checks the journal holds: time of the wall clock (ns) and value."""
        rule = self.rule(name)
        if rule is not None and isinstance(rule.condition, CheckStandard):
            rule.condition.recall((self.timeline.of(time), value) for time, value in checks)

    @property
    def held_back(self) -> frozenset[str]:
        """The priorities that can wait now."""
        found: frozenset[str] = frozenset()
        for rule in (self.rules[number] for number in self._counting):
            if rule.active and isinstance(rule.condition, Flood):
                found |= rule.condition.hold_back
        return found

    @property
    def flood(self) -> Rule | None:
        """The first rule that says that there is a flood."""
        return next((r for r in map(self.rules.__getitem__, self._counting) if r.active), None)

    @property
    def counting(self) -> list[str]:
        """The rules that count alarms."""
        return [self.rules[number].settings.sort.name for number in self._counting]

    def due(self) -> int:
        """When the next rule may turn although no reading comes; NEVER when none can."""
        while (first := self._agenda.first()) is not None:
            time, number = first
            if self.rules[number].due() <= time:
                return time
            self._agenda.drop(number)  # a reading came meanwhile
            self._plan(number)
        return NEVER

    def restore(self, name: str, *, active: bool, suppressed: bool) -> None:
        """Go on from what is known of a rule; names that are not there are left out."""
        if name in self._number:
            rule = self.rules[self._number[name]]
            rule.resume(self.timeline.now, active=active, suppressed=suppressed)
            self._tell_followers(self._number[name], self.timeline.now)
            self._plan(self._number[name])

    def follow(self, old: "Engine") -> list[str]:
        """Take over the rules that stay as they are, with their past, and the time of an engine.

        Returns the names of the others.
        """
        self.timeline = old.timeline
        new: list[str] = []
        for name, number in self._number.items():
            kept = old.rule(name)
            if kept is not None and kept.settings.does_as(self.rules[number].settings):
                kept.settings = self.rules[number].settings
                self.rules[number] = kept
            else:
                new.append(name)
        for number in range(len(self.rules)):
            self._tell_followers(number, self.timeline.now)
            self._plan(number)
        return new

    def rule(self, name: str) -> Rule | None:
        """The rule of this name."""
        return self.rules[self._number[name]] if name in self._number else None

    def _resume(self) -> None:
        """While the daemon was away nobody looked."""
        for number, rule in enumerate(self.rules):
            rule.resume(self.timeline.now, active=rule.active, suppressed=rule.suppressed)
            self._plan(number)

    def _scan(self, scan: Scan, time: int, turns: list[Turn]) -> None:
        wired = self._wired.get(scan.series.id)
        if wired is None:
            wired = self._wired[scan.series.id] = places(self.rules, scan.series)
        values, statuses = self._corrections.values(scan), scan.statuses
        for place in wired:
            column = place.column
            condition = self.rules[place.rule].condition
            condition.feed(place.place, time, values[column], statuses[column])
        for number in dict.fromkeys(place.rule for place in wired):
            self._judge(number, time, turns)

    def _event(self, event: Event, before: int, turns: list[Turn]) -> None:
        if event.kind == kinds.START.name:
            self._resume()
        now = self.timeline.now
        for number in self._hearers.get(event.kind, ()):
            condition = self.rules[number].condition
            if isinstance(condition, Hearing) and condition.hear(event, now, before):
                self._judge(number, now, turns)

    def _look_at_due(self, turns: list[Turn]) -> None:
        now = self.timeline.now
        while come := self._agenda.come(now):
            for number in come:  # in the order of rules, whenever each was planned
                if self.rules[number].due() <= now:
                    self._judge(number, now, turns)
                else:  # a reading came meanwhile
                    self._plan(number)

    def _judge(self, number: int, now: int, turns: list[Turn]) -> None:
        """Judge a rule, and those that follow from it, each after all it needs."""
        waiting = [number]
        while waiting:
            number = heapq.heappop(waiting)
            if self._judge_one(number, now, turns):
                self._tell_followers(number, now)
                fresh = {follower for follower, _ in self._followers[number]} - {*waiting}
                for follower in fresh:
                    heapq.heappush(waiting, follower)

    def _judge_one(self, number: int, now: int, turns: list[Turn]) -> bool:
        """Whether something followed; its turns are added."""
        rule = self.rules[number]
        found = rule.judge(now, enabled=self._enabled(rule))
        if found:
            name, text = rule.settings.sort.name, rule.condition.words()
            turns += [
                Turn(name, what, text, rule.held) if what == "raised" else Turn(name, what)
                for what in found
            ]
        self._plan(number)
        return bool(found)

    def _enabled(self, rule: Rule) -> bool:
        when, unless = rule.settings.when, rule.settings.unless
        if when and not self.rules[self._number[when]].active:
            return False
        return not (unless and self.rules[self._number[unless]].active)

    def _plan(self, number: int) -> None:
        """See to it that it is looked at in time: now and then too early, never at each reading."""
        self._agenda.plan(number, self.rules[number].due())

    def _tell_followers(self, number: int, now: int) -> None:
        active = self.rules[number].active
        for follower, place in self._followers[number]:
            if place >= 0:
                self.rules[follower].condition.feed(place, now, active, Status.GOOD)
