"""Metrics of the daemon itself."""

import platform

from daq.control.status import DaemonStatus
from daq.metrics.metric import Table, gauge, info, no_labels

NS = 1e9


def _states(status: DaemonStatus) -> dict[tuple[str, ...], float]:
    counts: dict[tuple[str, ...], float] = {}
    for item in status.instruments:
        counts[item.state,] = counts.get((item.state,), 0) + 1
    return counts


DAEMON = Table[DaemonStatus](
    "The daemon",
    (),
    lambda status: [status],
    no_labels,
    (
        info(
            "lab_daq_build",
            "Version of the daemon and of Python.",
            lambda s: {"version": s.version, "python": platform.python_version()},
        ),
        info(
            "lab_daq_configuration",
            "Site and SHA-256 of the configuration in force.",
            lambda s: {"site": s.site, "hash": s.config_hash},
        ),
        gauge(
            "lab_daq_configuration_applied_timestamp_seconds",
            "When the configuration in force was applied: at the start, or by the last reload.",
            lambda s: (s.configured or s.started) / NS,
        ),
        gauge(
            "lab_daq_instruments",
            "Instruments by state.",
            _states,
            "state",
        ),
    ),
)
