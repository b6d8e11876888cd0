"""Readings, scans and events for tests of alarms."""

from collections.abc import Iterable

import msgspec

from daq.alarms.record import Record
from daq.journal.entry import Event, Scan, Series, SeriesKey
from drivers.model import Channel, Status, Value
from tests.journal_samples import NOON, NS


def as_event(record: Record, seq: int) -> Event:
    """A record as the journal would hold it."""
    return Event(seq=seq, **msgspec.structs.asdict(record))


def series(instrument: str = "chamber", *channels: str, number: int = 1) -> Series:
    key = SeriesKey(
        site="lab",
        instrument=instrument,
        group="all",
        model="some-model",
        asset="",
        interval=1.0,
        channels=tuple(Channel(name=name, unit="Cel") for name in channels or ("temperature",)),
    )
    return Series(number, key)


def scan(of: Series, seq: int, second: float, *values: Value, status: Status = Status.GOOD) -> Scan:
    return Scan(seq, NOON + round(second * NS), of, values, (status,) * len(values))


def scans(of: Series, values: Iterable[Value], step: float = 1.0) -> list[Scan]:
    """One value a scan, from NOON on, ``step`` seconds apart; number n is at (n - 1) * step."""
    return [
        scan(of, n, (n - 1) * step, value, status=Status.TIMEOUT if value is None else Status.GOOD)
        for n, value in enumerate(values, 1)
    ]


def event(
    kind: str, seq: int, second: float, *, subject: str = "daq", **data: str | float | bool
) -> Event:
    return Event(
        seq=seq,
        time=NOON + round(second * NS),
        kind=kind,
        subject=subject,
        severity="info",
        text="",
        data={**data},
    )
