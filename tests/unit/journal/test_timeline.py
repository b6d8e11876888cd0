from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from daq.journal.timeline import Timeline
from tests.journal_samples import NOON, NS

US = 1000
HOUR = 3600 * NS


def test_a_time_is_kept_to_the_microsecond() -> None:
    assert Timeline({}, 0).date(1, NOON + 1_234_567) == NOON + 1_234_000


def test_equal_times_in_a_series_are_moved_apart() -> None:
    timeline = Timeline({}, 0)
    assert [timeline.date(1, NOON) - NOON for _ in range(4)] == [0, US, 2 * US, 3 * US]
    assert timeline.date(2, NOON) == NOON


def test_a_clock_that_is_set_back_is_not_hidden_and_repeats_no_time() -> None:
    timeline = Timeline({}, 0)
    times = [timeline.date(1, time) for time in (NOON - HOUR, NOON, NOON - HOUR, NOON, NOON)]
    assert times == [NOON - HOUR, NOON, NOON - HOUR + 1, NOON + 1, NOON + US + 1]


def test_all_series_share_one_fold() -> None:
    timeline = Timeline({}, 0)
    times = [timeline.date(series, time) for time in (NOON, NOON - HOUR) for series in (1, 2, 3)]
    assert times == [NOON, NOON, NOON, *[NOON - HOUR + 1] * 3]


def test_the_fold_outlasts_a_restart() -> None:
    timeline = Timeline({1: NOON + 7, 2: NOON - HOUR + 8}, NOON - HOUR + 8)
    assert timeline.date(2, NOON - HOUR) == NOON - HOUR + US + 8
    assert timeline.date(1, NOON) == NOON + 8


moments = st.one_of(
    st.integers(-5, 5).map(lambda n: NOON + n),
    st.integers(-5, 5).map(lambda n: NOON + n * US),
    st.integers(-50, 50).map(lambda n: NOON + n * NS // 2),
    st.integers(-(2**60), 2**60),
)


@given(st.lists(st.tuples(st.integers(0, 2), moments, st.booleans()), max_size=60))
def test_no_two_times_of_a_series_are_equal_and_none_is_far_off(
    appended: list[tuple[int, int, bool]],
) -> None:
    times: dict[int, list[int]] = defaultdict(list)
    timeline, newest = Timeline({}, 0), 0
    for series, time, restart in appended:
        if restart:
            timeline = Timeline({key: dated[-1] for key, dated in times.items()}, newest)
        newest = timeline.date(series, time)
        times[series].append(newest)
        assert -US < newest - time <= 1_000_000 + 61 * US
    for dated in times.values():
        assert len(set(dated)) == len(dated)
