"""Money: to the cent, whoever looks at it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.runs.run import Run
from daq.usage.calendar import next_month
from daq.usage.fixed import calibrated, depreciated, months_of_life
from daq.usage.money import digits_of, rounded, shared
from daq.usage.plan import Calibrated, Depreciation
from daq.usage.samples import samples_of

CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize(
    ("exact", "found"), [("1.005", "1.01"), ("1.0049", "1.00"), ("0.015", "0.02"), ("2.5", "2.50")]
)
def test_half_goes_up(exact: str, found: str) -> None:
    assert str(rounded(Decimal(exact), 2)) == found


@given(CENTS, st.lists(st.integers(0, 10**16), min_size=1, max_size=9))
def test_parts_add_up_and_are_off_by_less_than_a_cent(amount: Decimal, weights: list[int]) -> None:
    found = shared(amount, dict(enumerate(weights)), 2)
    assert sum(found.values()) == amount
    assert all(part == round(part, 2) for part in found.values())
    if whole := sum(weights):
        for number, weight in enumerate(weights):
            assert abs(found[number] - amount * weight / whole) < Decimal("0.01")


def test_a_currency_has_its_own_smallest_unit() -> None:
    assert [digits_of(code) for code in ("EUR", "CNY", "JPY", "KWD")] == [2, 2, 0, 3]
    assert shared(Decimal(100), {"a": 1, "b": 2}, 0) == {"a": 33, "b": 67}


@given(
    CENTS,
    st.integers(1, 40),
    st.dates(date(2000, 1, 1), date(2030, 12, 31)),
)
def test_all_months_of_a_life_are_the_loss_in_value(
    value: Decimal, months: int, begin: date
) -> None:
    rule = Depreciation(value, months, begin, residual=round(value / 7, 2))
    first = begin.replace(day=1)
    parts: list[Decimal] = []
    for _ in range(months + 2):
        parts.append(depreciated(rule, first, next_month(first), 2))
        first = next_month(first)
    assert sum(parts) == value - rule.residual
    assert min(parts) >= 0
    assert months_of_life(rule, begin, first) == months


def test_a_part_of_a_month_counts_by_its_days() -> None:
    rule = Depreciation(Decimal(1200), 12, date(2026, 3, 17))
    assert depreciated(rule, date(2026, 3, 1), date(2026, 4, 1), 2) == Decimal("48.39")
    assert depreciated(rule, date(2026, 2, 1), date(2026, 3, 1), 2) == 0
    assert depreciated(rule, date(2026, 4, 1), date(2026, 5, 1), 2) == Decimal("100.00")


def test_a_calibration_costs_by_the_day() -> None:
    assert calibrated(Calibrated(Decimal(365), 365), date(2026, 3, 1), date(2026, 4, 1)) == 31


@pytest.mark.parametrize(
    ("said", "count"),
    [("", 0), ("S-1", 1), ("S-1, S-2;S-3", 3), ("S-1, S-1,", 1), ("一号、二号，三号", 3)],
)
def test_samples_are_counted_by_name(said: str, count: int) -> None:
    run = Run(id="1", begun=1, begun_by="Li", operator="Li", instruments=("a",), sample=said)
    assert samples_of(run) == count
