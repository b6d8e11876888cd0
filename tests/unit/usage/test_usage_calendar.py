"""Months, shifts and prices on clocks that are changed."""

from datetime import UTC, date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from daq.notification.recipient import Shift, Window
from daq.usage.calendar import (
    NS,
    local_day,
    moment,
    month_before,
    month_of,
    month_stretch,
    next_month,
    shift_stretches,
)
from daq.usage.energy import HOUR
from daq.usage.errors import UsageError
from daq.usage.month import chosen_month
from daq.usage.plan import Band, Plan, Rate, Tariff
from daq.usage.rates import NO_RATE, Prices, rate_of
from daq.usage.stretches import length

BERLIN = ZoneInfo("Europe/Berlin")
EVERY = frozenset(range(7))
NIGHT = Shift(EVERY, Window(22 * 60, 6 * 60))


@pytest.mark.parametrize(
    ("month", "hours"), [("2026-03", 743), ("2026-10", 745), ("2026-11", 720), ("2028-02", 696)]
)
def test_a_month_is_as_long_as_its_clocks_make_it(month: str, hours: int) -> None:
    assert length([month_stretch(month_of(month), BERLIN)]) == hours * HOUR


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 28), 7), ((2026, 10, 24), 9)])
def test_a_night_on_which_clocks_are_set(day: tuple[int, int, int], hours: int) -> None:
    start = moment(date(*day), BERLIN, 12 * 60)
    end = moment(date(*day), BERLIN, 36 * 60)
    assert length(shift_stretches([NIGHT], start, end, BERLIN)) == hours * HOUR


def test_a_shift_that_began_the_day_before_reaches_in() -> None:
    start, end = (moment(date(2026, 5, day), UTC) for day in (4, 5))
    found = shift_stretches([NIGHT], start, end, UTC)
    assert [(s - start, e - start) for s, e in found] == [(0, 6 * HOUR), (22 * HOUR, 24 * HOUR)]
    assert shift_stretches([NIGHT], start, end, UTC, {date(2026, 5, 3)}) == found[1:]
    assert shift_stretches([Shift(frozenset({2}), NIGHT.window)], start, end, UTC) == ()


def test_a_shift_of_the_same_begin_and_end_is_a_day() -> None:
    whole = Shift(EVERY, Window(480, 480))
    start, end = (moment(date(2026, 5, day), UTC) for day in (4, 6))
    assert shift_stretches([whole], start, end, UTC) == ((start, end),)


@pytest.mark.parametrize("text", ["2026-13", "2026", "26-11", "2026-1", "soon", "1800-01", "x-y"])
def test_what_is_no_month(text: str) -> None:
    with pytest.raises(UsageError, match="write year and month"):
        month_of(text)


def test_months_are_chosen_by_words() -> None:
    now = moment(date(2026, 1, 15), BERLIN)
    plan = Plan(zone=BERLIN)
    assert chosen_month(plan, "this", now) == date(2026, 1, 1)
    assert chosen_month(plan, "last", now) == date(2025, 12, 1)
    assert chosen_month(plan, "2025-11", now) == date(2025, 11, 1)
    with pytest.raises(UsageError, match="has not begun"):
        chosen_month(plan, "2026-02", now)
    assert next_month(month_before(date(2026, 1, 1))) == date(2026, 1, 1)


def test_a_rate_that_names_the_instrument_goes_before_a_later_one_for_all() -> None:
    rates = (
        Rate(name="all", begin=date(2026, 1, 1)),
        Rate(name="all-later", begin=date(2026, 6, 1)),
        Rate(name="own", begin=date(2026, 2, 1), instruments=frozenset({"a"})),
    )
    plan = Plan(rates=rates)
    assert rate_of(plan, "a", date(2025, 12, 31)) is NO_RATE
    assert rate_of(plan, "a", date(2026, 1, 31)).name == "all"
    assert rate_of(plan, "a", date(2026, 7, 1)).name == "own"
    assert rate_of(plan, "b", date(2026, 7, 1)).name == "all-later"


def test_the_price_of_a_moment() -> None:
    peak = Band((Shift(frozenset(range(5)), Window(8 * 60, 20 * 60)),), Decimal(3))
    night = Band((NIGHT,), Decimal(1))
    tariffs = (
        Tariff("a", date(2026, 5, 1), Decimal(2), (peak, night)),
        Tariff("b", date(2026, 5, 20), Decimal(5)),
    )
    plan = Plan(tariffs=tariffs, zone=BERLIN)
    period = (moment(date(2026, 4, 1), BERLIN), moment(date(2026, 6, 1), BERLIN))
    prices = Prices(plan, period)

    def at(day: date, hour: int) -> Decimal | None:
        return prices.at(moment(day, BERLIN, hour * 60))

    monday = date(2026, 5, 4)
    assert [at(monday, hour) for hour in (5, 6, 8, 19, 20, 22)] == [1, 2, 3, 3, 2, 1]
    assert at(date(2026, 5, 3), 12) == 2, "a Sunday"
    assert at(date(2026, 4, 30), 12) is None
    assert at(date(2026, 5, 20), 12) == 5
    assert {moment(monday, BERLIN, 480), moment(date(2026, 5, 20), BERLIN)} <= prices.edges


def test_days_are_those_of_the_zone() -> None:
    assert local_day(moment(date(2026, 5, 4), BERLIN), BERLIN) == date(2026, 5, 4)
    assert local_day(moment(date(2026, 5, 4), BERLIN) - NS, BERLIN) == date(2026, 5, 3)
