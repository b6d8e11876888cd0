import pytest

from drivers.model import Channel, Value


@pytest.mark.parametrize(
    ("resolution", "value", "shown"),
    [
        (0.1, 23.4, "23.4"),
        (0.01, 230.0, "230.00"),
        (1.0, 5.2, "5"),
        (1e-7, 4.9995835, "4.9995835"),
        (None, 2.5e-7, "2.5e-07"),
        (None, 12.5, "12.5"),
        (0.1, None, "--"),
        (0.1, 7, "7"),
        (None, "PASS", "PASS"),
        (None, True, "True"),
    ],
)
def test_values_are_shown_as_finely_as_they_are_resolved(
    resolution: float | None, value: Value, shown: str
) -> None:
    assert Channel(name="x", resolution=resolution).format(value) == shown
