"""Figures for people: a table, and a plot for each row."""

from importlib import import_module
from itertools import groupby
from pathlib import Path
from textwrap import fill
from typing import Any

from tests.bench.figure import Figure

HEIGHT, BAR = 3.5, 0.4
"""Inches of a plot of points, and of a bar."""

LABEL = 30
"""Characters of a line of a bar's name."""

_HEAD = "| Row | Figure | Target | | Compared in the same run |\n|---|---:|---:|---|---|"


def table(figures: list[Figure]) -> str:
    """A Markdown table."""
    return "\n".join([_HEAD, *(_line(figure) for figure in figures)])


def publish(figures: list[Figure], folder: Path) -> None:
    """Write ``table.md`` and a plot ``ROW.svg`` for each row."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(table(figures) + "\n", "utf-8")
    for row, each in groupby(sorted(figures, key=_row), key=_row):
        _plot(list(each), folder / f"{row}.svg")


def between(page: str, made: str, marks: tuple[str, str]) -> str:
    """The page with what lies between two marks replaced.

    Raises:
        SystemExit: it has no such marks.
    """
    before, begin, rest = page.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not (begin and end):
        raise SystemExit(f"the page has no {marks[0]!r} and {marks[1]!r}")
    return f"{before}{begin}\n{made}\n{end}{after}"


def number(value: float) -> str:
    """Three digits that count, or all of a large number."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _line(figure: Figure) -> str:
    sign = {"more": "≥", "less": "≤"}[figure.better]
    target = "" if figure.target is None else f"{sign} {number(figure.target)}"
    met = "" if figure.target is None else ("met" if figure.met else "**missed**")
    others = {**figure.rivals, **figure.detail}
    compared = ", ".join(f"{name} {number(value)}" for name, value in others.items())
    value = f"{number(figure.value)} {figure.unit}"
    return f"| {figure.what} | {value} | {target} | {met} | {compared} |"


def _row(figure: Figure) -> str:
    return figure.row


def _plot(figures: list[Figure], path: Path) -> None:
    """One below the other: the points of a figure that has some, else ours, others', the target."""
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415 - a second of imports

    matplotlib: Any = import_module("matplotlib")

    heights = [HEIGHT if figure.series else BAR * (2.5 + len(figure.rivals)) for figure in figures]
    canvas: Any = Canvas(figsize=(9, sum(heights) + 0.3), layout="constrained")
    places = canvas.subplots(len(figures), squeeze=False, height_ratios=heights)
    for axes, figure in zip(places[:, 0], figures, strict=True):
        (_points if figure.series else _bars)(axes, figure)
        axes.set_title(f"{figure.what} ({figure.unit})", fontsize="small", loc="left")
    with matplotlib.rc_context({"svg.hashsalt": "lab-daq"}):  # the same figures, the same file
        canvas.savefig(path, format="svg", metadata={"Date": None})


def _points(axes: Any, figure: Figure) -> None:  # noqa: ANN401 - matplotlib has no types
    for name, points in figure.series.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=name)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()


def _bars(axes: Any, figure: Figure) -> None:  # noqa: ANN401 - matplotlib has no types
    named = {"lab-daq": figure.value, **figure.rivals}
    bars = {fill(name, LABEL): value for name, value in named.items()}
    drawn = axes.barh(list(bars), list(bars.values()), color=["C0", *["C7"] * len(figure.rivals)])
    axes.bar_label(drawn, labels=[number(value) for value in bars.values()], padding=3)
    axes.invert_yaxis()
    axes.margins(x=0.25)
    axes.locator_params(axis="x", nbins=5)
    if figure.target is not None:
        axes.axvline(figure.target, color="C3", linestyle="--", label="target")
        axes.legend(loc="lower right", fontsize="small")
