import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daq.acquire.schedule import Jitter, Ticker, spread

INTERVALS = st.floats(0.01, 86_400.0)
STARTS = st.floats(0.0, 1e7)


def test_a_served_tick_is_followed_by_the_next_multiple() -> None:
    ticker = Ticker(1.0, start=100.0, phase=0.25)
    assert ticker.due == 100.25
    assert ticker.advance(100.26) == 0
    assert ticker.due == 101.25


def test_late_ticks_are_skipped_and_counted() -> None:
    ticker = Ticker(1.0)
    assert ticker.advance(3.5) == 3  # served the one of 0 s; 1, 2 and 3 s have passed
    assert ticker.due == 4.0


def test_a_tick_due_exactly_now_is_passed() -> None:
    ticker = Ticker(0.1)
    assert ticker.advance(0.1) == 1
    assert ticker.due == pytest.approx(0.2)


def test_resume_is_due_at_once_then_back_on_the_grid_without_counting() -> None:
    ticker = Ticker(10.0, start=0.0)
    ticker.resume(57.0)
    assert ticker.due == 57.0
    assert ticker.advance(57.5) == 0
    assert ticker.due == 60.0


def test_resume_before_the_first_tick_leads_to_the_first_tick() -> None:
    ticker = Ticker(60.0, start=0.0, phase=30.0)
    ticker.resume(1.0)
    assert ticker.due == 1.0
    assert ticker.advance(1.0) == 0
    assert ticker.due == 30.0


def test_no_drift_after_a_year_of_scans() -> None:
    ticker = Ticker(0.1, start=12_345.678)
    for tick in range(1, 200_000):
        assert ticker.advance(ticker.due) == 0
        assert ticker.due == 12_345.678 + tick * 0.1


@settings(deadline=None)
@given(INTERVALS, STARTS, st.lists(st.floats(0.0, 5.0), max_size=30))
def test_every_tick_is_served_or_skipped_once(
    interval: float, start: float, delays: list[float]
) -> None:
    ticker = Ticker(interval, start)
    accounted = 0
    for delay in delays:
        due = ticker.due
        now = due + delay * interval
        accounted += 1 + ticker.advance(now)
        assert ticker.due > now
        assert ticker.due - interval <= now + 1e-6 * interval + now * 1e-15
        assert ticker.due == start + accounted * interval


@settings(deadline=None)
@given(INTERVALS, STARTS, st.floats(-1e6, 1e7), st.floats(0.0, 3.0))
@example(21845.773842553543, 0.0, -1.7697143220673123e-97, 2.9999999999999996)
def test_resume_never_counts_and_returns_to_the_grid(
    interval: float, start: float, now: float, busy: float
) -> None:
    ticker = Ticker(interval, start)
    ticker.resume(now)
    assert ticker.due == now
    later = now + busy * interval
    skipped = ticker.advance(later)
    assert 0 <= skipped <= busy * (1 + 1e-9) + 1, "`later` itself is rounded"
    assert ticker.due > later
    ticks = (ticker.due - start) / interval
    assert ticks == pytest.approx(round(ticks), rel=1e-12, abs=1e-6)


def test_groups_of_one_interval_are_spread_evenly() -> None:
    assert spread([1.0, 1.0, 1.0, 1.0]) == [0.0, 0.25, 0.5, 0.75]


def test_groups_of_harmonic_intervals_do_not_meet() -> None:
    short, long = spread([1.0, 2.0])
    assert short == 0.0
    assert 0.1 < long % 1.0 < 0.9


@settings(deadline=None)
@given(st.lists(st.sampled_from([0.1, 0.5, 1.0, 2.0, 60.0]), max_size=40))
def test_phases_lie_within_their_interval_and_are_distinct(intervals: list[float]) -> None:
    phases = spread(intervals)
    assert all(0 <= phase < i for phase, i in zip(phases, intervals, strict=True))
    pairs = list(zip(intervals, phases, strict=True))
    assert len(set(pairs)) == len(pairs)


def test_jitter_of_nothing_is_nothing() -> None:
    jitter = Jitter()
    assert (jitter.mean, jitter.worst, jitter.quantile(0.99)) == (0.0, 0.0, 0.0)


def test_jitter_quantiles_bound_the_true_ones() -> None:
    jitter = Jitter()
    late = [-math.log(1 - (i + 0.5) / 1000) / 1000 for i in range(1000)]  # exponential, 1 ms
    for value in late:
        jitter.note(value)
    assert jitter.worst == late[-1]
    assert jitter.mean == pytest.approx(sum(late) / 1000)
    assert late[494] <= jitter.quantile(0.5) <= 2.5 * late[505]
    assert late[985] <= jitter.quantile(0.99) <= 2.5 * late[995]


@settings(deadline=None)
@given(st.lists(st.floats(-1.0, 100.0), min_size=1), st.floats(0.0, 1.0))
def test_at_least_the_share_is_within_the_quantile(values: list[float], share: float) -> None:
    jitter = Jitter()
    for value in values:
        jitter.note(value)
    within = sum(value <= jitter.quantile(share) for value in values)
    assert within >= share * len(values)
