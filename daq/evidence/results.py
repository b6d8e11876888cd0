"""The numbers a report states: of each channel how many readings, how good, mean and extremes.

Worked out in the order of the journal, so that whoever does it again from the same readings gets
the same numbers to the last digit.
"""

import math
from collections import Counter

import msgspec

from daq.journal.corrected import Corrections
from daq.journal.entry import Scan, SeriesKey
from drivers.model import Quality, Status, Value


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One channel under one certificate, or under none; times are ns since 1970 UTC.

    ``count`` readings have a number: ``least`` to ``last`` and the sample's ``deviation`` are of
    those, corrected as far as the certificate says. ``uncertainty`` is the largest expanded one.
    ``flaws`` counts readings that are not good by quality and reason.
    """

    instrument: str
    group: str
    channel: str
    unit: str
    certificate: str = ""
    certificate_hash: str = ""
    readings: int = 0
    good: int = 0
    uncertain: int = 0
    bad: int = 0
    count: int = 0
    least: float | None = None
    least_at: int = 0
    mean: float | None = None
    greatest: float | None = None
    greatest_at: int = 0
    deviation: float | None = None
    last: float | None = None
    uncertainty: float | None = None
    flaws: dict[str, int] = {}

    @property
    def name(self) -> str:
        """``instrument.group.channel``."""
        return f"{self.instrument}.{self.group}.{self.channel}"


class Results:
    """Takes scans in the order of the journal."""

    def __init__(self) -> None:
        self._columns: dict[int, list[_Column]] = {}
        self._corrections = Corrections()
        self._all: dict[tuple[str, ...], _Column] = {}

    def take(self, scan: Scan) -> None:
        """The next scan."""
        if scan.series.id not in self._columns:
            self._columns[scan.series.id] = self._of(scan.series.key)
        found = self._corrections.evaluated(scan)
        values = scan.values if found is None else found.values
        for place, column in enumerate(self._columns[scan.series.id]):
            unsure = None if found is None else found.uncertainties[place]
            column.take(scan.time, values[place], scan.statuses[place], unsure)

    def done(self) -> tuple[Result, ...]:
        """What has come of it, in the order of names."""
        columns = sorted(self._all.items())
        return tuple(column.result() for _, column in columns)

    def _of(self, key: SeriesKey) -> list["_Column"]:
        return [self._column(key, place) for place in range(len(key.channels))]

    def _column(self, key: SeriesKey, place: int) -> "_Column":
        channel = key.channels[place]
        held = next((one for one in key.calibrations if one.channel == channel.name), None)
        certificate = ("", "") if held is None else (held.certificate, held.hash)
        names = (key.instrument, key.group, channel.name, channel.unit, *certificate)
        return self._all.setdefault(names, _Column(names))


class _Column:
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._qualities: Counter[Quality] = Counter()
        self._flaws: Counter[Status] = Counter()
        self._count, self._mean, self._squares = 0, 0.0, 0.0
        self._least: tuple[float, int] | None = None
        self._greatest: tuple[float, int] | None = None
        self._last: float | None = None
        self._unsure: float | None = None

    def take(self, time: int, value: Value, status: Status, unsure: float | None) -> None:
        self._qualities[status.quality] += 1
        if status:
            self._flaws[status] += 1
        if value is None or isinstance(value, (str, bool)) or not math.isfinite(value):
            return
        number = float(value)
        self._count += 1
        apart = number - self._mean
        self._mean += apart / self._count
        self._squares += apart * (number - self._mean)
        if self._least is None or number < self._least[0]:
            self._least = (number, time)
        if self._greatest is None or number > self._greatest[0]:
            self._greatest = (number, time)
        self._last = number
        if unsure is not None and (self._unsure is None or unsure > self._unsure):
            self._unsure = unsure

    def result(self) -> Result:
        instrument, group, channel, unit, certificate, digest = self._names
        least, least_at = self._least or (None, 0)
        greatest, greatest_at = self._greatest or (None, 0)
        return Result(
            instrument=instrument,
            group=group,
            channel=channel,
            unit=unit,
            certificate=certificate,
            certificate_hash=digest,
            readings=self._qualities.total(),
            good=self._qualities[Quality.GOOD],
            uncertain=self._qualities[Quality.UNCERTAIN],
            bad=self._qualities[Quality.BAD],
            count=self._count,
            least=least,
            least_at=least_at,
            mean=self._mean if self._count else None,
            greatest=greatest,
            greatest_at=greatest_at,
            deviation=math.sqrt(self._squares / (self._count - 1)) if self._count > 1 else None,
            last=self._last,
            uncertainty=self._unsure,
            flaws={str(status): count for status, count in sorted(self._flaws.items())},
        )
