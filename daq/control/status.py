"""What the daemon tells about itself. Times are ns since 1970 UTC (0: never), durations seconds."""

import msgspec


class InstrumentStatus(msgspec.Struct, kw_only=True):
    """One instrument: does it answer, since when, when was it last good."""

    name: str
    bus: str
    profile: str
    asset: str
    state: str
    trouble: str
    since: int
    last_good: int
    good_scans: int
    failed_scans: int
    bad_readings: int
    serial_number: str


class BusStatus(msgspec.Struct, kw_only=True):
    """One bus: open or lost, how busy (per cent of the time), how punctual."""

    name: str
    state: str
    trouble: str
    since: int
    load: float
    scans: int
    skipped_ticks: int
    lateness_mean: float
    lateness_99: float
    lateness_max: float


class SinkStatus(msgspec.Struct, kw_only=True):
    """One sink: connected or not, how far behind the journal it is."""

    name: str
    kind: str
    state: str
    trouble: str
    since: int
    lag_entries: int
    backlog_entries: int
    delivered: int
    retried: int
    refused: int


class JournalStatus(msgspec.Struct, kw_only=True):
    """The journal: where it is, how much it holds."""

    path: str
    size_bytes: int
    committed: int
    trouble: str


class DaemonStatus(msgspec.Struct, kw_only=True):
    """Everything `daq status` shows."""

    version: str
    pid: int
    site: str
    started: int
    config_hash: str
    journal: JournalStatus
    buses: list[BusStatus]
    instruments: list[InstrumentStatus]
    sinks: list[SinkStatus]
