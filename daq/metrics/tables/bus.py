"""Metrics of buses."""

from daq.control.status import BusStatus
from daq.metrics.metric import Table, counter, gauge, histogram

BUSES = Table[BusStatus](
    "Buses",
    ("bus",),
    lambda status: status.buses,
    lambda bus: (bus.name,),
    (
        gauge(
            "lab_daq_bus_up",
            "1 while the line is open and exchanges take place on it.",
            lambda b: b.state == "connected",
        ),
        gauge(
            "lab_daq_bus_stuck",
            "1 while the poller of the bus makes no progress.",
            lambda b: b.stuck,
        ),
        gauge(
            "lab_daq_bus_busy_ratio",
            "Share of the time since the line was opened that it was in use, 0 to 1.",
            lambda b: b.load / 100,
        ),
        counter(
            "lab_daq_bus_busy_seconds_total",
            "Time the line was in use.",
            lambda b: b.busy,
        ),
        counter(
            "lab_daq_bus_reconnects_total",
            "How often the line was opened again after it had been open.",
            lambda b: max(b.connects - 1, 0),
        ),
        counter(
            "lab_daq_bus_open_failures_total",
            "Attempts to open the line that failed.",
            lambda b: b.open_failures,
        ),
        counter(
            "lab_daq_bus_losses_total",
            "How often the line was lost while open.",
            lambda b: b.losses,
        ),
        counter(
            "lab_daq_bus_discarded_bytes_total",
            "Bytes that belonged to no reply: noise, echoes, replies that came too late.",
            lambda b: b.discarded_bytes,
        ),
        counter(
            "lab_daq_bus_skipped_ticks_total",
            "Scans given up because the next one was due already.",
            lambda b: b.skipped_ticks,
        ),
        counter(
            "lab_daq_bus_late_ticks_total",
            "Scans that began more than a tenth of their interval, and more than 10 ms, late.",
            lambda b: b.late_ticks,
        ),
        histogram(
            "lab_daq_bus_lateness_seconds",
            "How long after they were due scans began (jitter).",
            lambda b: b.lateness,
        ),
    ),
)
