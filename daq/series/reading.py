"""What a scan says of the quantity a series measures. Pure."""

from collections.abc import Mapping

import msgspec

from daq.journal.corrected import Corrections
from daq.journal.entry import Scan
from daq.method.method import Method
from daq.series.measured import Line, RunSeries
from drivers.model import Status

Silences = Mapping[tuple[str, str], Status]
"""Channels, by instrument and name, that only speak when somebody presses a key: the status they
have meanwhile."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """A reading of a channel, as read and as corrected, with what is known of its uncertainty.

    ``value`` is None where there is none; ``entry`` the number of its scan, ``time`` ns.
    """

    entry: int
    time: int
    instrument: str
    channel: str
    unit: str
    status: Status
    reading: float | None
    value: float | None
    uncertainty: float | None = None
    k: float = 2.0
    source: str = ""


def reading_of(
    scan: Scan, instrument: str, channel: str, corrections: Corrections
) -> Reading | None:
    """The reading of a channel; None where the scan is not of it."""
    key = scan.series.key
    place = next((n for n, each in enumerate(key.channels) if each.name == channel), None)
    if key.instrument != instrument or place is None:
        return None
    raw = _number(scan.values[place])
    evaluated = corrections.evaluated(scan)
    calibration = next((one for one in key.calibrations if one.channel == channel), None)
    uncertainty = None if evaluated is None else evaluated.uncertainties[place]
    sure = calibration is not None and uncertainty is not None
    return Reading(
        entry=scan.seq,
        time=scan.time,
        instrument=instrument,
        channel=channel,
        unit=key.channels[place].unit,
        status=Status(scan.statuses[place]),
        reading=raw,
        value=raw if evaluated is None else _number(evaluated.values[place]),
        uncertainty=uncertainty,
        k=calibration.k if calibration is not None and sure else 2.0,
        source=calibration.certificate if calibration is not None and sure else "",
    )


def line_of(one: RunSeries, reading: Reading, *, sample: str, by: str) -> Line:
    """The next line of a series.

    Raises:
        ValueError: the reading has no value.
    """
    if reading.reading is None or reading.value is None:
        raise ValueError(f"entry {reading.entry} has no value")
    uncertainty, k, source = _uncertainty(one.method, reading)
    return Line(
        number=one.next,
        time=reading.time,
        entry=reading.entry,
        instrument=reading.instrument,
        reading=reading.reading,
        value=reading.value,
        unit=reading.unit,
        uncertainty=uncertainty,
        k=k,
        source=source,
        sample=sample,
        by=by,
    )


def _uncertainty(method: Method, reading: Reading) -> tuple[float | None, float, str]:
    """The certificate's before the method's."""
    if reading.uncertainty is not None:
        return reading.uncertainty, reading.k, reading.source
    if method.uncertainty is not None:
        return method.uncertainty, method.k, "method"
    return None, 2.0, ""


def _number(value: object) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    return None
