"""Mean, scatter and outlier of the values of a series. Pure."""

import math
from collections.abc import Sequence
from statistics import fmean, stdev

import msgspec

from daq.method.student import quantile

LEAST = 3
"""Values below which nothing can be an outlier."""


class Summary(msgspec.Struct, frozen=True, omit_defaults=True):
    """``s`` is the standard deviation of the sample (n - 1), None for a single value."""

    count: int
    mean: float
    s: float | None
    low: float
    high: float

    @property
    def spread(self) -> float:
        """From the smallest to the largest."""
        return self.high - self.low


class Outlier(msgspec.Struct, frozen=True, omit_defaults=True):
    """The value farthest from the mean: its place from 0, G, and what G may be.

    ``found``: it is farther than chance allows, at the level that was asked for.
    """

    place: int
    statistic: float
    critical: float

    @property
    def found(self) -> bool:
        """Whether it is one."""
        return self.statistic > self.critical


def summarise(values: Sequence[float]) -> Summary | None:
    """The statistics of some values; None without any."""
    if not values:
        return None
    scatter = stdev(values) if len(values) > 1 else None
    return Summary(len(values), fmean(values), scatter, min(values), max(values))


def grubbs(values: Sequence[float], alpha: float) -> Outlier | None:
    """Grubbs' two-sided test for one outlier; None for too few values, or without scatter.

    NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.1: G is the largest distance from the
    mean in standard deviations, and the critical one follows from Student's distribution at
    alpha / (2 n) with n - 2 degrees of freedom.
    """
    summary = summarise(values)
    if summary is None or summary.count < LEAST or not summary.s:
        return None
    distances = [abs(value - summary.mean) for value in values]
    place = max(range(summary.count), key=distances.__getitem__)
    return Outlier(place, distances[place] / summary.s, critical_grubbs(summary.count, alpha))


def critical_grubbs(count: int, alpha: float) -> float:
    """What G may be for so many values."""
    square = quantile(1 - alpha / (2 * count), count - 2) ** 2
    return (count - 1) / math.sqrt(count) * math.sqrt(square / (count - 2 + square))
