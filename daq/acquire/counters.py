"""What acquisition counts, for the status page and metrics. Read by others, written here only."""

import msgspec

from daq.acquire.schedule import Jitter


class InstrumentCounters(msgspec.Struct):
    """One instrument: how it does. Times are ns since 1970 UTC, 0 for never.

    ``failures`` counts exchanges that failed, by the reason their scans are journalled with
    (``timeout``, ``checksum``, ``device error``); ``faults`` how often it stopped answering well.
    """

    state: str = "unknown"
    trouble: str = ""
    good_scans: int = 0
    failed_scans: int = 0
    bad_readings: int = 0
    last_good: int = 0
    since: int = 0
    serial_number: str = ""
    firmware: str = ""
    failures: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    faults: int = 0

    def fail(self, reason: str) -> None:
        """Count one failed exchange."""
        self.failures[reason] = self.failures.get(reason, 0) + 1


class BusCounters(msgspec.Struct):
    """One bus: how busy and how punctual it is. Durations in seconds.

    ``connects`` counts how often the line was opened, ``open_failures`` how often that failed,
    ``losses`` how often an open line was lost. ``discarded`` are bytes that belonged to no reply:
    noise, echoes, replies that came too late.
    """

    state: str = "unknown"
    trouble: str = ""
    since: int = 0
    connects: int = 0
    open_failures: int = 0
    losses: int = 0
    discarded: int = 0
    skipped_ticks: int = 0
    busy: float = 0.0
    polling_since: float = 0.0
    jitter: Jitter = msgspec.field(default_factory=Jitter)

    @property
    def reconnects(self) -> int:
        """How often the line was opened again after it had been open."""
        return max(self.connects - 1, 0)

    def load(self, now: float) -> float:
        """The share of the time since the bus was opened that it was in use, in per cent."""
        passed = now - self.polling_since
        return 100.0 * self.busy / passed if self.state == "connected" and passed > 0 else 0.0
