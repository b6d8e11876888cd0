"""What the page makes of readings under a certificate."""

import pytest

from daq.calibration.dates import end_of_day
from daq.journal import Bucket, Trend
from daq.journal.entry import Scan, Series
from daq.plot.course import corrected, courses
from daq.plot.stretch import Stretch
from daq.web.data.reading import group_of
from daq.web.data.snapshot import Newest
from daq.web.data.spark import Spark
from drivers.model import Status
from tests.calibration_samples import calibrated_key, calibration
from tests.journal_samples import NOON, NS, good, series_key

DUE = "2026-12-31"


def newest(value: float | None = 5.0) -> Newest:
    key = calibrated_key(calibration(due=DUE))
    status = Status.GOOD if value is not None else Status.TIMEOUT
    scan = Scan(1, NOON, Series(1, key), (value, 5.0), (status, Status.GOOD))
    return Newest(scan, (0, 0), (Spark(NS), Spark(NS)))


def bucket(least: float | None, greatest: float | None, mean: float | None) -> Bucket:
    return Bucket(NOON, NOON + NS, 3, 3, least, greatest, least, greatest, mean, Status.GOOD)


def test_a_reading_knows_what_it_was_and_how_long_its_certificate_holds() -> None:
    first, second = group_of(newest()).readings
    assert (first.value, first.uncorrected, first.correction) == (6.0, 5.0, 1.0)
    assert first.uncertainty == pytest.approx(0.15)
    assert first.days_left(end_of_day(DUE) - NS) == 0
    assert first.days_left(end_of_day(DUE)) == -1
    assert (second.value, second.calibration, second.correction) == (5.0, None, None)
    assert second.days_left(NOON) is None
    (silent, _) = group_of(newest(None)).readings
    assert (silent.value, silent.correction, silent.uncertainty) == (None, None, None)


def test_a_point_of_a_trend_is_corrected() -> None:
    found = corrected(bucket(0.0, 10.0, 5.0), calibration())
    assert (found.least, found.greatest, found.mean) == (0.5, 11.5, 6.0)
    assert (found.first, found.last) == (0.5, 11.5)
    empty = bucket(None, None, None)
    assert corrected(empty, calibration()) is empty


def test_a_trend_goes_on_over_a_new_certificate() -> None:
    parts = [
        (key, Trend(NOON, NS, ("c1",), ((bucket(0.0, 10.0, 5.0),),)))
        for key in (series_key(width=2), calibrated_key())
    ]
    ((course, total),) = courses(parts, Stretch(start=NOON, end=NOON + NS))
    assert [point.mean for point in course.points] == [5.0, 6.0]
    assert (total.least, total.greatest) == (0.0, 11.5)


def test_nothing_is_calibrated_without_a_certificate() -> None:
    scan = Scan(1, NOON, Series(1, series_key(width=2)), (5.0, 5.0), good(2))
    (first, _) = group_of(Newest(scan, (0, 0), (Spark(NS), Spark(NS)))).readings
    assert (first.value, first.uncorrected, first.calibration) == (5.0, None, None)
