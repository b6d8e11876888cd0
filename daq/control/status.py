"""What the daemon tells about itself. Times are ns since 1970 UTC (0: never), durations seconds.

What has come later than the first version has a default, so that a command and a daemon of
different versions understand each other.
"""

from pathlib import Path

import msgspec

from daq.control.client import ask
from daq.control.request import Request


class StatusRequest(Request, tag="status", frozen=True):
    """How does it do?"""


class GroupStatus(msgspec.Struct, kw_only=True):
    """One scan group: quality in words of its newest scan (empty before the first).

    ``scans`` counts those that were answered; ``requests`` and ``seconds`` are what they took of
    the line in all, ``planned_requests`` and ``planned_seconds`` what the plan foretells of one.
    """

    name: str
    interval: float
    quality: str
    last_good: int
    scans: int = 0
    requests: int = 0
    seconds: float = 0.0
    planned_requests: int = 0
    planned_seconds: float = 0.0


class CertificateStatus(msgspec.Struct, kw_only=True):
    """A certificate in force: its number, its channels, and when it is past due (ns, 0: never)."""

    certificate: str
    channels: list[str] = []
    due: int = 0


class InstrumentStatus(msgspec.Struct, kw_only=True):
    """One instrument: does it answer, since when, when was it last good.

    ``quality`` is the worst of the newest scans of its groups, in words. ``failures`` counts
    failed exchanges by reason, ``faults`` how often it stopped answering well, ``flawed`` readings
    that are not good by quality and reason (``bad: timeout``). ``silent`` is for how long it has
    been silent beyond what is allowed, 0 when it is not. ``unit`` and ``address`` are where it is
    on its bus; ``retry_at`` is when it is asked again while it does not answer, else 0.
    ``certificates`` are those in force for its channels.
    """

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
    quality: str = ""
    silent: float = 0.0
    faults: int = 0
    failures: dict[str, int] = {}
    flawed: dict[str, int] = {}
    groups: list[GroupStatus] = []
    unit: int | None = None
    address: str = ""
    retry_at: int = 0
    certificates: list[CertificateStatus] = []


class Lateness(msgspec.Struct, kw_only=True):
    """How late scans of a bus began: ``counts`` of those up to each of ``bounds``, the last inf."""

    bounds: list[float] = []
    counts: list[int] = []
    total: float = 0.0


class BusStatus(msgspec.Struct, kw_only=True):
    """One bus: open or lost, how busy (per cent of the time), how punctual.

    ``late_ticks`` are scans that began more than a tenth of their interval, and more than 10 ms,
    after they were due; ``skipped_ticks`` those given up because the next was due. ``stuck`` says
    that its poller makes no progress. ``planned_load`` is the load the plan foretells, ``remarks``
    what it says of a schedule that is too much; ``retry_at`` is when a lost line is opened again,
    else 0.
    """

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
    late_ticks: int = 0
    busy: float = 0.0
    connects: int = 0
    open_failures: int = 0
    losses: int = 0
    discarded_bytes: int = 0
    stuck: bool = False
    lateness: Lateness = msgspec.field(default_factory=Lateness)
    planned_load: float = 0.0
    remarks: list[str] = []
    retry_at: int = 0


class SinkStatus(msgspec.Struct, kw_only=True):
    """One sink: connected or not, how far behind the journal it is.

    ``lag_seconds`` is the age of the oldest entry it has not got, ``quarantined`` how many of its
    entries are in quarantine; None when the journal does not say. ``trouble_since`` is since when
    it does not deliver, ``retry_at`` when the next attempt is due, both 0 while it delivers.
    """

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
    lag_seconds: float | None = None
    quarantined: int | None = None
    address: str = ""
    expired: int = 0
    failures: int = 0
    last_delivery: int = 0
    last_error: str = ""
    last_error_time: int = 0
    trouble_since: int = 0
    retry_at: int = 0


class JournalStatus(msgspec.Struct, kw_only=True):
    """The journal: where it is, how much it holds, when it will be full. Sizes in bytes.

    ``size_bytes`` is what its files take on disk, ``used_bytes`` what of it holds something,
    ``room_bytes`` what the disk can still take. ``growth`` is bytes a second, None while unknown;
    ``full_by`` the limit reached first at this rate (``max_size`` or ``disk``, empty when none
    comes nearer), after ``seconds_to_full``. ``pending`` entries wait for the disk; ``dropped``
    were given up for want of room, on disk or in memory. ``max_age`` is in seconds, 0 unknown.
    """

    path: str
    size_bytes: int
    committed: int
    trouble: str
    used_bytes: int = 0
    max_size: int = 0
    room_bytes: int = 0
    growth: float | None = None
    seconds_to_full: float | None = None
    full_by: str = ""
    when_full: str = ""
    pending: int = 0
    commits: int = 0
    failed_commits: int = 0
    dropped: int = 0
    expired: int = 0
    undelivered: dict[str, int] = {}
    max_age: float = 0.0


class RecipientStatus(msgspec.Struct, kw_only=True):
    """Somebody who is told of alarms and events.

    ``trouble`` is why they cannot be told, since ``trouble_since``; ``quiet`` that they are left
    alone at this time of day. ``waiting`` is what they have to be told and have not been;
    ``sent`` messages were taken and told of ``matters``, ``failures`` are attempts that failed;
    ``last`` is when a message was taken.
    """

    name: str
    title: str = ""
    on_duty: bool = True
    quiet: bool = False
    trouble: str = ""
    trouble_since: int = 0
    waiting: int = 0
    sent: int = 0
    matters: int = 0
    failures: int = 0
    last: int = 0


class AlarmCount(msgspec.Struct, frozen=True):
    """How many alarms are in one state (in the words of ISA-18.2) and of one priority."""

    state: str
    priority: str
    count: int


class AnnunciatorStatus(msgspec.Struct, frozen=True, kw_only=True):
    """One lamp and horn: what they are known to do; ``lamp`` is empty while that is not known.

    ``trouble`` says why they may not do what they should, since ``since``.
    """

    name: str
    kind: str
    lamp: str
    horn: bool
    trouble: str = ""
    since: int = 0


class DaemonStatus(msgspec.Struct, kw_only=True):
    """Everything `daq status` shows, as it was at ``time``."""

    version: str
    pid: int
    site: str
    started: int
    config_hash: str
    journal: JournalStatus
    buses: list[BusStatus]
    instruments: list[InstrumentStatus]
    sinks: list[SinkStatus]
    time: int = 0
    recipients: list[RecipientStatus] = []
    configured: int = 0
    """When the configuration in force was applied: at the start, or by the last reload."""
    alarms: list[AlarmCount] = []
    annunciators: list[AnnunciatorStatus] = []


def ask_status(path: Path) -> DaemonStatus:
    """What the daemon at this socket says of itself.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it answers with an error.
    """
    return ask(path, StatusRequest(), DaemonStatus)
