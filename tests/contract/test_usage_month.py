"""A month in a real journal against the calculation by hand of its folder."""

from decimal import Decimal
from pathlib import Path

import pytest

from daq.journal.reader import JournalReader
from daq.usage.calendar import month_of, month_stretch
from daq.usage.cost_of_run import cost_of
from daq.usage.energy import HOUR
from daq.usage.finance import finance_csv
from daq.usage.month import Month, read_month
from daq.usage.rows import CHOICES, rows, total
from daq.usage.runs import runs_near
from tests.usage_samples import CASES, Case

CASE = Case(CASES / "march")

LATER = 2**62
"""A moment at which the month is over."""


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("usage") / "journal.db"
    CASE.fill(path)
    return path


@pytest.fixture(scope="module")
def month(journal: Path) -> Month:
    with JournalReader(journal) as reader:
        first = month_of("2026-03")
        runs = runs_near(reader, month_stretch(first, CASE.zone)[0])
        return read_month(reader, CASE.plan, first, LATER, runs)


def test_the_file_for_the_finance_system_is_the_one_calculated_by_hand(month: Month) -> None:
    assert finance_csv(month).replace("\r\n", "\n") == (CASE.folder / "finance.csv").read_text()


def test_hours_are_those_calculated_by_hand(month: Month) -> None:
    oven, chamber = rows(month, "instrument")
    hours = {"running": 176, "idle": 561, "off": 0, "fault": 0, "unknown": 6}
    assert {state: time / HOUR for state, time in oven.times.items()} == hours
    hours = {"running": 82, "idle": 649, "off": 0, "fault": 6, "unknown": 6}
    assert {state: time / HOUR for state, time in chamber.times.items()} == hours
    assert chamber.planned_time / HOUR == 252
    assert chamber.planned_utilisation == 33 / 252
    assert oven.planned_utilisation == oven.utilisation == 176 / 743
    assert chamber.availability == 731 / 737
    assert (chamber.failures, chamber.mtbf, chamber.mttr) == (2, 41, 3)
    assert (oven.failures, oven.mtbf, oven.availability) == (0, None, 1)


@pytest.mark.parametrize("by", CHOICES)
def test_every_way_to_add_up_comes_to_the_same(month: Month, by: str) -> None:
    found = total(rows(month, by))  # pyright: ignore[reportArgumentType]
    assert found.total == Decimal("6153.01")
    assert found.calendar == 2 * 743 * HOUR
    assert found.energy == Decimal("408.098") + Decimal("570.5")


def test_a_run_costs_what_was_calculated_by_hand(month: Month) -> None:
    run = next(run for run in month.runs if run.cost_centre == "9000")
    cost = cost_of(run, month.accounts, 2)
    assert [(one.instrument, one.total) for one in cost.shares] == [
        ("oven", Decimal("118.87")),
        ("chamber", Decimal("134.59")),
    ]
    assert (cost.total, cost.samples, cost.each) == (Decimal("253.46"), 2, Decimal("126.73"))
