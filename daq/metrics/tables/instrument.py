"""Metrics of instruments."""

from daq.control.status import InstrumentStatus
from daq.metrics.metric import Table, by_one_label, counter, gauge

NS = 1e9


def _due(item: InstrumentStatus) -> dict[tuple[str, ...], float]:
    return {(one.certificate,): one.due / NS for one in item.certificates if one.due}


def _flawed(item: InstrumentStatus) -> dict[tuple[str, ...], float]:
    return {tuple(words.split(": ", 1)): count for words, count in item.flawed.items()}


INSTRUMENTS = Table[InstrumentStatus](
    "Instruments",
    ("instrument", "bus"),
    lambda status: status.instruments,
    lambda item: (item.name, item.bus),
    (
        gauge(
            "lab_daq_instrument_up",
            "1 while the instrument answers.",
            lambda i: i.state == "answering",
        ),
        gauge(
            "lab_daq_instrument_silent",
            "1 while it has given no reading of use for longer than silent_after allows.",
            lambda i: i.silent > 0,
        ),
        gauge(
            "lab_daq_instrument_last_good_timestamp_seconds",
            "Time of the newest scan with a reading of use; 0 when there was none.",
            lambda i: i.last_good / NS,
        ),
        counter(
            "lab_daq_instrument_scans_total",
            "Scans journalled, by whether the instrument answered.",
            lambda i: {("answered",): i.good_scans, ("failed",): i.failed_scans},
            "result",
        ),
        counter(
            "lab_daq_instrument_failures_total",
            "Exchanges that failed, by reason: timeout, checksum, device error ...",
            lambda i: by_one_label(i.failures),
            "reason",
        ),
        counter(
            "lab_daq_instrument_flawed_readings_total",
            "Readings that are not good, by quality and reason.",
            _flawed,
            "quality",
            "reason",
        ),
        counter(
            "lab_daq_instrument_faults_total",
            "How often it stopped answering, or declined.",
            lambda i: i.faults,
        ),
        gauge(
            "lab_daq_instrument_calibration_due_timestamp_seconds",
            "When a certificate in force is past due; those that never are have none.",
            _due,
            "certificate",
        ),
    ),
)
