"""What acquisition counts, for the status page and metrics. Read by others, written here only."""

import msgspec

from daq.acquire.schedule import Jitter


class InstrumentCounters(msgspec.Struct):
    """One instrument: how it does. Times are ns since 1970 UTC, 0 for never."""

    state: str = "unknown"
    trouble: str = ""
    good_scans: int = 0
    failed_scans: int = 0
    bad_readings: int = 0
    last_good: int = 0
    since: int = 0
    serial_number: str = ""
    firmware: str = ""


class BusCounters(msgspec.Struct):
    """One bus: how busy and how punctual it is. Durations in seconds."""

    state: str = "unknown"
    trouble: str = ""
    since: int = 0
    connects: int = 0
    skipped_ticks: int = 0
    busy: float = 0.0
    polling_since: float = 0.0
    jitter: Jitter = msgspec.field(default_factory=Jitter)

    def load(self, now: float) -> float:
        """The share of the time since the bus was opened that it was in use, in per cent."""
        passed = now - self.polling_since
        return 100.0 * self.busy / passed if self.state == "connected" and passed > 0 else 0.0
