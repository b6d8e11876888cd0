"""What a benchmark gives: figures, each with its target and what others reach in the same run."""

from typing import Literal

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure of one row.

    Attributes:
        row: name of the row, the module in ``tests.bench.rows`` that measured it.
        what: what was measured, in words.
        value, unit: the figure.
        target: what it must reach; None where there is nothing to reach.
        better: whether more or less of it is better.
        rivals: what else was measured in the same run, by name, in the same unit.
        ratio: a figure that depends little on the machine, watched by CI: more is better.
        detail: other figures worth keeping.
        series: points of the plot, by name: x and y.
    """

    row: str
    what: str
    value: float
    unit: str
    target: float | None = None
    better: Literal["more", "less"] = "more"
    rivals: dict[str, float] = {}
    ratio: float | None = None
    detail: dict[str, float] = {}
    series: dict[str, list[tuple[float, float]]] = {}

    @property
    def met(self) -> bool:
        """Whether the target is reached; a figure without one always is."""
        if self.target is None:
            return True
        return self.value >= self.target if self.better == "more" else self.value <= self.target


class RowError(Exception):
    """A row could not be measured; the text says why."""
