"""The course of channels over a period: points, gaps, and what is not good. Pure."""

import math
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from daq.calibration.calibration import Calibration
from daq.journal.entry import SeriesKey
from daq.journal.trend import Bucket, Trend
from daq.plot.stretch import Stretch
from drivers.model import Channel, Quality, Status

GAP = 2.5
"""Intervals between two scans from which on there is a gap between them."""

_NS = 1e9


class Mark(msgspec.Struct, frozen=True):
    """A stretch that is not simply good: ``status`` is its worst; None for a gap."""

    start: int
    end: int
    status: Status | None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """One channel: ``runs`` are points without a gap between them; ``marks`` in order of time."""

    group: str
    channel: Channel
    runs: tuple[tuple[Bucket, ...], ...]
    marks: tuple[Mark, ...]

    @property
    def id(self) -> str:
        """How a link names it."""
        return f"{self.group}.{self.channel.name}"

    @property
    def unit(self) -> str:
        """The unit people read."""
        return self.channel.display_unit or self.channel.unit

    @property
    def points(self) -> Iterator[Bucket]:
        """All points."""
        for run in self.runs:
            yield from run

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The least and the greatest value; None without any."""
        found = [(b.least, b.greatest) for b in self.points]
        least = min((low for low, _ in found if low is not None), default=None)
        greatest = max((high for _, high in found if high is not None), default=None)
        return None if least is None or greatest is None else (least, greatest)


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What the points say of the whole period: exact, but for what only the readings know."""

    scans: int
    count: int
    least: float | None
    greatest: float | None
    mean: float | None
    last: float | None


def sum_of(course: Course, scans: int) -> Sum:
    """The statistics of a course; ``scans`` are all, those without a value included."""
    points = list(course.points)
    count = sum(b.count for b in points)
    bounds = course.bounds
    total = math.fsum((b.mean or 0.0) * b.count for b in points)
    return Sum(
        scans=scans,
        count=count,
        least=bounds[0] if bounds else None,
        greatest=bounds[1] if bounds else None,
        mean=total / count if count else None,
        last=points[-1].last if points else None,
    )


def courses(
    parts: Sequence[tuple[SeriesKey, Trend]], period: Stretch
) -> tuple[tuple[Course, Sum], ...]:
    """Of the series a group had in a period, in order of time, the course of each channel.

    A channel goes on from series to series as long as its name and unit are the same.
    """
    found: dict[tuple[str, str, str], list[tuple[SeriesKey, Channel, Sequence[Bucket]]]] = {}
    for key, trend in parts:
        known = {channel.name: channel for channel in key.channels}
        calibrations = {one.channel: one for one in key.calibrations}
        for name, buckets in zip(trend.channels, trend.buckets, strict=True):
            channel = known[name]
            there = [bucket for bucket in buckets if bucket is not None]
            if name in calibrations:
                there = [corrected(bucket, calibrations[name]) for bucket in there]
            found.setdefault((key.group, name, channel.unit), []).append((key, channel, there))
    return tuple(_course(group, pieces, period) for (group, _, _), pieces in found.items())


def corrected(bucket: Bucket, calibration: Calibration) -> Bucket:
    """A point of a trend as its certificate makes it.

    Exact for extremes where the corrected value rises with the reading, for the mean where the
    correction is a straight line within the point (decision 33).
    """
    if bucket.least is None or bucket.greatest is None or bucket.mean is None:
        return bucket
    ends = (calibration.corrected(bucket.least), calibration.corrected(bucket.greatest))
    return msgspec.structs.replace(
        bucket,
        least=min(ends),
        greatest=max(ends),
        first=None if bucket.first is None else calibration.corrected(bucket.first),
        last=None if bucket.last is None else calibration.corrected(bucket.last),
        mean=calibration.corrected(bucket.mean),
    )


def _course(
    group: str, pieces: Sequence[tuple[SeriesKey, Channel, Sequence[Bucket]]], period: Stretch
) -> tuple[Course, Sum]:
    interval = max(key.interval for key, _, _ in pieces) * _NS
    buckets = sorted((b for _, _, some in pieces for b in some), key=lambda bucket: bucket.start)
    gaps = _gaps(buckets, GAP * interval, period)
    course = Course(
        group=group,
        channel=pieces[-1][1],
        runs=tuple(_runs(buckets, GAP * interval)),
        marks=tuple(sorted([*gaps, *_flaws(buckets, interval)], key=lambda mark: mark.start)),
    )
    return course, sum_of(course, sum(bucket.scans for bucket in buckets))


def _runs(buckets: Iterable[Bucket], gap: float) -> Iterator[tuple[Bucket, ...]]:
    run: list[Bucket] = []
    for bucket in buckets:
        broken = run and bucket.start - run[-1].end > gap
        if run and (broken or not bucket.count):
            yield tuple(run)
            run = []
        if bucket.count:
            run.append(bucket)
    if run:
        yield tuple(run)


def _gaps(buckets: Sequence[Bucket], gap: float, period: Stretch) -> Iterator[Mark]:
    last = period.start
    for bucket in buckets:
        if bucket.start - last > gap:
            yield Mark(last, bucket.start, None)
        last = max(last, bucket.end)
    if period.end - last > gap:
        yield Mark(last, period.end, None)


def _flaws(buckets: Sequence[Bucket], interval: float) -> Iterator[Mark]:
    """Stretches with readings that are not good, the worst of each; neighbours are one."""
    open_mark: Mark | None = None
    for bucket in buckets:
        flawed = bucket.worst.quality is not Quality.GOOD
        alike = open_mark is not None and open_mark.status is bucket.worst
        if open_mark is not None and flawed and alike:
            open_mark = Mark(open_mark.start, bucket.end + int(interval), bucket.worst)
            continue
        if open_mark is not None:
            yield open_mark
        end = bucket.end + int(interval)
        open_mark = Mark(bucket.start, end, bucket.worst) if flawed else None
    if open_mark is not None:
        yield open_mark
