import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.units import parse_duration, parse_size, show_duration, show_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("1s", 1.0),
        ("1.5 s", 1.5),
        ("250us", 0.00025),
        ("5min", 300.0),
        ("12h", 43_200.0),
        ("400d", 34_560_000.0),
        ("0s", 0.0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "size"),
    [("10GB", 10**10), ("1.5kB", 1500), ("4GiB", 4 * 2**30), ("7 B", 7), ("500MB", 5 * 10**8)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "5", "s", "-1s", "1e3s", "1m", "1 s s", "٣s", "9" * 40 + "s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="not a number and one of"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["", "5", "10gb", "10 G", "1mb", "-1GB"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match="not a number and one of"):
        parse_size(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.1, "100ms"), (1.5, "1500ms"), (60.0, "1min"), (90.0, "90s"), (86_400.0, "1d"), (0.0, "0s")],
)
def test_durations_are_shown_as_people_write_them(seconds: float, text: str) -> None:
    assert show_duration(seconds) == text


@settings(deadline=None)
@given(st.integers(1, 10**12).map(lambda us: us * 1e-6))
def test_a_shown_duration_reads_back(seconds: float) -> None:
    assert parse_duration(show_duration(seconds)) == pytest.approx(seconds, rel=1e-8)


@settings(deadline=None)
@given(st.integers(1, 10**14))
def test_a_shown_size_reads_back(size: int) -> None:
    assert parse_size(show_size(size)) == size
