"""What is said of a whole series, by hand calculation."""

import math
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from daq.method.conformity import Estimate, Limits, Rule, Statement
from daq.method.judge import Why, judge, judge_value
from daq.method.method import Method

PLAIN = Method(
    name="fill", channel="weight", unit="g", count=3, limits=Limits(49.5, 50.5), decimals=2
)


def series(values: Sequence[float], u: float | None = 0.1) -> list[Estimate]:
    return [Estimate(value, u) for value in values]


@pytest.mark.parametrize(
    ("values", "u", "rule", "statement", "why"),
    [
        ((50.0, 50.1, 49.9), 0.1, Rule(), "pass", ()),
        ((50.0, 50.45, 49.9), 0.1, Rule(), "fail", ("single values",)),
        ((50.0, 50.45, 49.9), 0.1, Rule("simple"), "pass", ()),
        (
            (50.0, 50.45, 49.9),
            0.1,
            Rule("conditional"),
            "conditional pass",
            ("single values",),
        ),
        (
            (50.0, 50.55, 49.45),
            0.1,
            Rule("conditional"),
            "conditional fail",
            ("single values",),
        ),
        ((50.0, 50.1), 0.1, Rule(), "none", ("incomplete",)),
        ((50.0, 50.1, 49.9), None, Rule(), "none", ("no uncertainty",)),
        ((50.0, 50.1, 49.9), None, Rule("simple"), "pass", ()),
    ],
)
def test_verdicts(
    values: tuple[float, ...],
    u: float | None,
    rule: Rule,
    statement: Statement,
    why: tuple[Why, ...],
) -> None:
    found = judge(replace(PLAIN, rule=rule), series(values, u))
    assert (found.statement, found.why) == (statement, why)


def test_a_failure_weighs_more_than_a_value_of_unknown_uncertainty() -> None:
    found = judge(PLAIN, [Estimate(60.0, 0.1), Estimate(50.0), Estimate(50.0, 0.1)])
    assert found.statement == "fail"
    assert found.statements == {"pass": 1, "none": 1, "fail": 1}


def test_so_many_samples_may_fail() -> None:
    values = series((50.0, 60.0, 50.1))
    assert judge(PLAIN, values).statement == "fail"
    assert judge(replace(PLAIN, allowed=1), values).statement == "pass"


def test_the_mean_has_limits_of_its_own() -> None:
    method = replace(PLAIN, limits=Limits(), mean_limits=Limits(lower=50.0))
    found = judge(method, series((50.1, 50.2, 50.6)))
    # mean 50.3, s = 0.26458; u = sqrt(0.05^2 + 0.07 / 3) = 0.16073, w = U = 0.32146 > 0.3
    assert found.summary is not None
    assert found.summary.mean == pytest.approx(50.3)
    assert found.mean is not None
    assert found.mean.guard == pytest.approx(2 * math.sqrt(0.05**2 + 0.07 / 3))
    assert (found.statement, found.why) == ("fail", ("mean",))
    assert judge(replace(method, rule=Rule("simple")), series((50.1, 50.2, 50.6))).why == ()


def test_a_method_that_requires_nothing_says_nothing() -> None:
    found = judge(replace(PLAIN, limits=Limits()), series((50.0, 50.1, 49.9)))
    assert (found.statement, found.why) == ("none", ("nothing required",))


def test_rounded_values_are_compared_only_when_that_is_asked_for() -> None:
    estimate = Estimate(50.504)
    simple = replace(PLAIN, rule=Rule("simple"))
    assert judge_value(simple, estimate).statement == "fail"
    assert judge_value(replace(simple, compare="rounded"), estimate).statement == "pass"


PACKS = Method(name="packs", channel="weight", unit="g", count=10, nominal=500.0, lot=30)
"""T = 15 g, 10 samples, lambda 1.028, none may be short by more than T; U at most 3 g."""


def packs(*values: float, u: float | None = 1.0) -> list[Estimate]:
    return series([*values, *[500.5] * (10 - len(values))], u)


def test_prepackages_by_hand() -> None:
    found = judge(PACKS, packs(497.0, 503.0))
    # mean 500.4, s = sqrt((3.4^2 + 2.6^2 + 8 * 0.1^2) / 9) = 1.42984
    assert found.statement == "pass"
    s = math.sqrt((3.4**2 + 2.6**2 + 8 * 0.1**2) / 9)
    assert found.summary is not None
    assert found.summary.s == pytest.approx(s)
    assert found.mean_limits.lower == pytest.approx(500 - 1.028 * s)


@pytest.mark.parametrize(
    ("estimates", "statement", "why"),
    [
        (packs(484.9), "fail", ("single values",)),
        (packs(469.9), "fail", ("single values", "far too short")),
        (packs(u=3.1), "none", ("uncertainty too large",)),
        (packs(u=None), "none", ("no uncertainty",)),
        (series([499.0] * 9 + [499.1], 1.0), "fail", ("mean",)),
    ],
)
def test_prepackages_that_do_not_pass(
    estimates: list[Estimate], statement: Statement, why: tuple[Why, ...]
) -> None:
    found = judge(PACKS, estimates)
    assert (found.statement, found.why) == (statement, why)


def test_of_a_small_lot_every_package_counts_and_the_mean_does_not() -> None:
    small = replace(PACKS, lot=2, count=2)
    found = judge(small, series([490.0, 491.0], 1.0))
    assert (found.statement, found.mean) == ("pass", None)


def test_an_outlier_is_told_and_counts_all_the_same() -> None:
    method = replace(PLAIN, count=5, grubbs=0.05)
    found = judge(method, series((50.0, 50.01, 49.99, 50.02, 50.3)))
    assert found.outlier is not None
    assert found.outlier.found
    assert found.outlier.place == 4
    assert found.summary is not None
    assert found.summary.count == 5
