"""Metrics of sinks."""

from daq.control.status import SinkStatus
from daq.metrics.metric import Table, counter, gauge, info

NS = 1e9

SINKS = Table[SinkStatus](
    "Sinks",
    ("sink",),
    lambda status: status.sinks,
    lambda sink: (sink.name,),
    (
        gauge(
            "lab_daq_sink_up",
            "1 while the sink delivers.",
            lambda s: s.state == "connected" and not s.trouble,
        ),
        info(
            "lab_daq_sink_address",
            "Where the sink delivers to at the moment, or did last.",
            lambda s: {"address": s.address},
        ),
        gauge(
            "lab_daq_sink_lag_entries",
            "Entries committed and not yet delivered.",
            lambda s: s.lag_entries,
        ),
        gauge(
            "lab_daq_sink_quarantined_entries",
            "Entries the sink refused for good that are in quarantine.",
            lambda s: s.quarantined,
        ),
        gauge(
            "lab_daq_sink_backlog_entries",
            "Entries not yet delivered that are backlog after an outage.",
            lambda s: s.backlog_entries,
        ),
        gauge(
            "lab_daq_sink_lag_seconds",
            "Age of the oldest entry not yet delivered; 0 when nothing waits.",
            lambda s: s.lag_seconds,
        ),
        gauge(
            "lab_daq_sink_last_delivery_timestamp_seconds",
            "When something was last delivered; 0 when nothing was since the start.",
            lambda s: s.last_delivery / NS,
        ),
        counter(
            "lab_daq_sink_delivered_entries_total",
            "Entries the destination took.",
            lambda s: s.delivered,
        ),
        counter(
            "lab_daq_sink_retried_entries_total",
            "Entries written again because a write failed.",
            lambda s: s.retried,
        ),
        counter(
            "lab_daq_sink_refused_entries_total",
            "Entries the destination refused for good; they went to quarantine.",
            lambda s: s.refused,
        ),
        counter(
            "lab_daq_sink_expired_entries_total",
            "Entries the journal deleted before they were delivered.",
            lambda s: s.expired,
        ),
        counter(
            "lab_daq_sink_failures_total",
            "Attempts to connect or write that failed.",
            lambda s: s.failures,
        ),
    ),
)
