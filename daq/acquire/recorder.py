"""Where acquisition puts what it gets; the journal is the one that counts."""

from typing import Protocol

from daq.journal.entry import Series, Severity
from drivers.model import Status, Value


class Recorder(Protocol):
    """Takes scans and events without blocking."""

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        """Record one scan; its sequence number."""
        ...

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
    ) -> int:
        """Record one event; its sequence number."""
        ...
