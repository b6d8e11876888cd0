"""Rules, runs and their events for tests."""

from collections.abc import Iterable, Sequence

from msgspec.structs import asdict

from daq.journal import Journal
from daq.journal.entry import Event
from daq.runs.happening import Happening, Started
from daq.runs.record import event_of
from daq.runs.rules import Rules
from tests.journal_samples import NOON, NS

RULES = Rules(instruments=frozenset({"oven", "balance", "meter"}))

START = Started(by="Li", operator="Wang", instruments=("oven",), sample="S-0815", order="4711")


def at(second: float) -> int:
    """So many seconds after noon, ns."""
    return NOON + round(second * NS)


def events_of(happenings: Iterable[Happening | None], first: int = 1) -> list[Event]:
    """As the journal has them."""
    told = [happening for happening in happenings if happening is not None]
    return [Event(seq=seq, **asdict(event_of(each))) for seq, each in enumerate(told, first)]


def journal_events(journal: Journal, happenings: Sequence[Happening | None]) -> None:
    """Put them into a journal."""
    for happening in happenings:
        if happening is not None:
            fields = asdict(event_of(happening))
            journal.append_event(
                fields.pop("kind"), fields.pop("subject"), fields.pop("text"), **fields
            )
