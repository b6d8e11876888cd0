"""What acquisition counts, for the status page and metrics. Read by others, written here only."""

import msgspec

from daq.acquire.schedule import Jitter
from drivers.model import Quality, Status


class GroupCounters(msgspec.Struct):
    """One scan group: what its newest scan was worth.

    ``status`` is the worst of that scan, None before the first. ``usable`` counts scans with at
    least one reading that may be used, or with the word of the instrument that it is switched
    off; ``last_good`` is the time of the newest scan with such a reading, ns since 1970 UTC.
    ``scans`` counts those that were answered, ``requests`` and ``seconds`` what they took of the
    line in all: what the plan foretells, measured.
    """

    status: Status | None = None
    usable: int = 0
    last_good: int = 0
    scans: int = 0
    requests: int = 0
    seconds: float = 0.0

    def took(self, requests: int, seconds: float) -> None:
        """Count what an answered scan took of the line."""
        self.scans += 1
        self.requests += requests
        self.seconds += seconds

    def note(self, time: int, statuses: tuple[Status, ...]) -> bool:
        """Take note of a scan, failed or not; whether any of its readings may be used."""
        # A status holds its quality in the high bits: the greatest is the worst.
        self.status, best = max(statuses), min(statuses)
        good = best.quality is not Quality.BAD
        if good:
            self.last_good = time
        self.usable += good or best is Status.OFF
        return good


class InstrumentCounters(msgspec.Struct):
    """One instrument: how it does. Times are ns since 1970 UTC, 0 for never.

    ``failures`` counts exchanges that failed, by the reason their scans are journalled with
    (``timeout``, ``checksum``, ``device error``); ``faults`` how often it stopped answering well.
    ``flawed`` counts readings that are not good, by their status.
    """

    state: str = "unknown"
    trouble: str = ""
    good_scans: int = 0
    failed_scans: int = 0
    last_good: int = 0
    since: int = 0
    serial_number: str = ""
    firmware: str = ""
    failures: dict[str, int] = msgspec.field(default_factory=dict[str, int])
    faults: int = 0
    flawed: dict[Status, int] = msgspec.field(default_factory=dict[Status, int])

    @property
    def bad_readings(self) -> int:
        """Readings without a value."""
        return sum(n for status, n in self.flawed.items() if status.quality is Quality.BAD)

    def flaw(self, status: Status, count: int = 1) -> None:
        """Count readings that are not good."""
        self.flawed[status] = self.flawed.get(status, 0) + count

    def fail(self, reason: str) -> None:
        """Count one failed exchange."""
        self.failures[reason] = self.failures.get(reason, 0) + 1


class BusCounters(msgspec.Struct):
    """One bus: how busy and how punctual it is. Durations in seconds.

    ``connects`` counts how often the line was opened, ``open_failures`` how often that failed,
    ``losses`` how often an open line was lost. ``discarded`` are bytes that belonged to no reply:
    noise, echoes, replies that came too late. ``late_ticks`` are scans that began late, by the
    measure of ``Ticker.is_late``. ``busy`` is how long exchanges have occupied the line in all,
    ``busy_before`` what of it was before the line was last opened. ``retry_at`` is when a line
    that is lost is opened again, by the clock of the event loop.
    """

    state: str = "unknown"
    trouble: str = ""
    since: int = 0
    connects: int = 0
    open_failures: int = 0
    losses: int = 0
    discarded: int = 0
    skipped_ticks: int = 0
    late_ticks: int = 0
    busy: float = 0.0
    busy_before: float = 0.0
    retry_at: float = 0.0
    polling_since: float = 0.0
    jitter: Jitter = msgspec.field(default_factory=Jitter)

    @property
    def reconnects(self) -> int:
        """How often the line was opened again after it had been open."""
        return max(self.connects - 1, 0)

    def load(self, now: float) -> float:
        """The share of the time since the bus was opened that it was in use, in per cent."""
        passed = now - self.polling_since
        busy = self.busy - self.busy_before
        return 100.0 * busy / passed if self.state == "connected" and passed > 0 else 0.0
