"""The newest readings of an instrument, channel by channel."""

from collections.abc import Iterable

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.dates import days_left
from daq.journal.corrected import evaluator_of
from daq.journal.entry import SeriesKey
from daq.web.data.snapshot import Newest
from daq.web.data.spark import Spark
from drivers.model import Channel, Status, Value


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """One channel. ``since`` is since when its status is what it is; 0: longer than is known.

    Under a ``calibration`` the value is corrected, ``uncorrected`` what was read, and
    ``uncertainty`` the expanded one, None where none is stated.
    """

    channel: Channel
    value: Value
    status: Status
    since: int
    spark: Spark
    calibration: Calibration | None = None
    uncorrected: Value = None
    uncertainty: float | None = None

    @property
    def correction(self) -> float | None:
        """What was added to the reading; None without a number."""
        if isinstance(self.value, (int, float)) and isinstance(self.uncorrected, (int, float)):
            return float(self.value) - float(self.uncorrected)
        return None

    def days_left(self, now: int) -> int | None:
        """Days until the calibration is past due at ``now`` (ns); None where it is never due."""
        due = self.calibration.due if self.calibration else ""
        return days_left(due, now) if due else None

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
    evaluator = evaluator_of(key)
    found = None if evaluator is None else evaluator(scan.values)
    calibrations = dict(evaluator.places) if evaluator else {}
    return Group(
        name=key.group,
        interval=key.interval,
        time=scan.time,
        key=key,
        readings=tuple(
            Reading(
                channel=channel,
                value=scan.values[place] if found is None else found.values[place],
                status=scan.statuses[place],
                since=newest.since[place],
                spark=newest.sparks[place],
                calibration=calibrations.get(place),
                uncorrected=scan.values[place] if place in calibrations else None,
                uncertainty=None if found is None else found.uncertainties[place],
            )
            for place, channel in enumerate(key.channels)
        ),
    )


def readings(groups: Iterable[Group]) -> tuple[Reading, ...]:
    """All readings of some groups."""
    return tuple(reading for group in groups for reading in group.readings)
