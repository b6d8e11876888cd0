"""What a user may write to bound a scan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.scan.bounds import addresses, numbers
from daq.scan.place import place_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", (1,)), ("1-4,9", (1, 2, 3, 4, 9)), ("9600, 19200", (9600, 19200)), ("3,1-3", (3, 1, 2))],
)
def test_numbers(text: str, expected: tuple[int, ...]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01-04", ("01", "02", "03", "04")),
        ("A-C,x7", ("A", "B", "C", "x7")),
        ("8-11", ("8", "9", "10", "11")),
        ("000012345678", ("000012345678",)),
        ("a-b", ("a", "b")),
        ("A-b", ("A-b",)),
    ],
)
def test_addresses(text: str, expected: tuple[str, ...]) -> None:
    assert addresses(text) == expected


@pytest.mark.parametrize("text", ["", "1,,2", "4-1", "1-1000", "-1", "x", "1-"])
def test_what_is_no_list_of_numbers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"'.*'"):
        numbers(text)


@given(st.text(max_size=30))
def test_whatever_is_written_it_is_a_list_or_a_value_error(text: str) -> None:
    for read in (numbers, addresses):
        try:
            found = read(text)
        except ValueError:
            continue
        assert len(set(found)) == len(found) > 0


def test_a_place_is_a_port_or_an_address() -> None:
    assert place_of("/dev/ttyUSB0").port == "/dev/ttyUSB0"
    assert place_of("10.0.0.7:502").host_port == ("10.0.0.7", 502)
    assert place_of("/dev/pts/3").pseudo
    with pytest.raises(ValueError, match="neither"):
        place_of("ttyUSB0")
