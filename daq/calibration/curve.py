"""Curves of a certificate: a quantity as a function of the reading. Pure.

Within the calibrated range they are what the certificate says; beyond it they keep the value of its
end, for nobody has determined another (docs/decisions/0034-certificates-are-files.md).
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeAlias

import msgspec

Point: TypeAlias = tuple[float, float]
"""A reading, and the quantity there."""


class Polynomial(msgspec.Struct, frozen=True, tag="polynomial", tag_field="kind"):
    """``c0 + c1 (x - origin) + c2 (x - origin)² ...``, from ``low`` to ``high``; None: no bound."""

    coefficients: tuple[float, ...]
    origin: float = 0.0
    low: float | None = None
    high: float | None = None

    def __call__(self, reading: float) -> float:
        """The quantity at a reading."""
        if self.low is not None and reading < self.low:
            reading = self.low
        if self.high is not None and reading > self.high:
            reading = self.high
        x = reading - self.origin
        total = 0.0
        for coefficient in reversed(self.coefficients):
            total = total * x + coefficient
        return total


class Table(msgspec.Struct, frozen=True, tag="table", tag_field="kind"):
    """Points in ascending order of their readings, with straight lines between them."""

    points: tuple[Point, ...]

    def __call__(self, reading: float) -> float:
        """The quantity at a reading."""
        points = self.points
        place = bisect_right(points, reading, key=_reading)
        if place == 0:
            return points[0][1]
        if place == len(points):
            return points[-1][1]
        (left, before), (right, after) = points[place - 1], points[place]
        # Exact at both ends, and never beyond either of them.
        share = (reading - left) / (right - left)
        return before * (1.0 - share) + after * share


class Line(msgspec.Struct, frozen=True, tag="line", tag_field="kind"):
    """``a + b |x|``: an uncertainty that grows with the reading (EURAMET cg-18, 7.4)."""

    a: float
    b: float = 0.0

    def __call__(self, reading: float) -> float:
        """The quantity at a reading."""
        return self.a + self.b * abs(reading)


Curve: TypeAlias = Polynomial | Table | Line


def table(points: Sequence[Point]) -> Table:
    """A table of points in any order.

    Raises:
        ValueError: there is none, or two at the same reading.
    """
    ordered = tuple(sorted(points))
    readings = [reading for reading, _ in ordered]
    if not ordered:
        raise ValueError("has no points")
    if len(set(readings)) < len(readings):
        raise ValueError("has two points at the same reading")
    return Table(ordered)


def _reading(point: Point) -> float:
    return point[0]
