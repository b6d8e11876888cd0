"""How many of something came in each stretch of a period: a bar for each. Pure."""

from collections.abc import Sequence
from typing import Protocol

from markupsafe import Markup

from daq.plot.ticks import time_ticks, value_labels, value_ticks

WIDTH, LEFT, RIGHT, TOP, PLOT, FOOT = 1000, 64, 8, 8, 110, 22


class Counted(Protocol):
    """A stretch of time (ns since 1970 UTC) and what was counted in it."""

    @property
    def start(self) -> int:
        """Its beginning."""
        ...

    @property
    def end(self) -> int:
        """Its end."""
        ...

    @property
    def count(self) -> int:
        """How many."""
        ...


def draw_bars(counted: Sequence[Counted], label: str) -> Markup:
    """The picture; ``label`` says it in words. Stretches follow each other, at least one."""
    start, end = counted[0].start, counted[-1].end
    most = max(4, *(part.count for part in counted))
    shapes = [*_grid(start, end, most)]
    for part in counted:
        if part.count:
            left, right = _x(part.start, start, end), _x(part.end, start, end)
            top = _y(part.count, most)
            shapes.append(
                f'<rect class="bar" x="{left + 0.5:.1f}" y="{top:.1f}" '
                f'width="{max(right - left - 1, 1):.1f}" height="{TOP + PLOT - top:.1f}"/>'
            )
    shapes.append(f'<path class="base" d="M{LEFT} {TOP}V{TOP + PLOT}H{WIDTH - RIGHT}"/>')
    # Numbers all of it, but for the label, which is escaped.
    inside = Markup("".join(shapes))  # noqa: S704
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>'
    ).format(WIDTH, TOP + PLOT + FOOT, label, inside)


def _grid(start: int, end: int, most: int) -> list[str]:
    ticks = [tick for tick in value_ticks(0, most) if tick == int(tick)]
    found = [
        f'<path class="grid" d="M{LEFT} {_y(tick, most):.1f}H{WIDTH - RIGHT}"/>'
        f'<text x="{LEFT - 6}" y="{_y(tick, most) + 4:.1f}" text-anchor="end">{text}</text>'
        for tick, text in zip(ticks, value_labels(ticks), strict=True)
    ]
    found += [
        f'<text x="{_x(time, start, end):.1f}" y="{TOP + PLOT + 15}" '
        f'text-anchor="middle">{text}</text>'
        for time, text in time_ticks(start, end)
    ]
    return found


def _x(time: int, start: int, end: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (time - start) / (end - start)


def _y(count: float, most: int) -> float:
    return TOP + PLOT * (1 - count / most)
