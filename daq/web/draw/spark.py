"""A spark: the course of a channel in the space of a word."""

import math
from collections.abc import Iterator

from markupsafe import Markup

from daq.web.data.spark import POINTS, Spark

WIDTH, HEIGHT = 120, 24
_STEP = WIDTH / POINTS
_PAD = 2.0


def draw_spark(spark: Spark, now: int) -> Markup:
    """The picture, for eyes only: beside it stand the value and its quality in words.

    The right end is ``now`` (ns): a channel that has stopped moves to the left. A gap is a gap.
    """
    if spark.empty:
        return Markup('<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true"></svg>').format(
            WIDTH, HEIGHT
        )
    known = [value for value in (*spark.least, *spark.greatest) if not math.isnan(value)]
    low, high = min(known), max(known)
    end = now // spark.width
    shapes = " ".join(_shapes(spark, low, high, end))
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true" preserveAspectRatio="none">'
        '<path d="{}"/></svg>'
    ).format(WIDTH, HEIGHT, shapes)


def _shapes(spark: Spark, low: float, high: float, end: int) -> Iterator[str]:
    """A path through the extremes of each stretch, begun anew after a gap."""
    pen = "M"
    first = spark.number - len(spark.least) + 1
    for place, (least, greatest) in enumerate(zip(spark.least, spark.greatest, strict=True)):
        x = WIDTH - (end - first - place + 0.5) * _STEP
        if math.isnan(least) or x < 0:
            pen = "M"
            continue
        for value in (least, greatest) if least != greatest else (least,):
            dot = "h.1" if pen == "M" else ""  # a line of one point is seen, too
            yield f"{pen}{x:.1f} {_y(value, low, high):.1f}{dot}"
            pen = "L"


def _y(value: float, low: float, high: float) -> float:
    if high <= low:
        return HEIGHT / 2
    return HEIGHT - _PAD - (value - low) / (high - low) * (HEIGHT - 2 * _PAD)
