"""Figures for people: a table, and a plot for each row that has points."""

from pathlib import Path
from typing import Any

from tests.bench.figure import Figure

_HEAD = "| Row | Figure | Target | | Compared in the same run |\n|---|---:|---:|---|---|"


def table(figures: list[Figure]) -> str:
    """A Markdown table."""
    return "\n".join([_HEAD, *(_line(figure) for figure in figures)])


def publish(figures: list[Figure], folder: Path) -> None:
    """Write ``table.md`` and a plot ``ROW.svg`` for each row with points."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(table(figures) + "\n", "utf-8")
    for figure in figures:
        if figure.series:
            _plot(figure, folder / f"{figure.row}.svg")


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


def _plot(figure: Figure, path: Path) -> None:
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415 - a second of imports

    canvas: Any = Canvas(figsize=(7, 4), layout="constrained")
    axes: Any = canvas.subplots()
    for name, points in figure.series.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=name)
    axes.set_title(figure.what)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    canvas.savefig(path, format="svg", metadata={"Date": None})
