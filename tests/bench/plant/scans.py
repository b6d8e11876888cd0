"""Scans as the journal gives them, for what is measured without a daemon."""

from daq.journal.entry import Scan, Series, SeriesKey
from drivers.model import Channel, Status

START = 1_790_000_000_000_000_000
SERIES = 20
EVERY = 1_000_000


def made_scans(count: int, channels: int) -> list[Scan]:
    """Scans of twenty series in turn, all good, numbered from 1."""
    members = tuple(Channel(name=f"channel_{n}", unit="V") for n in range(channels))
    series = [_series(number, members) for number in range(SERIES)]
    good = (Status.GOOD,) * channels
    return [
        Scan(seq, START + seq * EVERY, series[seq % SERIES], _values(seq, channels), good)
        for seq in range(1, count + 1)
    ]


def _series(number: int, channels: tuple[Channel, ...]) -> Series:
    key = SeriesKey(
        site="bench",
        instrument=f"meter-{number}",
        group="power",
        model="eastron-sdm630",
        asset=f"EM-{number:04}",
        interval=1.0,
        channels=channels,
    )
    return Series(number + 1, key)


def _values(seq: int, channels: int) -> tuple[float, ...]:
    return tuple(230.0 + seq * 0.001 + number for number in range(channels))
