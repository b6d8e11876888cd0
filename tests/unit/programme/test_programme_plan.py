"""From a programme to its segments: ramps, dwells, cycles, set points."""

from daq.programme.plan import Path, Plan
from daq.programme.programme import Band, Loop, Step
from tests.programme_samples import HOUR, HUMIDITY, MINUTE, TEMPERATURE, dwell, programme


def damp_heat(cycles: int = 6) -> Loop:
    """The shape of IEC 60068-2-30 Test Db at 55 °C: 3 h up, to 12 h, 3 h down, to 24 h."""
    return Loop(
        name="cycle",
        cycles=cycles,
        steps=(
            Step(name="rise", set={"temperature": 55.0, "humidity": 95.0}, ramp=3 * HOUR),
            Step(name="upper", set={"humidity": 93.0}, dwell=9 * HOUR),
            Step(name="fall", set={"temperature": 25.0, "humidity": 95.0}, ramp=3 * HOUR),
            Step(name="lower", dwell=9 * HOUR),
        ),
    )


def test_a_cycle_of_24_hours_is_repeated() -> None:
    first = Step(
        name="stabilise", set={"temperature": 25.0, "humidity": 95.0}, dwell=HOUR, soak=HOUR
    )
    plan = Plan(programme(first, damp_heat(), roles=(TEMPERATURE, HUMIDITY)))
    assert plan.duration == HOUR + 6 * 24 * HOUR
    assert len(plan.segments) == 1 + 6 * 4
    assert plan.cycles == {"cycle": 6}
    assert [segment.step for segment in plan.segments[:6]] == [
        "1",
        "2.1",
        "2.2",
        "2.3",
        "2.4",
        "2.1",
    ]
    assert [segment.number for segment in plan.segments] == list(range(25))
    assert plan.segments[4].completes == ("cycle",)
    assert plan.segments[5].cycle == (2,)


def test_a_ramp_begins_at_the_set_point_before() -> None:
    plan = Plan(programme(dwell(25.0), damp_heat(2), roles=(TEMPERATURE, HUMIDITY)))
    rise, upper, fall, *_ = plan.segments[1:]
    assert rise.paths[0] == Path("temperature", 25.0, 55.0, 3 * HOUR)
    assert rise.paths[0].at(90 * MINUTE) == 40.0
    assert rise.paths[0].at(4 * HOUR) == 55.0
    assert upper.paths[0].at(0) == 55.0
    assert fall.paths[0] == Path("temperature", 55.0, 25.0, 3 * HOUR)


def test_a_rate_says_how_long_a_ramp_is() -> None:
    plan = Plan(programme(Step(name="up", set={"temperature": 60.0}, rate={"temperature": 2.0})))
    (ramp,) = plan.segments
    assert ramp.duration == 20 * MINUTE
    assert ramp.paths == (Path("temperature", 20.0, 60.0, 20 * MINUTE),)


def test_what_has_no_rate_jumps_meanwhile() -> None:
    step = Step(name="up", set={"temperature": 60.0, "humidity": 50.0}, rate={"temperature": 2.0})
    (ramp,) = Plan(programme(step, roles=(TEMPERATURE, HUMIDITY))).segments
    assert ramp.paths[1] == Path("humidity", 50.0, 50.0, 0)


def test_a_step_may_ramp_and_then_dwell() -> None:
    plan = Plan(programme(Step(name="up", set={"temperature": 60.0}, ramp=HOUR, dwell=2 * HOUR)))
    assert [segment.kind for segment in plan.segments] == ["ramp", "dwell"]
    assert [segment.step for segment in plan.segments] == ["1", "1"]
    assert plan.duration == 3 * HOUR


def test_a_loop_within_a_loop_counts_all_its_cycles() -> None:
    inner = Loop(name="inner", cycles=3, steps=(dwell(10.0), dwell(20.0)))
    plan = Plan(programme(Loop(name="outer", cycles=2, steps=(inner, dwell(30.0)))))
    assert plan.cycles == {"outer": 2, "inner": 6}
    assert [segment.step for segment in plan.segments[:3]] == ["1.1.1", "1.1.2", "1.1.1"]
    assert plan.segments[8].cycle == (2, 1)
    assert plan.segments[5].completes == ("inner",)
    assert plan.segments[6].completes == ("outer",)


def test_two_loops_may_end_with_one_step() -> None:
    inner = Loop(name="inner", cycles=1, steps=(dwell(10.0),))
    plan = Plan(programme(Loop(name="outer", cycles=1, steps=(inner,))))
    assert plan.segments[0].completes == ("inner", "outer")


def test_a_tolerance_of_the_step_stands_before_that_of_the_role() -> None:
    plan = Plan(programme(dwell(), dwell(tolerance={"temperature": Band(1.0, 4.0)})))
    assert plan.segments[0].bands == {"temperature": Band(2.0, 2.0)}
    assert plan.segments[1].bands == {"temperature": Band(1.0, 4.0)}


def test_ramps_are_judged_only_where_they_have_a_tolerance() -> None:
    step = Step(name="up", set={"temperature": 60.0}, ramp=HOUR)
    judged = Step(
        name="up",
        set={"temperature": 70.0},
        ramp=HOUR,
        ramp_tolerance={"temperature": Band(5.0, 5.0)},
    )
    plan = Plan(programme(step, judged))
    assert plan.segments[0].bands == {}
    assert plan.segments[1].bands == {"temperature": Band(5.0, 5.0)}


def test_what_is_off_is_no_longer_looked_at() -> None:
    both = Step(name="wet", set={"temperature": 40.0, "humidity": 93.0}, dwell=HOUR)
    cold = Step(name="cold", set={"temperature": -10.0}, off=("humidity",), dwell=HOUR)
    plan = Plan(programme(both, cold, roles=(TEMPERATURE, HUMIDITY)))
    assert [path.role for path in plan.segments[0].paths] == ["temperature", "humidity"]
    assert [path.role for path in plan.segments[1].paths] == ["temperature"]
    assert "humidity" not in plan.segments[1].bands


def test_a_limit_belongs_to_the_band() -> None:
    band = Band(0.2, 0.2)
    assert band.beyond(40.2 - 40.0) == 0.0
    assert band.beyond(-0.2) == 0.0
    assert round(band.beyond(0.5), 9) == 0.3
    assert round(band.beyond(-0.5), 9) == -0.3
