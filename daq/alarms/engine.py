"""All rules over the entries of a journal: which of them turned, and when. Pure."""

import heapq
from collections.abc import Iterable, Sequence

import msgspec

from daq.alarms.conditions.condition import NEVER
from daq.alarms.lifecycle import What
from daq.alarms.order import in_order
from daq.alarms.rule import Point, Rule
from daq.alarms.timeline import Timeline
from daq.journal import kinds
from daq.journal.corrected import Corrections
from daq.journal.entry import Entry, Scan, Series
from drivers.model import Status


class Turn(msgspec.Struct, frozen=True):
    """A rule turned at an entry: what happened, and what its condition saw.

    ``held`` is for how long, in ns, the condition had held when it was raised.
    """

    name: str
    what: What
    text: str = ""
    held: int = 0


class _Place(msgspec.Struct, frozen=True):
    """Where a value of a scan goes: to a place of a rule's condition."""

    column: int
    rule: int
    place: int


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
        self._number = {name: number for number, name in enumerate(names)}
        self._followers = [self._following(name) for name in names]
        self._wired: dict[int, Sequence[_Place]] = {}
        self._timeline = Timeline()
        self._corrections = Corrections()
        self._due: list[tuple[int, int]] = []
        self._wanted = [NEVER] * len(names)
        for number in range(len(names)):
            self._plan(number)

    def feed(self, entry: Entry) -> list[Turn]:
        """What turned with this entry; entries are fed in the order of the journal."""
        time = self._timeline.move(entry)
        turns: list[Turn] = []
        if self._due and self._due[0][0] <= self._timeline.now:
            self._look_at_due(turns)
        if isinstance(entry, Scan):
            self._scan(entry, time, turns)
        elif entry.kind == kinds.START.name:
            self._resume()
        return turns

    def restore(self, name: str, *, active: bool, suppressed: bool) -> None:
        """Go on from what is known of a rule; names that are not there are left out."""
        if name in self._number:
            rule = self.rules[self._number[name]]
            rule.resume(self._timeline.now, active=active, suppressed=suppressed)
            self._tell_followers(self._number[name], self._timeline.now)
            self._plan(self._number[name])

    def _resume(self) -> None:
        """While the daemon was away nobody looked."""
        for number, rule in enumerate(self.rules):
            rule.resume(self._timeline.now, active=rule.active, suppressed=rule.suppressed)
            self._plan(number)

    def _scan(self, scan: Scan, time: int, turns: list[Turn]) -> None:
        places = self._wired.get(scan.series.id)
        if places is None:
            places = self._wired[scan.series.id] = self._wire(scan.series)
        values, statuses = self._corrections.values(scan), scan.statuses
        for place in places:
            column = place.column
            condition = self.rules[place.rule].condition
            condition.feed(place.place, time, values[column], statuses[column])
        for number in dict.fromkeys(place.rule for place in places):
            self._judge(number, time, turns)

    def _look_at_due(self, turns: list[Turn]) -> None:
        now = self._timeline.now
        while self._due and self._due[0][0] <= now:
            time, number = heapq.heappop(self._due)
            if self._wanted[number] != time:
                continue
            self._wanted[number] = NEVER
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
        due = self.rules[number].due()
        if due < self._wanted[number]:
            self._wanted[number] = due
            heapq.heappush(self._due, (due, number))

    def _tell_followers(self, number: int, now: int) -> None:
        active = self.rules[number].active
        for follower, place in self._followers[number]:
            if place >= 0:
                self.rules[follower].condition.feed(place, now, active, Status.GOOD)

    def _following(self, name: str) -> list[tuple[int, int]]:
        """The rules that need this one, and the place it has in them; -1 for ``when``."""
        found: list[tuple[int, int]] = []
        for number, rule in enumerate(self.rules):
            settings = rule.settings
            if name in settings.members:
                place = len(settings.points) + settings.members.index(name)
                found.append((number, place))
            elif name in settings.needs:
                found.append((number, -1))
        return found

    def _wire(self, series: Series) -> Sequence[_Place]:
        key = series.key
        columns = {channel.name: column for column, channel in enumerate(key.channels)}
        return tuple(
            _Place(columns[point.channel], number, place)
            for number, rule in enumerate(self.rules)
            for place, point in enumerate(rule.settings.points)
            if _means(point, series) and point.channel in columns
        )


def _means(point: Point, series: Series) -> bool:
    key = series.key
    return point.instrument == key.instrument and point.group in ("", key.group)
