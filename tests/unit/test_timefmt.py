from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.timefmt import parse_time, rfc3339

NS = 10**9
NOON = 1_795_435_200 * NS


@given(st.integers(min_value=-(2**62), max_value=2**63 - 1))
def test_a_time_survives_its_text(time: int) -> None:
    text = rfc3339(time)
    assert len(text) == len("2026-11-23T12:00:00.000000000Z")
    assert parse_time(text) == time


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-23T12:00:00Z", NOON),
        ("2026-11-23T12:00:00.5+08:00", NOON - 8 * 3600 * NS + NS // 2),
        ("2026-11-23 12:00Z", NOON),
        ("now", NOON),
        (" -90s ", NOON - 90 * NS),
        ("-1.5h", NOON - 5400 * NS),
        ("-250ms", NOON - NS // 4),
        ("-2d", NOON - 2 * 86400 * NS),
        ("-1w", NOON - 7 * 86400 * NS),
        ("-10min", NOON - 600 * NS),
    ],
)
def test_what_people_write(text: str, time: int) -> None:
    assert parse_time(text, now=NOON) == time


@pytest.mark.parametrize(
    ("text", "midnight"),
    [("2026-11-22", datetime(2026, 11, 22)), ("2026-11-22T08:30", datetime(2026, 11, 22, 8, 30))],  # noqa: DTZ001 - local time is what is meant
)
def test_without_an_offset_the_time_is_local(text: str, midnight: datetime) -> None:
    assert parse_time(text, now=NOON) == int(midnight.timestamp()) * NS


def test_yesterday_begins_a_day_before_today() -> None:
    today = datetime.fromtimestamp(parse_time("today", now=NOON) // NS)  # noqa: DTZ006 - local
    yesterday = datetime.fromtimestamp(parse_time("yesterday", now=NOON) // NS)  # noqa: DTZ006
    assert (today.hour, today.minute, yesterday.hour) == (0, 0, 0)
    assert (today.date() - yesterday.date()).days == 1
    assert today.date() == datetime.fromtimestamp(NOON // NS, UTC).astimezone().date()


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-11-23T25:00Z", "-2 fortnights", "9999-01-01"]
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; write 2026"):
        parse_time(text)
