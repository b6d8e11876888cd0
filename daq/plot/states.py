"""The states of things over a period as bars, one below the other. Pure.

A state has a height of its own beside its colour: what runs fills its bar, what idles half of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

import msgspec
from markupsafe import Markup

from daq.plot.ticks import time_ticks

WIDTH, LEFT, RIGHT, TOP, ROW, BAR, FOOT = 1000, 150, 8, 4, 26, 18, 20

HEIGHTS: Mapping[str, float] = {
    "running": 1.0,
    "idle": 0.45,
    "off": 0.12,
    "fault": 1.0,
    "unknown": 0.25,
}
"""Of a bar, by state; what is drawn last lies on top."""

LETTERS = 22
"""Of a name, at most; the whole of it stands in the table."""


class Frame(msgspec.Struct, frozen=True):
    """What is shown: from and to before (ns), in which zone; None: that of this machine."""

    start: int
    end: int
    zone: tzinfo | None = None


class Bar(msgspec.Struct, frozen=True):
    """A name, and its stretches by state: from and to before, ns since 1970 UTC."""

    name: str
    stretches: Mapping[str, Sequence[tuple[int, int]]]


def draw_states(bars: Sequence[Bar], frame: Frame, label: str, style: Markup | str = "") -> Markup:
    """The picture; ``label`` says it in words."""
    height = TOP + ROW * len(bars) + FOOT
    shapes = [*_grid(frame, TOP + ROW * len(bars))]
    for number, bar in enumerate(bars):
        shapes += _bar(bar, frame, TOP + ROW * number)
    return Markup(
        '<svg class="chart states" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}</svg>'
    ).format(WIDTH, height, label, style, Markup("").join(shapes))


def _grid(frame: Frame, bottom: int) -> Iterator[Markup]:
    for time, text in time_ticks(frame.start, frame.end, zone=frame.zone):
        x = _x(time, frame)
        yield Markup('<path class="grid" d="M{:.1f} {}V{}"/>').format(x, TOP, bottom)
        yield Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            x, bottom + 15, text
        )


def _bar(bar: Bar, frame: Frame, top: int) -> Iterator[Markup]:
    shown = bar.name if len(bar.name) <= LETTERS else bar.name[: LETTERS - 1] + "\u2026"
    yield Markup('<text class="axis" x="{}" y="{}" text-anchor="end">{}</text>').format(
        LEFT - 8, top + BAR - 4, shown
    )
    for state, height in HEIGHTS.items():
        path = "".join(_shapes(bar.stretches.get(state, ()), frame, top, height))
        if path:
            yield Markup('<path class="state {}" d="{}"/>').format(state, path)


def _shapes(
    stretches: Iterable[tuple[int, int]], frame: Frame, top: int, height: float
) -> Iterator[str]:
    y, tall = top + BAR * (1 - height), BAR * height
    for left, right in _joined(stretches, frame):
        yield f"M{left:.1f} {y:.1f}h{right - left:.1f}v{tall:.1f}h{left - right:.1f}z"


def _joined(stretches: Iterable[tuple[int, int]], frame: Frame) -> Iterator[tuple[float, float]]:
    """What lies too near to be told apart becomes one, and nothing is too short to be seen."""
    open_one: tuple[float, float] | None = None
    for start, end in stretches:
        left, right = _x(start, frame), max(_x(end, frame), _x(start, frame) + 0.5)
        if open_one is not None and left - open_one[1] < 0.5:  # noqa: PLR2004 - half a unit
            open_one = (open_one[0], max(open_one[1], right))
            continue
        if open_one is not None:
            yield open_one
        open_one = (left, right)
    if open_one is not None:
        yield open_one


def _x(time: int, frame: Frame) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (time - frame.start) / (frame.end - frame.start)
