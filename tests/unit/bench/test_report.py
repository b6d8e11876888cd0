"""Figures for people: a table, a plot for each row, a page that names every row."""

from pathlib import Path

import pytest

from tests.bench.__main__ import ROWS
from tests.bench.figure import Figure
from tests.bench.report import between, publish

MARKS = "<!-- made -->", "<!-- end -->"
PAGE = Path("docs/explanation/performance.md")

FIGURES = [
    Figure(row="bars", what="speed", value=5.0, unit="/s", target=4.0, rivals={"other": 1.0}),
    Figure(row="bars", what="memory", value=5.0, unit="MB", target=4.0, better="less"),
    Figure(row="points", what="late", value=1.0, unit="ms", series={"ms": [(1, 2.0), (2, 3.0)]}),
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Once, and shared: matplotlib keeps its fonts open for good."""
    folder = tmp_path_factory.mktemp("published")
    publish(FIGURES, folder)
    return folder


def test_every_row_has_a_plot_and_every_figure_a_line(published: Path) -> None:
    assert {path.name for path in published.iterdir()} == {"table.md", "bars.svg", "points.svg"}
    speed, memory, late = (published / "table.md").read_text().splitlines()[2:]
    assert speed == "| speed | 5 /s | ≥ 4 | met | other 1 |"
    assert memory == "| memory | 5 MB | ≤ 4 | **missed** |  |"
    assert late.startswith("| late | 1 ms |")


def test_what_lies_between_the_marks_is_replaced_and_nothing_else() -> None:
    page = "before\n<!-- made -->\nold\n<!-- end -->\nafter"
    assert between(page, "new", MARKS) == "before\n<!-- made -->\nnew\n<!-- end -->\nafter"
    with pytest.raises(SystemExit, match="the page has no"):
        between("before", "new", MARKS)


@pytest.mark.parametrize("row", ROWS)
def test_the_page_says_what_every_row_measures_and_shows_its_plot(row: str) -> None:
    page = PAGE.read_text("utf-8")
    assert f"`{row}`" in page
    assert f"(performance/{row}.svg)" in page
