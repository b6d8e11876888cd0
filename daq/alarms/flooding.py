"""A flood of alarms, as it is told and as the journal holds it. Pure."""

from collections.abc import Iterable

import msgspec

from daq.journal import kinds
from daq.journal.entry import Event
from daq.journal.eventcodec import Data

UNNAMED = "_flood"
"""The rule that counts alarms where the configuration has none; no alarm's name begins so."""


class Flooded(msgspec.Struct, frozen=True, kw_only=True):
    """A flood began (``on``) or is over, at this time (ns since 1970 UTC).

    ``cause`` is the number of the entry that led to it, 0 for a changed configuration; ``rule``
    the alarm that counts, ``saw`` what it saw.
    """

    on: bool
    time: int
    cause: int = 0
    rule: str = ""
    saw: str = ""

    @property
    def text(self) -> str:
        """For people."""
        return f"a flood of alarms: {self.saw}" if self.on else "the flood of alarms is over"

    @property
    def data(self) -> Data:
        """What is journalled of it."""
        data: Data = {"cause": self.cause} if self.cause else {}
        return data | ({"rule": self.rule} if self.rule not in ("", UNNAMED) else {})


def is_of_flood(event: Event) -> bool:
    """Whether an event tells of the begin or the end of a flood."""
    return event.kind in (kinds.FLOOD_BEGAN.name, kinds.FLOOD_OVER.name)


def lasting(events: Iterable[Event]) -> Event | None:
    """The event of the flood that goes on after these, in the order of the journal, if one does."""
    found: Event | None = None
    for event in filter(is_of_flood, events):
        found = event if event.kind == kinds.FLOOD_BEGAN.name else None
    return found
