"""A check of a standard, as it is told and as the journal holds it. Pure."""

from collections.abc import Iterable

import msgspec

from daq.alarms.board import Sort
from daq.alarms.conditions.check_standard import Made
from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.eventcodec import Data


class Check(msgspec.Struct, frozen=True):
    """A check: the alarm that made it, when (ns since 1970 UTC), and the entry it ended with."""

    sort: Sort
    time: int
    made: Made
    cause: int

    @property
    def text(self) -> str:
        """For people."""
        name, made = self.sort.name, self.made
        title = f" ({self.sort.title})" if self.sort.title else ""
        return f"{name}{title}: standard checked, {made.value:.9g}, error {made.error:.3g}"

    @property
    def data(self) -> Data:
        """What is journalled of it."""
        made = self.made
        return {
            "value": made.value,
            "error": made.error,
            "readings": made.readings,
            "cause": self.cause,
        }


def is_check(event: Event) -> bool:
    """Whether an event tells of a check."""
    return event.kind == kinds.STANDARD_CHECKED.name


def values_of(events: Iterable[Event]) -> dict[str, list[tuple[int, float]]]:
    """The checks of events by alarm: time of the wall clock (ns) and value."""
    found: dict[str, list[tuple[int, float]]] = {}
    for event in events:
        value = event.data.get("value") if is_check(event) else None
        if isinstance(value, (int, float)):
            found.setdefault(event.subject, []).append((event.time, float(value)))
    return found
