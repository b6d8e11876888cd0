"""A simulated controller with a programme: what counts, what stands still, what is outside."""

from random import Random

import pytest

from simulators.devices.chamber import Chamber
from simulators.devices.programme import Programme, Segment

MINUTE = 60.0


def programme(*segments: Segment) -> Programme:
    return Programme(Chamber(Random(3), [22.0], 1e12, None), segments, 2.0)


def run(one: Programme, seconds: float, dt: float = 5.0) -> None:
    for _ in range(round(seconds / dt)):
        one.step(dt)


def test_a_ramp_and_a_dwell_take_their_time() -> None:
    one = programme(Segment("ramp", 40.0, 30 * MINUTE), Segment("dwell", 40.0, 60 * MINUTE))
    run(one, 15 * MINUTE)
    assert one.chamber.temperature_setpoint == pytest.approx(31.0)
    run(one, 90 * MINUTE)
    ramp, dwell, _ = one.ran
    assert one.done
    assert (ramp.end, ramp.counted) == (30 * MINUTE, 30 * MINUTE)
    assert dwell.counted == 60 * MINUTE
    assert dwell.reached is not None


def test_a_jump_is_waited_for() -> None:
    one = programme(Segment("dwell", 60.0, 30 * MINUTE, soak=5 * MINUTE))
    run(one, 60 * MINUTE)
    (dwell, _) = one.ran
    assert dwell.reached is not None
    assert dwell.reached > 5 * MINUTE
    assert dwell.end == pytest.approx(dwell.reached + 30 * MINUTE + dwell.outside)


def test_an_open_door_is_outside_and_does_not_count() -> None:
    one = programme(Segment("dwell", 60.0, 60 * MINUTE, soak=5 * MINUTE))
    run(one, 30 * MINUTE)
    one.chamber.door_open = True
    run(one, 10 * MINUTE)
    one.chamber.door_open = False
    run(one, 90 * MINUTE)
    dwell = one.ran[0]
    assert dwell.outside > MINUTE
    assert dwell.excursions >= 1
    assert dwell.worst is not None
    assert abs(dwell.worst - 60.0) > 2.0
    assert dwell.counted == 60 * MINUTE


@pytest.mark.parametrize("what", ["powered", "paused"])
def test_without_power_and_paused_it_stands_still(what: str) -> None:
    one = programme(Segment("ramp", 40.0, 30 * MINUTE))
    run(one, 10 * MINUTE)
    setattr(one, what, what == "paused")
    run(one, 20 * MINUTE)
    setattr(one, what, what != "paused")
    assert one.ran[0].counted == 10 * MINUTE
    run(one, 20 * MINUTE)
    assert one.done
    assert (one.ran[0].end, one.ran[0].standing) == (50 * MINUTE, 20 * MINUTE)
