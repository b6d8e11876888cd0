"""What is counted so that silence, lateness and a poller that is stuck show."""

import pytest

from daq.acquire.counters import GroupCounters
from daq.acquire.schedule import Ticker
from drivers.model import Status


@pytest.mark.parametrize(
    ("statuses", "usable"),
    [
        ((Status.GOOD, Status.GOOD), 1),
        ((Status.TIMEOUT, Status.IMPLAUSIBLE), 1),
        ((Status.SENSOR_BREAK, Status.OVER_RANGE), 0),
        ((Status.OFF, Status.OFF), 1),
        ((Status.TIMEOUT,), 0),
    ],
)
def test_a_scan_is_of_use_when_one_reading_is(statuses: tuple[Status, ...], usable: int) -> None:
    counters = GroupCounters()
    good = counters.note(7, statuses)
    assert counters.usable == usable
    assert counters.status is max(statuses)
    assert counters.last_good == (7 if good else 0)
    assert good == (usable and Status.OFF not in statuses)


@pytest.mark.parametrize(("interval", "limit"), [(0.02, 0.01), (1.0, 0.1), (60.0, 6.0)])
def test_late_is_a_tenth_of_the_interval_but_no_timers_whim(interval: float, limit: float) -> None:
    ticker = Ticker(interval, start=100.0)
    assert not ticker.is_late(100.0 + 0.9 * limit)
    assert ticker.is_late(100.0 + 1.1 * limit)
