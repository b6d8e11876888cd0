"""Decision rules after ILAC-G8:09/2019 and probabilities after JCGM 106:2012."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.method.conformity import Estimate, Limits, Rule, Statement, assess, conformance_probability

UPPER = Limits(upper=10.0)
GUARDED = Rule("guarded", 1.0)
CONDITIONAL = Rule("conditional", 1.0)


def said(value: float, rule: Rule, limits: Limits = UPPER, u: float | None = 1.0) -> Statement:
    return assess(Estimate(value, u), limits, rule).statement


def test_the_example_of_jcgm_106_clause_7_4() -> None:
    """Estimate 13.6, u = 1.8, limits 12.5 and 16.3, as metrologyrules.com (2022-03) quotes them.

    From a table of the normal distribution: Phi(1.5) - Phi(-0.611) = 0.9332 - 0.2706.
    """
    found = conformance_probability(Estimate(13.6, 2 * 1.8, 2.0), Limits(12.5, 16.3))
    assert found == pytest.approx(0.9332 - 0.2706, abs=1e-4)


@pytest.mark.parametrize(("r", "most"), [(0.0, 0.5), (0.83, 0.05), (1.0, 0.025), (3.0, 1e-6)])
def test_guard_bands_bound_the_risk_of_false_acceptance(r: float, most: float) -> None:
    """ILAC-G8, at the limit of acceptance; 0.83 U is the rule of ISO 14253-1."""
    at = assess(Estimate(10.0 - r, 1.0, 2.0), UPPER, Rule("guarded", r))
    assert at.statement == "pass"
    assert at.risk is not None
    assert at.risk <= most


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (8.9, ("pass", "pass", "pass")),
        (9.0, ("pass", "pass", "pass")),
        (9.1, ("pass", "fail", "conditional pass")),
        (10.0, ("pass", "fail", "conditional pass")),
        (10.1, ("fail", "fail", "conditional fail")),
        (11.0, ("fail", "fail", "conditional fail")),
        (11.1, ("fail", "fail", "fail")),
    ],
)
def test_figures_3_to_5_of_ilac_g8(value: float, expected: tuple[str, str, str]) -> None:
    """TL = 10, U = 1: intervals [TL - w, TL] and [TL, TL + w] belong to the conditional ones."""
    found = tuple(said(value, rule) for rule in (Rule("simple"), GUARDED, CONDITIONAL))
    assert found == expected


def test_both_sides_count() -> None:
    limits = Limits(9.0, 11.0)
    assert said(8.5, CONDITIONAL, limits) == "conditional fail"
    assert said(9.5, CONDITIONAL, limits) == "conditional pass"
    assert said(10.0, CONDITIONAL, limits) == "pass"
    assert said(7.9, CONDITIONAL, limits) == "fail"


def test_without_uncertainty_only_simple_acceptance_says_anything() -> None:
    assert said(5.0, Rule("simple"), u=None) == "pass"
    assert said(5.0, Rule("guarded", 0.0), u=None) == "pass"
    assert said(5.0, GUARDED, u=None) == said(5.0, CONDITIONAL, u=None) == "none"
    assert assess(Estimate(5.0), UPPER, Rule("simple")).risk is None
    assert said(math.nan, Rule("simple")) == "none"


def test_a_limit_is_kept_by_what_equals_it_in_decimals() -> None:
    assert said(0.1 + 0.2, Rule("simple"), Limits(upper=0.3)) == "pass"


def test_a_value_known_exactly_is_in_or_out() -> None:
    assert conformance_probability(Estimate(10.0, 0.0), UPPER) == 1
    assert conformance_probability(Estimate(10.1, 0.0), UPPER) == 0


def test_the_risk_after_a_fail_is_that_of_false_rejection() -> None:
    found = assess(Estimate(10.0, 1.0), UPPER, GUARDED)
    assert found.statement == "fail"
    assert found.risk == found.conforming == pytest.approx(0.5)


@given(
    value=st.floats(-1e6, 1e6),
    u=st.floats(1e-6, 1e3),
    r=st.floats(0, 3),
    low=st.floats(-1e6, 0),
    width=st.floats(0, 1e6),
)
def test_what_passes_with_a_guard_band_passes_without(
    value: float, u: float, r: float, low: float, width: float
) -> None:
    limits = Limits(low, low + width)
    strict, simple = (said(value, rule, limits, u) for rule in (Rule("guarded", r), Rule("simple")))
    assert (strict, simple) != ("pass", "fail")
    if said(value, Rule("conditional", r), limits, u) == "fail":
        assert simple == "fail"
