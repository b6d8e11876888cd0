"""A ratio that falls by more than a quarter is told; nothing else is."""

from pathlib import Path

import msgspec
import pytest

from tests.bench.compare import fallen
from tests.bench.figure import Figure


def figure(ratio: float | None, what: str = "speed") -> Figure:
    return Figure(row="row", what=what, value=1.0, unit="s", ratio=ratio)


@pytest.mark.parametrize(
    ("committed", "now", "told"),
    [(4.0, 4.0, 0), (4.0, 3.0, 0), (4.0, 2.9, 1), (4.0, 40.0, 0), (None, 1.0, 0), (4.0, None, 1)],
)
def test_a_fall_of_more_than_a_quarter(
    tmp_path: Path, committed: float | None, now: float | None, told: int
) -> None:
    file = tmp_path / "committed.json"
    file.write_bytes(msgspec.json.encode([figure(committed)]))
    assert len(fallen([figure(now), figure(1.0, "new")], file)) == told


def test_one_that_is_not_measured_any_more_is_told_unless_its_row_was_left_out(
    tmp_path: Path,
) -> None:
    file = tmp_path / "committed.json"
    other = Figure(row="other", what="speed", value=1.0, unit="s", ratio=4.0)
    file.write_bytes(msgspec.json.encode([figure(4.0), other]))
    assert fallen([figure(4.0, "renamed")], file) == ["row: speed: ratio 0, committed 4"]
