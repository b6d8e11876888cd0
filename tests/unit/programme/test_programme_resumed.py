"""However a course is cut, kept, taken up again or looked at in between: the same comes of it."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from daq.programme.fold import Fold
from daq.programme.happening import Done, Happening
from daq.programme.plan import Plan
from daq.programme.programme import Band, How, Loop, Programme, Step
from daq.programme.state import State
from tests.programme_samples import HUMIDITY, MINUTE, TEMPERATURE, programme

Op = tuple[str, int, float]
"""What happens, how long after the one before (s), and the reading."""

STEPS = st.sampled_from(
    ("read", "read", "read", "read", "both", "pause", "resume", "start", "stop")
)
OPS = st.lists(
    st.tuples(STEPS, st.integers(0, 400), st.sampled_from((19.0, 22.0, 37.0, 40.0, 41.5, 43.0))),
    max_size=60,
)
HOWS = st.sampled_from(("clock", "hold", "restart-step"))


def sample(interruption: How, out_of_band: How, soak: int) -> Programme:
    warm = Step(
        name="warm",
        set={"temperature": 40.0},
        rate={"temperature": 10.0},
        dwell=7 * MINUTE,
        soak=soak * MINUTE,
        interruption=interruption,
        out_of_band=out_of_band,
        wait_at_most=5 * MINUTE,
    )
    cold = Step(
        name="cold",
        set={"temperature": 20.0},
        ramp=3 * MINUTE,
        ramp_tolerance={"temperature": Band(5.0, 5.0)},
        dwell=4 * MINUTE,
        dwell_from="plan",
        interruption=interruption,
        out_of_band=out_of_band,
    )
    loop = Loop(name="cycle", cycles=3, steps=(warm, cold))
    return programme(loop, roles=(TEMPERATURE, HUMIDITY), void_after=30 * MINUTE)


def apply(fold: Fold, what: str, time: int, value: float) -> None:
    if what == "read":
        fold.read(time, {"temperature": value}, 3 * MINUTE)
    elif what == "both":
        fold.read_set_points(time, {"temperature": value})
        fold.read(time, {"temperature": value, "humidity": value}, 3 * MINUTE)
    else:
        {
            "pause": fold.pause,
            "resume": fold.resume,
            "start": fold.started,
            "stop": fold.stopped,
        }[what](time)


@settings(max_examples=150, deadline=None)
@given(OPS, HOWS, HOWS, st.integers(0, 2), st.data())
def test_cut_kept_and_looked_at_it_is_the_same(
    ops: list[Op], interruption: How, out_of_band: How, soak: int, data: st.DataObject
) -> None:
    plan = Plan(sample(interruption, out_of_band, soak))
    straight, broken = Fold(plan, 0), Fold(plan, 0)
    told: list[Happening] = []
    time = 0
    for what, after, value in ops:
        before, time = time, time + after * 1_000_000_000
        apply(straight, what, time, value)
        if data.draw(st.booleans()):  # looked at in between: nothing but time passes
            broken.advance(before + data.draw(st.integers(0, time - before)))
        if data.draw(st.booleans()):  # kept, and taken up by another process
            told += broken.told
            kept = msgspec.json.encode(broken.state)
            broken = Fold(plan, 0, msgspec.json.decode(kept, type=State))
        apply(broken, what, time, value)
    assert broken.state == straight.state
    assert told + broken.told == straight.told


@settings(max_examples=150, deadline=None)
@given(OPS, HOWS, HOWS, st.integers(0, 2))
def test_no_time_is_lost_or_counted_twice(
    ops: list[Op], interruption: How, out_of_band: How, soak: int
) -> None:
    fold = Fold(Plan(sample(interruption, out_of_band, soak)), 0)
    time = 0
    for what, after, value in ops:
        time += after * 1_000_000_000
        apply(fold, what, time, value)
    fold.end(time + MINUTE)
    results = [each.result for each in fold.told if isinstance(each, Done)]
    assert sum(each.end - each.begin for each in results) == fold.state.now
    for each in results:
        assert each.counted <= each.planned
        whole = each.in_band + each.out + each.no_data
        if each.reached or each.kind == "ramp":
            assert whole >= each.counted
        assert whole + each.waited + each.lost <= each.end - each.begin
