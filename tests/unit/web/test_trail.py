"""Counts of the last minute, and when nothing can be told of them."""

from daq.control.status import DaemonStatus
from daq.web.data.trail import Lately, Trail
from tests import status_samples as samples

SECOND = samples.SECOND


def status(seconds: float, delivered: int = 0, busy: float = 0.0, late: int = 0) -> DaemonStatus:
    made = samples.daemon()
    made.time = samples.NOW + int(seconds * SECOND)
    made.sinks[0].delivered = delivered
    made.journal.committed = 2 * delivered
    bus = made.buses[0]
    bus.busy, bus.scans, bus.late_ticks, bus.skipped_ticks = busy, int(10 * seconds), late, 0
    return made


def test_rates_are_of_what_was_counted_in_between() -> None:
    trail = Trail().noted(status(0)).noted(status(10, delivered=50, busy=4.0, late=2))
    assert trail.rate("broker") == 5.0
    assert trail.growth() == 10.0
    assert trail.bus("rs485-1") == Lately(seconds=10.0, load=40.0, scans=100, late=2, skipped=0)


def test_nothing_is_told_of_too_short_a_time_or_of_what_is_not_there() -> None:
    trail = Trail()
    assert (trail.rate("broker"), trail.growth(), trail.bus("rs485-1")) == (None, None, None)
    trail = trail.noted(status(0)).noted(status(4.9, delivered=50))
    assert (trail.rate("broker"), trail.growth(), trail.bus("rs485-1")) == (None, None, None)
    trail = trail.noted(status(9, delivered=50))
    assert (trail.rate("other"), trail.bus("other")) == (None, None)


def test_only_the_last_minute_counts() -> None:
    trail = Trail()
    for second in range(200):
        trail = trail.noted(status(second, delivered=min(139, second)))
    assert trail.rate("broker") == 0.0
    assert len(trail.marks) == 61


def test_another_run_and_a_silence_begin_anew() -> None:
    trail = Trail().noted(status(0, delivered=90)).noted(status(10, delivered=100))
    again = status(20, delivered=3)
    again.started += 15 * SECOND
    assert trail.noted(again).rate("broker") is None
    assert trail.noted(None) == Trail()


def test_a_part_that_was_started_anew_is_not_counted_backwards() -> None:
    trail = Trail().noted(status(0, delivered=90, busy=7.0)).noted(status(10, delivered=4))
    assert trail.rate("broker") is None
    assert trail.bus("rs485-1") is None


def test_a_clock_set_back_leaves_nothing_of_the_future() -> None:
    trail = Trail().noted(status(100, delivered=9)).noted(status(0, delivered=10))
    assert [mark.time for mark in trail.marks] == [samples.NOW]
