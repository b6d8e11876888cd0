import pytest

from drivers.duration import seconds


@pytest.mark.parametrize(
    ("written", "meant"),
    [("250ms", 0.25), ("3s", 3.0), ("1.5 s", 1.5), ("50us", 5e-5), ("2min", 120.0), (0.5, 0.5)],
)
def test_durations(written: object, meant: float) -> None:
    assert seconds(written) == pytest.approx(meant)


@pytest.mark.parametrize("written", ["", "3", "3 h", "-1s", "1e3s", "s", "250 m s"])
def test_no_durations(written: str) -> None:
    with pytest.raises(ValueError, match="no duration"):
        seconds(written)
