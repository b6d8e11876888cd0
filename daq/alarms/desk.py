"""Rules and lives together: from an entry of the journal to what is told of alarms. Pure."""

from collections.abc import Iterable

from daq.alarms.board import Board, Change
from daq.alarms.engine import Engine, Turn
from daq.alarms.lifecycle import Life, What
from daq.alarms.record import is_of_alarm, life_of
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
        self.empty = not rules

    def take(self, entry: Entry) -> list[Change]:
        """What an entry changes; events of alarms are our own words and change nothing."""
        if isinstance(entry, Event) and is_of_alarm(entry):
            return []
        over = self._unshelved(entry)
        turned = self._engine.feed(entry)
        return over + [change for turn in turned for change in self._changed(entry, turn)]

    def warm(self, entry: Entry) -> None:
        """Let windows and charts see an entry that has been judged before."""
        if not (isinstance(entry, Event) and is_of_alarm(entry)):
            self._engine.feed(entry)

    def restore(self, events: Iterable[Event]) -> None:
        """Go on from the events of alarms, in the order of the journal; after ``warm``."""
        for name, life in _newest(events).items():
            self.board.restore(name, life)
        for sort, life in self.board:
            self._engine.restore(sort.name, active=life.active, suppressed=life.suppressed)

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

    def _changed(self, entry: Entry, turn: Turn) -> list[Change]:
        if turn.name not in self.board or not self.board.changes(turn.name, turn.what):
            return []
        told = {"text": turn.text, "cause": entry.seq}
        began = {"began": entry.time - turn.held} if turn.what == "raised" else {}
        return [self.board.apply(turn.name, turn.what, entry.time, **told, **began)]


def _newest(events: Iterable[Event]) -> dict[str, Life]:
    return {event.subject: life_of(event) for event in events if is_of_alarm(event)}
