"""The newest readings of an instrument, channel by channel."""

from collections.abc import Iterable

import msgspec

from daq.journal.entry import SeriesKey
from daq.web.data.snapshot import Newest
from daq.web.data.spark import Spark
from drivers.model import Channel, Status, Value


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One channel. ``since`` is since when its status is what it is; 0: longer than is known."""

    channel: Channel
    value: Value
    status: Status
    since: int
    spark: Spark

    @property
    def text(self) -> str:
        """The value as the instrument resolves it."""
        return self.channel.format(self.value)

    @property
    def unit(self) -> str:
        """The unit people read."""
        return self.channel.display_unit or self.channel.unit


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One scan group: ``interval`` in seconds, ``time`` of its newest scan (ns), 0 before any."""

    name: str
    interval: float
    time: int = 0
    readings: tuple[Reading, ...] = ()
    key: SeriesKey | None = None


def group_of(newest: Newest) -> Group:
    """A group with the readings of its newest scan."""
    key, scan = newest.scan.series.key, newest.scan
    return Group(
        name=key.group,
        interval=key.interval,
        time=scan.time,
        key=key,
        readings=tuple(
            Reading(
                channel=channel,
                value=scan.values[place],
                status=scan.statuses[place],
                since=newest.since[place],
                spark=newest.sparks[place],
            )
            for place, channel in enumerate(key.channels)
        ),
    )


def readings(groups: Iterable[Group]) -> tuple[Reading, ...]:
    """All readings of some groups."""
    return tuple(reading for group in groups for reading in group.readings)
