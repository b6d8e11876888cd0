"""Writes docs/reference/metrics.md from the metrics: ``python -m daq.metrics.reference``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from daq.metrics.metric import Metric, Table
from daq.metrics.tables import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"

BEGIN = "<!-- Made by `make schema` from daq/metrics/tables; do not edit between these marks. -->\n"
END = "<!-- End of what is made. -->\n"


def with_tables(page: str) -> str:
    """The page with its tables made anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + BEGIN + "".join(map(_section, TABLES)) + "\n" + END + tail


def _section(table: Table[Any]) -> str:
    head = "| Metric | Type | Labels | |\n|---|---|---|---|\n"
    return f"\n## {table.title}\n\n{head}" + "".join(_rows(table))


def _rows(table: Table[Any]) -> Iterator[str]:
    for metric in table.metrics:
        labels = ", ".join(f"`{label}`" for label in (*table.labels, *metric.labels))
        yield f"| `{_shown(metric)}` | {metric.kind} | {labels} | {metric.about} |\n"


def _shown(metric: Metric[Any]) -> str:
    """The name as Prometheus stores it."""
    return f"{metric.name}_info" if metric.kind == "info" else metric.name


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text("utf-8")), "utf-8")
