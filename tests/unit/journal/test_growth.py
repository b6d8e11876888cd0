"""When a journal will be full."""

from pathlib import Path

import pytest

from daq.journal import Space
from daq.journal.growth import WINDOW, Forecast, Growth
from tests.journal_samples import append, running, series_key, until


def test_no_rate_before_a_minute_has_been_seen() -> None:
    growth = Growth()
    assert growth.rate() is growth.seconds_to(10) is None
    growth.note(0.0, 1000)
    growth.note(59.0, 2000)
    assert growth.rate() is None
    growth.note(100.0, 3000)
    assert growth.rate() == 20.0
    assert growth.seconds_to(5000) == 100.0


def test_only_the_last_hour_counts() -> None:
    growth = Growth()
    for minute in range(60):
        growth.note(minute * 60.0, minute * 60_000)
    for minute in range(60, 121):
        growth.note(minute * 60.0, 59 * 60_000)
    assert growth.rate() == 0
    assert growth.seconds_to(10**9) is None
    growth.note(121 * 60.0, 59 * 60_000 + int(WINDOW))
    assert growth.rate() == 1.0


def test_a_limit_that_is_reached_is_reached_whatever_the_rate() -> None:
    growth = Growth()
    growth.note(0.0, 100)
    assert growth.seconds_to(100) == 0.0
    growth.note(100.0, 50)
    assert growth.rate() == -0.5
    assert growth.seconds_to(100) is None


@pytest.mark.parametrize(
    ("max_size", "room", "first", "seconds"),
    [
        (10_000, 10**9, "max_size", 400.0),
        (10**9, 8_000, "disk", 200.0),  # others write there too
        (10_000, 20_000, "max_size", 400.0),
        (10_000, 4_000, "disk", 100.0),
        (2_000, 4_000, "max_size", 0.0),
        (10**9, 0, "disk", 0.0),
    ],
)
def test_the_limit_that_comes_first_is_named(
    max_size: int, room: int, first: str, seconds: float
) -> None:
    forecast = Forecast(max_size)
    forecast.note(0.0, Space(0, room + 4_000))
    outlook = forecast.note(100.0, Space(2_000, room))
    assert outlook.rate == 20.0
    assert (outlook.first, outlook.seconds) == (first, seconds)


def test_a_journal_that_does_not_grow_is_never_full() -> None:
    forecast = Forecast(10_000)
    forecast.note(0.0, Space(500, 10_000))
    outlook = forecast.note(100.0, Space(500, 10_000))
    assert (outlook.rate, outlook.first, outlook.seconds) == (0, None, None)


async def test_a_journal_looks_at_its_space(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await until(lambda: journal.outlook is not None)
        assert journal.outlook is not None
        before = journal.outlook.space
        series = journal.series(series_key(width=200))
        for number in range(200):
            append(journal, series, number)
        await until(lambda: bool(journal.outlook) and journal.outlook.space.used > before.used)
        assert journal.outlook.space.used > before.used
        assert 0 < journal.outlook.space.room < 2**50
