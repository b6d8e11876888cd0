"""What a pump needs of the journal."""

from collections.abc import Mapping
from typing import Protocol

from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Scan, Severity


class EventTaker(Protocol):
    """Where what happens to delivery itself is told."""

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
        time: int | None = None,
    ) -> int:
        """Journal an event; returns its number."""
        ...


class EntrySource(EventTaker, Protocol):
    """The journal, seen from a pump: committed entries, cursors, quarantine."""

    @property
    def committed(self) -> int:
        """The newest durable entry; 0 when there is none."""
        ...

    async def wait_beyond(self, seq: int) -> int:
        """Wait until ``committed`` is greater than ``seq``; returns it."""
        ...

    async def read(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        """At most ``limit`` committed entries after ``after``, up to ``upto``, in order.

        Entries that retention dropped are missing.
        """
        ...

    async def latest(self) -> list[Scan]:
        """The newest committed scan of each series."""
        ...

    def cursor(self, sink: str) -> Cursor | None:
        """How far this sink had got; None for a sink never seen before."""
        ...

    def save_cursor(self, sink: str, cursor: Cursor) -> None:
        """Keep how far a sink has got; durable with the next commit."""
        ...

    def quarantine(self, sink: str, refused: Mapping[int, str]) -> None:
        """Keep what a sink refused for good, each entry with its reason."""
        ...
