"""Rules and events of alarms for tests of incidents."""

from collections.abc import Iterable, Mapping

from msgspec.structs import asdict

from daq.alarms.board import Board, Priority, Sort
from daq.alarms.lifecycle import What
from daq.alarms.record import event_of
from daq.incidents.desk import Desk
from daq.incidents.happening import Happening
from daq.incidents.incident import Join, Reach
from daq.incidents.record import event_of as incident_event_of
from daq.incidents.rules import Choice, Opening, Procedure, Rules
from daq.journal.entry import Event
from tests.journal_samples import NOON, NS

STEPS = ("Switch the heating off", "Open the door", "Call the electrician")

RULES = Rules(
    openings=(
        Opening(
            name="grave",
            choice=Choice(priorities=("critical", "high")),
            join=Join(within=600.0),
        ),
    ),
    procedures=(
        Procedure(name="hot", choice=Choice(alarms=("*.high*",)), steps=STEPS, title="Too hot"),
        Procedure(name="gas", choice=Choice(rooms=("R2",)), steps=("Leave the room",)),
    ),
    reaches={
        "oven.high": Reach(instruments=("oven",), rooms=("R1",), groups=("heat",), buses=("b1",)),
        "oven.high-high": Reach(
            instruments=("oven",), rooms=("R1",), groups=("heat",), buses=("b1",)
        ),
        "bath.low": Reach(instruments=("bath",), rooms=("R1",), buses=("b2",)),
        "gas": Reach(instruments=("sniffer",), rooms=("R2",), buses=("b3",)),
        "lone": Reach(instruments=("lone",), buses=("b4",)),
    },
    instruments={"bath": Reach(instruments=("bath",), rooms=("R1",), buses=("b2",))},
    titles={"oven.high-high": "Oven much too hot"},
)

PRIORITIES: dict[str, Priority] = {
    "oven.high": "medium",
    "oven.high-high": "critical",
    "bath.low": "low",
    "gas": "high",
    "lone": "high",
}


class House:
    """Alarms and incidents with a journal of their events, a number and a time for each."""

    def __init__(
        self, rules: Rules = RULES, priorities: Mapping[str, Priority] = PRIORITIES
    ) -> None:
        self.rules = rules
        self.board = Board(
            Sort(name=name, priority=priority, title=rules.titles.get(name, ""))
            for name, priority in priorities.items()
        )
        self.desk = Desk(rules)
        self.journal: list[Event] = []
        self.judged = 0

    @property
    def seq(self) -> int:
        return len(self.journal)

    def alarm(
        self, name: str, what: What, second: float, until: int = 0, **told: str
    ) -> list[Happening]:
        """Something happens to an alarm, and the desk takes the event of it."""
        record = event_of(
            self.board.apply(name, what, NOON + round(second * NS), until=until, **told)
        )
        event = Event(seq=self.seq + 1, **asdict(record))
        self.journal.append(event)
        self.judged = event.seq
        return self.tell(self.desk.take(event))

    def tell(self, happenings: Iterable[Happening]) -> list[Happening]:
        """Journal what happened to incidents."""
        found = list(happenings)
        for one in found:
            record = incident_event_of(one, self.desk.book.incidents[one.id])
            self.journal.append(Event(seq=self.seq + 1, **asdict(record)))
            self.desk.book.numbered(one.id, self.seq)
        return found

    def restarted(self) -> Desk:
        """A new desk that knows the journal alone."""
        desk = Desk(self.rules)
        desk.restore(self.journal, self.judged)
        return desk


def kinds(house: House, name: str) -> list[str]:
    """What was journalled of an incident."""
    return [event.kind[9:] for event in house.journal if event.subject == name]
