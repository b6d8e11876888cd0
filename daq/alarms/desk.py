"""Rules and lives together: from an entry of the journal to what is told of alarms. Pure."""

from collections import deque
from collections.abc import Iterable

from daq.alarms.board import Board, Change
from daq.alarms.check import Check, values_of
from daq.alarms.conditions.condition import NEVER
from daq.alarms.engine import Engine, Turn
from daq.alarms.flooding import Flooded, lasting
from daq.alarms.lifecycle import Life, What
from daq.alarms.record import GONE, Told, called, is_of_alarm, is_ours, life_of
from daq.alarms.rule import Rule
from daq.journal.entry import Entry, Event


class Desk:
    """Takes entries in the order of the journal, and what people ask.

    Raises:
        AlarmError: rules need each other in a circle.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = list(rules)
        self.board = Board(rule.settings.sort for rule in rules)
        self._engine = Engine(rules)
        self._flood = False
        self.empty = not rules

    def take(self, entry: Entry) -> list[Told]:
        """What an entry changes; events of alarms are our own words and change nothing."""
        if isinstance(entry, Event) and is_ours(entry):
            return []
        changes: list[Told] = []
        waiting = deque[Change | Turn](self._unshelved(entry))
        waiting += self._engine.feed(entry)
        while waiting:
            each = waiting.popleft()
            change = self._changed(entry, each) if isinstance(each, Turn) else each
            if change is not None:
                changes.append(change)
                waiting.extendleft(reversed(self._counted(change)))
        made = self._engine.checked()
        checks = [Check(sort, entry.time, one, entry.seq) for sort, one in made]
        return [*checks, *changes, *self.settle(entry.time, entry.seq)]

    def settle(self, time: int, cause: int = 0) -> list[Flooded]:
        """What is to be told of a flood: that it began, or is over, since that was told last."""
        rule = self._engine.flood
        if self._flood == (rule is not None):
            return []
        self._flood = rule is not None
        if rule is None:
            return [Flooded(on=False, time=time, cause=cause)]
        name, saw = rule.settings.sort.name, rule.condition.words()
        return [Flooded(on=True, time=time, cause=cause, rule=name, saw=saw)]

    def _counted(self, change: Change) -> list[Turn]:
        """What turns because there is one more alarm."""
        if not change.calls or self._engine.counts(change.sort.name):
            return []
        return self._engine.count(self._engine.timeline.of(change.time))

    @property
    def now(self) -> int:
        """The time of the latest entry, on the wall clock as it is set now; 0 before any."""
        timeline = self._engine.timeline
        return timeline.wall(timeline.now) if timeline.now else 0

    def due(self) -> int:
        """When, on that clock, something may change although nothing comes; NEVER if nothing."""
        rules = self._engine.due()
        shelf = self.board.next_end() or NEVER
        return min(shelf, NEVER if rules == NEVER else self._engine.timeline.wall(rules))

    @property
    def far(self) -> frozenset[str]:
        """The kinds of events of long ago that a rule needs before it is shown anything else."""
        return self._engine.far

    def warm(self, entry: Entry) -> None:
        """Let windows and charts see an entry that has been judged before."""
        if not isinstance(entry, Event) or not is_ours(entry):
            self._engine.feed(entry)
        elif is_of_alarm(entry) and called(entry) and not self._engine.counts(entry.subject):
            self._engine.count(self._engine.timeline.of(entry.time))

    def restore(self, events: Iterable[Event]) -> None:
        """Go on from the events of alarms, in the order of the journal; after ``warm``."""
        events = list(events)
        for name, life in _newest(events).items():
            self.board.restore(name, life)
        self._engine.checked()  # those of the history have been told
        for name, checks in values_of(events).items():
            self._engine.recall(name, checks)
        for sort, life in self.board:
            self._engine.restore(sort.name, active=life.active, suppressed=life.suppressed)
        self._flood = lasting(events) is not None
        for name in self._engine.counting:
            if name not in self.board:  # nothing else tells how it was
                self._engine.restore(name, active=self._flood, suppressed=False)

    def follow(self, old: "Desk", time: int) -> list[Told]:
        """Take the place of a desk with other rules, ``time`` on the wall clock.

        Lives stay, and what is the same stays as it is; alarms that are gone are retired.
        """
        for sort, life in old.board:
            self.board.restore(sort.name, life)
        for name in self._engine.follow(old._engine):  # noqa: SLF001 - one of its own kind
            if name in self.board:
                life = self.board.life(name)
                self._engine.restore(name, active=life.active, suppressed=life.suppressed)
        gone = [sort.name for sort, _ in old.board if sort.name not in self.board]
        self._flood = old._flood  # noqa: SLF001 - likewise
        retired = [old.board.apply(name, "retired", time, why=GONE) for name in gone]
        return [*retired, *self.settle(time)]

    def learns_from(self, old: "Desk") -> bool:
        """Whether it has rules that the old one has not, which know nothing of the past."""
        return any(
            (known := old.rule(rule.settings.sort.name)) is None
            or not known.settings.does_as(rule.settings)
            for rule in self._engine.rules
        )

    def rule(self, name: str) -> Rule | None:
        """The rule of this name."""
        return self._engine.rule(name)

    def ask(
        self, name: str, what: What, time: int, *, by: str, why: str = "", until: int = 0
    ) -> Change:
        """What people do.

        Raises:
            AlarmError: there is no such alarm, or this does not fit the state it is in.
        """
        return self.board.apply(name, what, time, until=until, by=by, why=why)

    def _unshelved(self, entry: Entry) -> list[Change]:
        if not 0 < self.board.next_end() <= entry.time:
            return []
        return [
            self.board.apply(name, "unshelved", entry.time, cause=entry.seq, why="its time is over")
            for name in self.board.over(entry.time)
        ]

    def _changed(self, entry: Entry, turn: Turn) -> Change | None:
        if turn.name not in self.board or not self.board.changes(turn.name, turn.what):
            return None
        sort = self.board.sort(turn.name)
        raised = turn.what == "raised"
        held = raised and sort.priority in self._engine.held_back
        held = held and not self._engine.counts(turn.name) and not self.board.life(turn.name).hidden
        return self.board.apply(
            turn.name,
            turn.what,
            entry.time,
            text=turn.text,
            cause=entry.seq,
            held_back=held,
            began=entry.time - turn.held if raised else 0,
        )


def _newest(events: Iterable[Event]) -> dict[str, Life]:
    return {event.subject: life_of(event) for event in events if is_of_alarm(event)}
