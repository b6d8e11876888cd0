"""A page in a window that is too low says so."""

import io

from rich.console import Console, RenderableType

from daq.cli.live import Page


def shown(parts: list[RenderableType], height: int) -> list[str]:
    text = io.StringIO()
    screen = Console(file=text, width=60, height=height, force_terminal=False, color_system=None)
    screen.print(Page(parts), height=height)
    return [line.rstrip() for line in text.getvalue().splitlines()]


def test_a_page_that_fits_is_shown_whole() -> None:
    assert shown(["a", "b", "c"], 3) == ["a", "b", "c"]


def test_what_has_no_line_is_counted_in_the_last_one() -> None:
    page = shown([f"line {number}" for number in range(10)], 4)
    assert page == ["line 0", "line 1", "line 2", "7 more lines: make the window higher"]
