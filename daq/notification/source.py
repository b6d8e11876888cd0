"""What telling people needs of the journal."""

from typing import Protocol

from daq.journal.cursor import Cursor
from daq.journal.entry import Entry, Event, Severity
from daq.journal.eventcodec import Data


class Source(Protocol):
    """What is needed of the journal."""

    @property
    def committed(self) -> int:
        """The newest durable entry; 0 when there is none."""
        ...

    async def wait_beyond(self, seq: int) -> int:
        """Wait until ``committed`` is greater than ``seq``; returns it."""
        ...

    async def read(self, after: int, limit: int, upto: int | None = None) -> list[Entry]:
        """At most ``limit`` committed entries after ``after``, up to ``upto``, in order."""
        ...

    async def events_between(self, after: int, upto: int) -> list[Event]:
        """The committed events beyond ``after``, up to ``upto``, in order."""
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

    def hasten(self) -> None:
        """Commit what has been appended at once."""
        ...

    def retire(self, sink: str) -> None:
        """A cursor is of no sink that has to be given all entries."""
        ...
