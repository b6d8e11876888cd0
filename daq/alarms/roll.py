"""Which alarms are watched, and which were once: what shows them elsewhere must forget the latter.

The journal remembers it in events, so that also somebody who looks years later sees what was
watched, and what was not. A cursor says where the newest of them is.
"""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from daq.journal import kinds
from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event, Severity
from daq.journal.eventcodec import Data

ROLL = "_alarms-watched"
"""Whose cursor says where the newest such event is."""

MOST_GONE = 1000
"""Names that are remembered of those that are watched no more."""


class Keeper(Protocol):
    """What is needed of the journal."""

    async def read(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        """At most ``limit`` committed entries after ``after``, up to ``upto``, in order."""
        ...

    def cursor(self, sink: str) -> Cursor | None:
        """The cursor of this name; None when there is none."""
        ...

    def save_cursor(self, sink: str, cursor: Cursor) -> None:
        """Keep a cursor; durable with the next commit."""
        ...

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
        time: int | None = None,
    ) -> int:
        """Journal an event; returns its number, or 0 when there was no room."""
        ...

    def retire(self, sink: str) -> None:
        """A cursor is of no sink that has to be given all entries."""
        ...


class Roll(msgspec.Struct, frozen=True):
    """Names that are watched, and names that were; the latest of these last.

    A place that has a beacon has its name here after an ``@``.
    """

    names: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def renewed(self, names: Iterable[str]) -> "Roll":
        """The roll when these are watched from now on."""
        now = tuple(names)
        gone = dict.fromkeys(name for name in (*self.gone, *self.names) if name not in {*now})
        return Roll(now, tuple(gone)[-MOST_GONE:])


async def read_roll(journal: Keeper) -> Roll:
    """What the journal knows; an empty roll when it knows nothing.

    Raises:
        JournalError: it cannot be read.
    """
    cursor = journal.cursor(ROLL)
    if cursor is None:
        return Roll()
    found = await journal.read(cursor.live - 1, 1, cursor.live)
    return next((_roll(entry) for entry in found if isinstance(entry, Event)), Roll())


def write_roll(journal: Keeper, before: Roll, after: Roll) -> None:
    """Journal a roll that has changed."""
    added = [name for name in after.names if name not in {*before.names}]
    removed = [name for name in before.names if name not in {*after.names}]
    changes = {"new": added, "no longer": removed}
    told = [f"{what}: {', '.join(names)}" for what, names in changes.items() if names]
    seq = journal.append_event(
        kinds.ALARMS_WATCHED.name,
        "daq",
        "; ".join([f"{_count(after)} alarms are watched", *told]),
        data={"names": " ".join(after.names), "gone": " ".join(after.gone)},
    )
    if seq:
        journal.save_cursor(ROLL, Cursor(seq))
        journal.retire(ROLL)


def _count(roll: Roll) -> int:
    return sum(not name.startswith("@") for name in roll.names)


def _roll(event: Event) -> Roll:
    names, gone = (str(event.data.get(key, "")).split() for key in ("names", "gone"))
    return Roll(tuple(names), tuple(gone))
