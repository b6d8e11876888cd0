"""What the daemon tells of a sink."""

from daq.control.status import SinkStatus
from daq.deliver.pump import Pump


def sink_status(pump: Pump, kind: str) -> SinkStatus:
    """What a pump's counters say now; what is in quarantine, and how old, the journal knows."""
    statistics = pump.statistics
    return SinkStatus(
        name=pump.name,
        kind=kind,
        state="connected" if statistics.connected_since else "away",
        trouble=statistics.fault,
        since=statistics.connected_since or 0,
        lag_entries=statistics.lag,
        backlog_entries=statistics.backlog,
        address=statistics.address,
        delivered=statistics.delivered,
        retried=statistics.retried,
        refused=statistics.refused,
        expired=statistics.expired,
        failures=statistics.failures,
        last_delivery=statistics.last_delivery_time or 0,
        last_error=statistics.last_error,
        last_error_time=statistics.last_error_time or 0,
        trouble_since=statistics.fault_since or 0,
        retry_at=statistics.retry_time or 0,
    )
