"""The fold: what time counts, what is outside, what interrupts. All figures by hand."""

import pytest

from daq.programme.fold import GRACE, Fold
from daq.programme.happening import (
    Begun,
    Deviated,
    Done,
    GoesOn,
    Interrupted,
    Late,
    Over,
    Reached,
    Restarted,
)
from daq.programme.programme import Band, Loop, Role, Source, Step
from daq.programme.result import Interruption, Result
from tests.programme_samples import (
    HUMIDITY,
    MINUTE,
    SECOND,
    TEMPERATURE,
    dwell,
    each_minute,
    feed,
    fold,
)


def results(of: Fold) -> list[Result]:
    return [one.result for one in of.told if isinstance(one, Done)]


def interruptions(of: Fold) -> list[Interruption]:
    return [one.interruption for one in of.told if isinstance(one, GoesOn)]


def test_a_dwell_counts_from_when_the_band_is_reached() -> None:
    one = fold(dwell())
    feed(one, {0: 30.0, 1: 35.0, 2: 38.0} | each_minute(3, 12, 40.0))
    (result,) = results(one)
    assert (result.begin, result.reached, result.end) == (0, 2 * MINUTE, 12 * MINUTE)
    assert (result.waited, result.counted, result.in_band) == (2 * MINUTE, 10 * MINUTE, 10 * MINUTE)
    assert (result.out, result.excursions, result.verdict) == (0, 0, "within")
    (spread,) = result.spreads
    assert (spread.count, spread.low, spread.high) == (10, 38.0, 40.0)
    assert spread.mean == pytest.approx((38 + 9 * 40) / 10)
    assert one.state.status == "completed"


def test_a_dwell_may_count_from_the_plan() -> None:
    one = fold(dwell(dwell_from="plan", out_of_band="clock", out_at_most=2 * MINUTE))
    feed(one, {0: 30.0, 1: 35.0, 2: 38.0} | each_minute(3, 10, 40.0))
    (result,) = results(one)
    assert (result.begin, result.reached, result.end) == (0, 0, 10 * MINUTE)
    assert (result.out, result.in_band, result.excursions) == (2 * MINUTE, 8 * MINUTE, 1)
    assert result.verdict == "within"
    assert result.spreads[0].worst is not None
    assert (result.spreads[0].worst.beyond, result.spreads[0].worst.time) == (-8.0, 0)


def test_a_soak_has_to_be_kept_without_a_break() -> None:
    one = fold(dwell(soak=3 * MINUTE))
    feed(one, {0: 40.0, 1: 40.0, 2: 45.0, 3: 40.0} | each_minute(4, 16, 40.0))
    (result,) = results(one)
    assert result.reached == 6 * MINUTE
    assert result.end == 16 * MINUTE
    assert result.waited == 6 * MINUTE


def test_a_band_that_is_reached_late_is_a_deviation() -> None:
    one = fold(dwell(wait_at_most=5 * MINUTE))
    feed(one, each_minute(0, 7, 30.0) | each_minute(8, 18, 40.0))
    (late,) = [each for each in one.told if isinstance(each, Late)]
    assert late.time == 5 * MINUTE
    (result,) = results(one)
    assert (result.verdict, result.reasons) == ("deviated", ("band reached late",))
    assert result.waited == 8 * MINUTE


def test_a_dwell_stands_still_while_it_is_outside() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 3, 40.0) | {4: 42.5, 5: 43.0, 6: 41.0} | each_minute(7, 12, 40.0))
    (result,) = results(one)
    assert (result.end, result.counted, result.out) == (12 * MINUTE, 10 * MINUTE, 2 * MINUTE)
    assert (result.excursions, result.longest) == (1, 2 * MINUTE)
    worst = result.spreads[0].worst
    assert worst is not None
    assert (worst.beyond, worst.value, worst.time) == (1.0, 43.0, 5 * MINUTE)
    assert (result.verdict, result.reasons) == ("deviated", ("out of band",))
    (told,) = [each for each in one.told if isinstance(each, Deviated)]
    assert (told.time, told.values) == (4 * MINUTE, {"temperature": (42.5, 0.5)})


def test_or_time_goes_on_meanwhile() -> None:
    one = fold(dwell(out_of_band="clock"))
    feed(one, each_minute(0, 3, 40.0) | {4: 42.5, 5: 43.0} | each_minute(6, 10, 40.0))
    (result,) = results(one)
    assert (result.end, result.counted) == (10 * MINUTE, 10 * MINUTE)
    assert (result.in_band, result.out) == (8 * MINUTE, 2 * MINUTE)


def test_or_it_begins_anew() -> None:
    one = fold(dwell(out_of_band="restart-step"))
    feed(one, each_minute(0, 3, 40.0) | {4: 42.5} | each_minute(5, 15, 40.0))
    (result,) = results(one)
    assert (result.begin, result.reached, result.end) == (0, 5 * MINUTE, 15 * MINUTE)
    assert (result.restarts, result.lost, result.out) == (1, 4 * MINUTE, 0)
    assert [each.time for each in one.told if isinstance(each, Restarted)] == [4 * MINUTE]


def test_what_would_begin_anew_for_ever_does_not() -> None:
    one = fold(dwell(dwell_from="plan", out_of_band="restart-step"))
    feed(one, each_minute(0, 3, 10.0))
    assert one.state.restarts == 0
    assert one.state.tally.out == 3 * MINUTE


def test_several_excursions_are_counted_and_the_longest_is_told() -> None:
    one = fold(dwell(out_of_band="clock"))
    outside = {2: 37.0, 5: 43.0, 6: 43.0}
    feed(one, each_minute(0, 10, 40.0) | outside)
    (result,) = results(one)
    assert (result.excursions, result.out, result.longest) == (2, 3 * MINUTE, 2 * MINUTE)
    assert len([each for each in one.told if isinstance(each, Deviated)]) == 1


def test_a_reading_counts_for_as_long_as_it_holds() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0) | {8: 40.0} | each_minute(9, 13, 40.0))
    # The reading of minute 2 holds until 5; until 8 nothing is known, and 3 minutes are lost.
    (interruption,) = interruptions(one)
    assert (interruption.begin, interruption.end) == (5 * MINUTE, 8 * MINUTE)
    assert (interruption.cause, interruption.how, interruption.counted) == ("no-data", "hold", 0)
    (result,) = results(one)
    assert (result.end, result.no_data, result.counted) == (13 * MINUTE, 3 * MINUTE, 10 * MINUTE)
    assert result.verdict == "within"


def test_time_may_go_on_through_an_interruption() -> None:
    one = fold(dwell(interruption="clock"))
    feed(one, each_minute(0, 2, 40.0) | {8: 40.0} | each_minute(9, 10, 40.0))
    assert interruptions(one)[0].counted == 3 * MINUTE
    (result,) = results(one)
    assert (result.end, result.no_data, result.in_band) == (10 * MINUTE, 3 * MINUTE, 7 * MINUTE)


def test_an_interruption_may_cost_the_step() -> None:
    one = fold(dwell(interruption="restart-step"))
    feed(one, each_minute(0, 2, 40.0) | each_minute(8, 18, 40.0))
    assert interruptions(one)[0].lost == 8 * MINUTE
    (result,) = results(one)
    assert (result.restarts, result.lost, result.end) == (1, 8 * MINUTE, 18 * MINUTE)


def test_an_interruption_that_is_too_long_voids_it() -> None:
    one = fold(dwell(), void_after=10 * MINUTE)
    feed(one, each_minute(0, 2, 40.0) | {30: 40.0})
    assert one.state.status == "void"
    assert one.state.now == 15 * MINUTE
    assert one.told[-1] == Over(15 * MINUTE, "void")
    (result,) = results(one)
    assert (result.verdict, result.counted) == ("unfinished", 5 * MINUTE)
    feed(one, {31: 40.0})
    assert one.state.now == 15 * MINUTE


@pytest.mark.parametrize(("stops", "cause"), [(False, "power"), (True, "stopped")])
def test_why_there_was_nothing_is_told_by_the_start(*, stops: bool, cause: str) -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0))
    if stops:
        one.stopped(2 * MINUTE + SECOND)
    one.started(9 * MINUTE)
    feed(one, each_minute(10, 12, 40.0))
    assert [(each.cause, each.begin) for each in interruptions(one)] == [(cause, 5 * MINUTE)]


def test_it_is_known_as_well_when_readings_still_held_at_the_start() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0))
    one.started(3 * MINUTE)
    feed(one, {7: 40.0})
    assert [each.cause for each in interruptions(one)] == ["power"]


def test_a_restart_that_is_quick_interrupts_nothing() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0))
    one.started(3 * MINUTE)
    feed(one, each_minute(4, 10, 40.0))
    assert interruptions(one) == []
    assert results(one)[0].end == 10 * MINUTE


def test_a_pause_interrupts_and_its_readings_do_not_count() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0))
    one.pause(3 * MINUTE)
    feed(one, each_minute(4, 7, 22.0))
    one.resume(8 * MINUTE)
    feed(one, each_minute(8, 15, 40.0))
    (interruption,) = interruptions(one)
    assert (interruption.cause, interruption.begin, interruption.end) == (
        "paused",
        3 * MINUTE,
        8 * MINUTE,
    )
    (result,) = results(one)
    assert (result.end, result.spreads[0].low) == (15 * MINUTE, 40.0)


def test_two_quantities_are_both_within_or_it_is_outside() -> None:
    step = Step(name="wet", set={"temperature": 40.0, "humidity": 93.0}, dwell=10 * MINUTE)
    one = fold(step, roles=(TEMPERATURE, HUMIDITY))
    for minute in range(14):
        wet = 80.0 if minute in (0, 1, 6, 7) else 93.0
        one.read(minute * MINUTE, {"temperature": 40.0, "humidity": wet}, 3 * MINUTE)
    one.advance(15 * MINUTE)
    (result,) = results(one)
    assert (result.reached, result.out, result.end) == (2 * MINUTE, 2 * MINUTE, 14 * MINUTE)
    assert result.spreads[0].worst is None
    assert result.spreads[1].worst is not None


def test_without_one_of_two_quantities_there_is_no_data() -> None:
    step = Step(name="wet", set={"temperature": 40.0, "humidity": 93.0}, dwell=10 * MINUTE)
    one = fold(step, roles=(TEMPERATURE, HUMIDITY))
    feed(one, each_minute(0, 20, 40.0))
    assert one.state.phase == "waiting"
    assert one.state.interruption is not None


def test_nothing_read_at_all_interrupts_after_a_while() -> None:
    one = fold(dwell())
    one.advance(GRACE - 1)
    assert one.state.interruption is None
    one.advance(GRACE + 1)
    assert one.state.interruption is not None
    assert one.state.interruption.begin == GRACE


def test_a_ramp_is_compared_with_the_moving_set_point() -> None:
    step = Step(
        name="up",
        set={"temperature": 40.0},
        rate={"temperature": 1.0},
        ramp_tolerance={"temperature": Band(3.0, 3.0)},
    )
    one = fold(step)
    feed(one, {minute: 20.0 + minute for minute in range(10)})
    feed(one, {minute: 15.0 + minute for minute in range(10, 12)})
    feed(one, {minute: 20.0 + minute for minute in range(12, 21)})
    (result,) = results(one)
    assert (result.kind, result.end, result.out) == ("ramp", 20 * MINUTE, 2 * MINUTE)
    (spread,) = result.spreads
    assert spread.rate == pytest.approx(1.0)
    assert spread.set_point == (20.0, 40.0)
    assert spread.worst is not None
    assert spread.worst.beyond == pytest.approx(-2.0)


def test_a_held_ramp_goes_on_where_it_was() -> None:
    step = Step(name="up", set={"temperature": 40.0}, rate={"temperature": 1.0})
    one = fold(step)
    feed(one, each_minute(0, 4, 22.0) | each_minute(17, 40, 30.0))
    (result,) = results(one)
    assert result.no_data == 10 * MINUTE
    assert result.end == 30 * MINUTE


def test_the_set_point_of_the_controller_is_compared() -> None:
    one = fold(dwell(), lag=2 * MINUTE)
    feed(one, each_minute(0, 0, 40.0))
    for minute in range(1, 10):
        one.read_set_points(minute * MINUTE, {"temperature": 35.0 if 3 <= minute < 7 else 40.2})
        feed(one, {minute: 40.0})
    one.advance(11 * MINUTE)
    (result,) = results(one)
    assert result.set_point_off == 4 * MINUTE
    assert result.reasons == ("set point not followed",)


def test_the_step_of_the_controller_is_compared() -> None:
    one = fold(dwell(controller_step=3))
    for minute in range(11):
        one.read_controller(minute * MINUTE, 2 if minute < 2 else 3)
        feed(one, {minute: 40.0})
    (result,) = results(one)
    assert result.controller_off == 2 * MINUTE
    assert result.verdict == "within"


def test_cycles_are_counted_and_those_that_deviated() -> None:
    loop = Loop(name="cycle", cycles=3, steps=(dwell(minutes=2), dwell(60.0, minutes=2)))
    one = fold(loop)
    warm, hot = 40.0, 60.0
    values = [warm, warm, hot, hot, warm, warm, hot, 70.0, hot, warm, warm, hot, hot]
    feed(one, dict(enumerate(values)) | {13: hot})
    assert one.state.status == "completed"
    assert one.state.done == {"cycle": 3}
    assert one.state.broken == {"cycle": 1}
    assert [result.verdict for result in results(one)].count("deviated") == 1


def test_a_run_that_ends_early_cuts_the_step() -> None:
    one = fold(dwell(), dwell(60.0))
    feed(one, each_minute(0, 4, 40.0))
    one.end(5 * MINUTE)
    assert one.state.status == "cut"
    (result,) = results(one)
    assert (result.verdict, result.counted) == ("unfinished", 5 * MINUTE)


def test_an_interruption_that_lasts_ends_with_the_run() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0))
    one.end(20 * MINUTE)
    assert interruptions(one)[0].end == 20 * MINUTE
    assert one.state.interrupted == 15 * MINUTE


def test_what_happens_is_told_in_order() -> None:
    one = fold(dwell(minutes=2), dwell(60.0, minutes=2))
    feed(one, {0: 40.0, 1: 40.0, 2: 60.0, 3: 60.0, 4: 60.0})
    assert [type(each) for each in one.told] == [
        Begun,
        Reached,
        Done,
        Begun,
        Reached,
        Done,
        Over,
    ]


def test_the_cause_of_an_interruption_is_told_when_it_begins() -> None:
    one = fold(dwell())
    feed(one, each_minute(0, 2, 40.0))
    one.advance(6 * MINUTE)
    (told,) = [each for each in one.told if isinstance(each, Interrupted)]
    assert (told.time, told.interruption.cause) == (5 * MINUTE, "no-data")


def test_a_dwell_without_tolerance_counts_at_once() -> None:
    bare = Role(name="temperature", source=Source("chamber", "temperature"))
    one = fold(dwell(), roles=(bare,))
    feed(one, each_minute(0, 10, 5.0))
    (result,) = results(one)
    assert (result.judged, result.verdict, result.in_band) == (False, "within", 10 * MINUTE)


def test_readings_that_come_in_the_wrong_order_move_no_clock_back() -> None:
    one = fold(dwell())
    feed(one, {0: 40.0, 2: 40.0, 1: 40.0, 3: 40.0})
    assert one.state.now == 3 * MINUTE
    assert one.state.counted == 3 * MINUTE


def test_a_controller_that_is_a_little_ahead_ends_a_dwell_that_is_all_but_done() -> None:
    one = fold(dwell(minutes=100), dwell(60.0), lag=5 * MINUTE)
    feed(one, each_minute(0, 96, 40.0))
    one.read_set_points(97 * MINUTE, {"temperature": 60.0})
    feed(one, {97: 43.0, 98: 55.0} | each_minute(99, 109, 60.0))
    first, second = results(one)
    assert (first.end, first.counted, first.verdict) == (97 * MINUTE, 97 * MINUTE, "within")
    assert (first.out, first.excursions) == (0, 0)
    assert second.reached == 99 * MINUTE
    assert one.state.status == "completed"


def test_one_that_is_far_ahead_does_not() -> None:
    one = fold(dwell(minutes=100), lag=5 * MINUTE)
    feed(one, each_minute(0, 80, 40.0))
    one.read_set_points(81 * MINUTE, {"temperature": 60.0})
    feed(one, each_minute(81, 120, 60.0))
    assert one.state.number == 0
    assert one.state.tally.out == 39 * MINUTE


def test_without_a_set_point_the_value_says_so() -> None:
    silent = Role(
        name="temperature", source=Source("chamber", "temperature"), tolerance=Band(2.0, 2.0)
    )
    one = fold(dwell(minutes=100), dwell(60.0), roles=(silent,), lag=5 * MINUTE)
    feed(one, each_minute(0, 96, 40.0) | {97: 43.0, 98: 55.0} | each_minute(99, 109, 60.0))
    first, second = results(one)
    assert (first.counted, first.verdict, first.excursions) == (97 * MINUTE, "within", 0)
    assert second.verdict == "within"


def test_a_ramp_may_be_as_far_off_as_the_controller_may_be_late() -> None:
    step = Step(name="up", set={"temperature": 80.0}, rate={"temperature": 1.0})
    one = fold(step, lag=5 * MINUTE)
    for minute in range(60):
        told = 20.0 + minute - (4.0 if minute < 30 else 8.0)
        one.read_set_points(minute * MINUTE, {"temperature": told})
        feed(one, {minute: 20.0 + minute})
    one.advance(60 * MINUTE)
    (result,) = results(one)
    assert result.set_point_off == 30 * MINUTE
    assert result.reasons == ("set point not followed",)
