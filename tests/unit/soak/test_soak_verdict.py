"""A soak fails when something grows, and not when something only goes up and down."""

import random
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.soak.episodes import KILLS_UNTIL, ON_THE_DAEMON, schedule
from tests.soak.samples import Process, Sample, quantile
from tests.soak.verdict import ENOUGH, WARM_UP, growth_of, slope


def samples(memory: Callable[[float], float], seconds: float, pid: int = 1) -> list[Sample]:
    return [
        Sample(
            at=at,
            process=Process(pid, memory(at), 40, 9, at / 10),
            journal_mb=1.0,
            committed=1,
            lag_entries={},
            lag_seconds={},
            lateness=0.01,
        )
        for at in (2.0 * n for n in range(round(seconds / 2)))
    ]


def test_what_grows_slowly_is_found_behind_what_jumps() -> None:
    dice = random.Random(1)
    growth = growth_of(samples(lambda at: 60 + at / 60 + dice.choice((0, 0, 20)), 1800))
    assert growth is not None
    assert growth.memory == pytest.approx((1800 - WARM_UP) / 60, rel=0.2)
    assert growth.descriptors == 0


def test_what_fills_up_during_the_warm_up_is_no_growth() -> None:
    growth = growth_of(samples(lambda at: min(60 + at / 10, 60 + WARM_UP / 10), 1800))
    assert growth is not None
    assert growth.memory == pytest.approx(0, abs=0.1)


def test_of_several_lives_the_longest_is_judged() -> None:
    short = samples(lambda at: at, 300, pid=1)
    long = [
        replace(each, at=each.at + 300)
        for each in samples(lambda _: 70.0, WARM_UP + ENOUGH + 10, pid=2)
    ]
    growth = growth_of([*short, *long])
    assert growth is not None
    assert (growth.begin, growth.memory) == (300 + WARM_UP, 0)


def test_a_short_life_is_not_judged() -> None:
    assert growth_of(samples(lambda at: at, WARM_UP)) is None


def test_the_slope_is_that_of_the_majority() -> None:
    points = [(float(x), 2.0 * x if x % 3 else 1000.0) for x in range(100)]
    assert slope(points) == pytest.approx(2.0, rel=0.2)


def test_a_quantile_of_classes() -> None:
    bounds = [0.1, 1.0, float("inf")]
    assert quantile(bounds, [99, 1, 0], 0.99) == 0.1
    assert quantile(bounds, [90, 10, 0], 0.99) == 1.0
    assert quantile(bounds, [0, 0, 5], 0.99) == 2.0
    assert quantile(bounds, [0, 0, 0], 0.99) == 0.0


def test_a_seed_always_gives_the_same_faults_and_the_daemon_is_killed_early_only() -> None:
    names = [f"meter-{n}" for n in range(9)]
    first = schedule(1800, names, names[:3], "1")
    assert first == schedule(1800, names, names[:3], "1") != schedule(1800, names, names, "2")
    late = [each for each in first if each.at > 1800 * KILLS_UNTIL]
    assert not {each.kind for each in late} & set(ON_THE_DAEMON)
    assert {each.kind for each in first} >= {*ON_THE_DAEMON, "reload", "broker away", "silence"}
