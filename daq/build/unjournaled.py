"""Stands in for the journal where a bus is polled for the sake of its traffic alone."""

from daq.journal.entry import Series, SeriesKey, Severity
from drivers.model import Status, Value


class Unjournaled:
    """Takes scans and events and keeps none."""

    def series(self, key: SeriesKey) -> Series:
        """A series without a number."""
        return Series(0, key)

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        """Forget a scan."""
        del series, time, values, statuses
        return 0

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
    ) -> int:
        """Forget an event."""
        del kind, subject, text, severity, data
        return 0
