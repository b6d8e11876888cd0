import pytest
from pydantic import TypeAdapter, ValidationError

from drivers.duration import Seconds, seconds


@pytest.mark.parametrize(
    ("written", "meant"),
    [("250ms", 0.25), ("3s", 3.0), ("1.5 s", 1.5), ("50us", 5e-5), ("2min", 120.0), (0.5, 0.5)],
)
def test_durations(written: object, meant: float) -> None:
    assert seconds(written) == pytest.approx(meant)


@pytest.mark.parametrize("written", ["", "3", "3 w", "-1s", "1e3s", "s", "250 m s"])
def test_no_durations(written: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        seconds(written)


@pytest.mark.parametrize("written", ["3 h", "1d", "11min", 601, -0.1])
def test_longer_than_any_exchange_is_a_slip(written: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Seconds).validate_python(written)
