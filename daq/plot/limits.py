"""Limits of alarms in a chart: a line for each that is near enough to be seen. Pure."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from markupsafe import Markup

NEAR = 1.0
"""How far beyond the readings a limit may be to be drawn, in ranges of the readings: one further
off would press the course flat, and what is written below the chart says it all the same."""


class Limit(msgspec.Struct, frozen=True):
    """A limit of a channel that an alarm holds it against, in the unit of the channel."""

    alarm: str
    priority: str
    value: float
    above: bool


def widened(low: float, high: float, limits: Iterable[Limit]) -> tuple[float, float]:
    """The edges of a panel that shows the limits that are near."""
    reach = (high - low) * NEAR
    near = [limit.value for limit in limits if low - reach <= limit.value <= high + reach]
    if not near:
        return low, high
    pad = (max(high, *near) - min(low, *near)) * 0.04
    lowest, highest = min(near), max(near)
    return (
        lowest - pad if lowest < low else low,
        highest + pad if highest > high else high,
    )


def draw_limits(
    limits: Sequence[Limit], left: float, right: float, heights: Sequence[float]
) -> Iterator[str]:
    """A line for each limit at its height, with a sign at its end that says which side is wrong."""
    for limit, y in zip(limits, heights, strict=True):
        sign = "\u25b2" if limit.above else "\u25bc"
        yield str(
            Markup(
                '<path class="limit {}" d="M{} {:.1f}H{}"><title>{} {} {:.6g}</title></path>'
                '<text class="limit-sign {}" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(
                limit.priority,
                left,
                y,
                right,
                limit.alarm,
                ">" if limit.above else "<",
                limit.value,
                limit.priority,
                right - 2,
                y - 2 if limit.above else y + 10,
                sign,
            )
        )
