"""What the journal holds: scans and events, and the series a scan belongs to."""

from typing import Literal, TypeAlias

import msgspec

from daq.calibration.calibration import Calibration
from drivers.model import Channel, Status, Value

OWN = "daq"
"""The instrument as which the daemon journals its own state."""


def usage_group(name: str) -> str:
    """The scan group in which it journals what an instrument is used for."""
    return f"usage-{name}"


Severity: TypeAlias = Literal["info", "warning", "error"]


class SeriesKey(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the values of a scan mean: written once, referred to by every scan.

    Anything that changes here (a unit, an asset id, the order of channels, a certificate) makes a
    new series, so that an old scan keeps the meaning it had when it was taken. Values are as read;
    ``calibrations`` says what those of some channels come to (``daq.journal.corrected``).
    """

    site: str
    instrument: str
    group: str
    model: str
    asset: str
    interval: float
    channels: tuple[Channel, ...]
    calibrations: tuple[Calibration, ...] = ()


class Series(msgspec.Struct, frozen=True):
    """A series and the number the journal gave it."""

    id: int
    key: SeriesKey


class Scan(msgspec.Struct, frozen=True, gc=False):
    """One timestamped read of a scan group: a value and a status for each channel of the series.

    ``time`` is nanoseconds since 1970 UTC; within a series it strictly increases, unless the
    wall clock stepped back. ``seq`` increases by one from entry to entry of the journal; a number
    that is missing was given up while the disk took nothing, and a ``journal-trouble-end`` event
    says so.
    """

    seq: int
    time: int
    series: Series
    values: tuple[Value, ...]
    statuses: tuple[Status, ...]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What is not a scan: start, stop, bus lost, clock stepped, operator action ...

    ``kind`` is a stable word from the list in docs (``bus-lost``), ``subject`` what it is about
    (a bus, an instrument, a sink), ``text`` one sentence for people, ``data`` the particulars.
    """

    seq: int
    time: int
    kind: str
    subject: str
    severity: Severity
    text: str
    data: dict[str, str | int | float | bool | None]


Entry: TypeAlias = Scan | Event
