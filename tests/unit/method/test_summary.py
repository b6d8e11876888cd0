"""Statistics, Student's distribution, Grubbs' test, rounding, prepackages: published tables."""

import math

import pytest

from daq.method.prepack import plan_for, tolerable_deficiency
from daq.method.rounding import rounded
from daq.method.student import quantile
from daq.method.summary import critical_grubbs, grubbs, summarise


@pytest.mark.parametrize(
    ("p", "freedom", "t"),
    [
        (0.975, 1, 12.706),
        (0.975, 2, 4.303),
        (0.975, 10, 2.228),
        (0.95, 29, 1.699),
        (0.995, 30, 2.750),
        (0.9, 120, 1.289),
        (0.025, 10, -2.228),
    ],
)
def test_quantiles_of_student(p: float, freedom: int, t: float) -> None:
    """NIST/SEMATECH e-Handbook, 1.3.6.7.2 (table of Student's t)."""
    assert quantile(p, freedom) == pytest.approx(t, abs=6e-4)


@pytest.mark.parametrize(("p", "freedom"), [(0.0, 3), (1.0, 3), (0.5, 0)])
def test_there_is_no_quantile_for_everything(p: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="no quantile"):
        quantile(p, freedom)


@pytest.mark.parametrize(
    ("alpha", "n", "critical"),
    [
        (0.05, 4, 1.481),
        (0.05, 5, 1.715),
        (0.05, 10, 2.290),
        (0.05, 14, 2.507),
        (0.01, 5, 1.764),
        (0.01, 10, 2.482),
        (0.01, 13, 2.699),
    ],
)
def test_critical_values_of_grubbs(alpha: float, n: int, critical: float) -> None:
    """Chemistry LibreTexts, Analytic References, appendix 07, G10."""
    assert critical_grubbs(n, alpha) == pytest.approx(critical, abs=1.1e-3)


def test_an_outlier_is_found_and_the_rest_is_not() -> None:
    values = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57]
    found = grubbs(values, 0.05)
    assert found is not None
    assert found.place == 7
    assert found.statistic == pytest.approx(2.4687, abs=1e-3)  # NIST e-Handbook, 1.3.5.17.1
    assert found.found
    rest = grubbs(values[:7], 0.05)
    assert rest is not None
    assert not rest.found


def test_too_few_or_equal_values_have_no_outlier() -> None:
    assert grubbs([1.0, 2.0], 0.05) is None
    assert grubbs([1.0, 1.0, 1.0], 0.05) is None
    assert grubbs([], 0.05) is None


def test_a_summary_by_hand() -> None:
    found = summarise([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert found is not None
    assert (found.count, found.mean, found.low, found.high, found.spread) == (8, 5, 2, 9, 7)
    assert found.s == pytest.approx(math.sqrt(32 / 7))
    one = summarise([3.0])
    assert one is not None
    assert one.s is None
    assert summarise([]) is None


@pytest.mark.parametrize(
    ("value", "decimals", "even", "up"),
    [
        (2.675, 2, 2.68, 2.68),
        (2.665, 2, 2.66, 2.67),
        (-2.5, 0, -2.0, -3.0),
        (12.5, -1, 10.0, 10.0),
        (1.23456, 3, 1.235, 1.235),
    ],
)
def test_rounding(value: float, decimals: int, even: float, up: float) -> None:
    assert rounded(value, decimals) == even
    assert rounded(value, decimals, "half-up") == up


def test_what_needs_no_rounding_stays() -> None:
    assert rounded(1.23, None) == 1.23
    assert math.isnan(rounded(math.nan, 2))


@pytest.mark.parametrize(
    ("nominal", "most"),
    [
        (25, 2.3),  # 2.25, rounded
        (50, 4.5),
        (75, 4.5),
        (150, 6.8),  # 6.75, rounded
        (250, 9),
        (500, 15),
        (750, 15),
        (5000, 75),
        (12_000, 150),
        (50_000, 500),
    ],
)
def test_tolerable_deficiencies(nominal: float, most: float) -> None:
    """AQSIQ order 75/2005, table 3."""
    assert tolerable_deficiency(nominal) == most


@pytest.mark.parametrize("nominal", [0.0, -1.0, 50_001.0, math.nan])
def test_the_table_ends_somewhere(nominal: float) -> None:
    with pytest.raises(ValueError, match="only"):
        tolerable_deficiency(nominal)


@pytest.mark.parametrize(
    ("lot", "count", "factor", "short"),
    [
        (7, 7, None, 0),
        (11, 10, 1.028, 0),
        (99, 13, 0.848, 1),
        (100, 50, 0.379, 3),
        (3200, 80, 0.295, 5),
        (3201, 125, 0.234, 7),
    ],
)
def test_the_sampling_plan(lot: int, count: int, factor: float | None, short: int) -> None:
    """AQSIQ order 75/2005, table 4; its factors are t(0.995) / sqrt(n), which is 0.847 for 13."""
    plan = plan_for(lot)
    assert (plan.count, plan.factor, plan.short) == (count, factor, short)
    if factor is not None:
        assert quantile(0.995, count - 1) / math.sqrt(count) == pytest.approx(factor, abs=1e-3)
