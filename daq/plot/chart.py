"""A chart of courses over one period: a panel for each unit, one axis of time.

A line runs through the means, a band behind it from the least to the greatest value, so that no
extreme is lost however much is drawn. Gaps are gaps. Below each panel a strip for each channel
says where readings were not good, in a colour and a pattern of its own.
"""

from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup

from daq.plot.course import Course, Mark
from daq.plot.stretch import Stretch
from daq.plot.ticks import NEARLY_EQUAL, time_ticks, value_labels, value_ticks
from drivers.model import Quality

WIDTH = 1000
LEFT, RIGHT = 64, 8
PLOT = 150
STRIP = 7
TOP, SPACE, FOOT = 18, 8, 22
EDGE = 20
"""So near to the right edge a label would be cut off in its middle."""

_LARGEST = 1e300
"""Beyond it differences are no numbers any more."""

COLOURS = 8
"""Colours there are; each comes with a pattern of dashes of its own."""

_NO_STYLE = Markup("")

Styled = tuple[int, Course]
"""A course and the number of its colour."""


class Sign(msgspec.Struct, frozen=True):
    """A moment that is marked across all panels, with a few letters above."""

    time: int
    label: str


class Panel(msgspec.Struct, frozen=True):
    """The courses of one unit, from ``top`` on; ``low`` and ``high`` are its edges."""

    unit: str
    lines: tuple[Styled, ...]
    top: float
    low: float
    high: float

    def y(self, value: float) -> float:
        """Where a value is."""
        inside = min(max(value, self.low), self.high)
        return self.top + PLOT * (self.high - inside) / (self.high - self.low)

    @property
    def bottom(self) -> float:
        """Where its strips end."""
        return self.top + PLOT + 2 + STRIP * len(self.lines)


class Chart(msgspec.Struct, frozen=True):
    """What is drawn: ``label`` says it in words, for whoever does not see it."""

    period: Stretch
    panels: tuple[Panel, ...]
    label: str
    signs: tuple[Sign, ...] = ()

    @property
    def height(self) -> float:
        """Of the whole picture."""
        return (self.panels[-1].bottom if self.panels else TOP + PLOT) + FOOT

    def x(self, time: int) -> float:
        """Where a moment is."""
        share = (time - self.period.start) / (self.period.end - self.period.start)
        return LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0)


def lay_out(
    courses: Sequence[Course], period: Stretch, label: str, signs: Sequence[Sign] = ()
) -> Chart:
    """A panel for each unit, in the order in which the units come."""
    panels: list[Panel] = []
    top = float(TOP)
    for unit in dict.fromkeys(course.unit for course in courses):
        lines = tuple(
            (number % COLOURS, course)
            for number, course in enumerate(courses)
            if course.unit == unit
        )
        panels.append(Panel(unit, lines, top, *_edges(lines)))
        top = panels[-1].bottom + SPACE + TOP
    return Chart(period, tuple(panels), label, tuple(signs))


def draw(chart: Chart, style: Markup = _NO_STYLE) -> Markup:
    """The picture; ``style`` is a stylesheet for where that of the page does not reach."""
    shapes = [shape for panel in chart.panels for shape in _panel(chart, panel)]
    # What comes from outside, units and the label, has been escaped; the rest are numbers.
    inside = Markup("".join([*_times(chart), *shapes, *_signs(chart)]))  # noqa: S704
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}" '
        'data-left="{}" data-right="{}">{}<defs>{}</defs>{}</svg>'
    ).format(
        WIDTH,
        round(chart.height),
        chart.label,
        LEFT,
        WIDTH - RIGHT,
        style,
        _PATTERNS,
        inside,
    )


_PATTERNS = Markup(
    '<pattern id="pattern-bad" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect class="mark-bad" width="5" height="5"/>'
    '<rect class="mark-line" width="1.5" height="5"/></pattern>'
    '<pattern id="pattern-uncertain" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<rect class="mark-uncertain" width="4" height="4"/>'
    '<circle class="mark-line" cx="2" cy="2" r="0.9"/></pattern>'
)


def _edges(lines: Sequence[Styled]) -> tuple[float, float]:
    bounds = [bound for _, course in lines if (bound := course.bounds) is not None]
    if not bounds:
        return 0.0, 1.0
    low = max(min(low for low, _ in bounds), -_LARGEST)
    high = min(max(high for _, high in bounds), _LARGEST)
    largest = max(abs(low), abs(high))
    flat = high - low <= NEARLY_EQUAL * largest
    pad = (largest * 0.01 or 1.0) if flat else (high - low) * 0.04
    return low - pad, high + pad


def _times(chart: Chart) -> Iterator[str]:
    bottom = chart.height - FOOT
    for time, label in time_ticks(chart.period.start, chart.period.end):
        x = chart.x(time)
        yield f'<path class="grid" d="M{x:.1f} {TOP}V{bottom:.0f}"/>'
        anchor = "end" if x > WIDTH - EDGE else "middle"
        yield f'<text x="{x:.1f}" y="{bottom + 15:.0f}" text-anchor="{anchor}">{label}</text>'


def _signs(chart: Chart) -> Iterator[str]:
    for sign in chart.signs:
        if chart.period.start <= sign.time < chart.period.end:
            shape = Markup('<path class="sign" d="M{0:.1f} {1}V{2:.0f}"/>')
            text = Markup('<text class="sign" x="{:.1f}" y="10" text-anchor="middle">{}</text>')
            x = chart.x(sign.time)
            yield str(shape.format(x, TOP - 5, chart.height - FOOT) + text.format(x, sign.label))


def _panel(chart: Chart, panel: Panel) -> Iterator[str]:
    ticks = value_ticks(panel.low, panel.high)
    for tick, label in zip(ticks, value_labels(ticks), strict=True):
        y = panel.y(tick)
        yield f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
    yield str(
        Markup('<text class="axis" x="{}" y="{:.0f}">{}</text>').format(
            LEFT, panel.top - 5, panel.unit
        )
    )
    yield f'<path class="base" d="M{LEFT} {panel.top:.0f}V{panel.top + PLOT:.0f}H{WIDTH - RIGHT}"/>'
    for colour, course in panel.lines:
        band, line = _shapes(chart, panel, course)
        yield f'<path class="band c{colour}" d="{band}"/>' if band else ""
        yield f'<path class="line c{colour}" d="{line}"/>' if line else ""
    for row, (colour, course) in enumerate(panel.lines):
        yield from _strip(chart, course, colour, panel.top + PLOT + 2 + STRIP * row)


def _shapes(chart: Chart, panel: Panel, course: Course) -> tuple[str, str]:
    """The band from least to greatest, and the line through the means."""
    bands: list[str] = []
    lines: list[str] = []
    for run in course.runs:
        points = [
            (
                chart.x((b.start + b.end) // 2),
                panel.y(b.least),
                panel.y(b.greatest),
                panel.y(b.mean),
            )
            for b in run
            if b.least is not None and b.greatest is not None and b.mean is not None
        ]
        upper = "L".join([f"{x:.1f} {high:.1f}" for x, _, high, _ in points])
        if any(low - high > 0.5 for _, low, high, _ in points):  # noqa: PLR2004 - is seen
            # As wide as a line at least, so that a single extreme is seen.
            lower = "L".join([f"{x:.1f} {low:.1f}" for x, low, _, _ in reversed(points)])
            bands.append(f"M{upper}L{lower}Z")
        dot = "h.1" if len(points) == 1 else ""
        lines.append("M" + "L".join([f"{x:.1f} {mean:.1f}" for x, _, _, mean in points]) + dot)
    return "".join(bands), "".join(lines)


def _strip(chart: Chart, course: Course, colour: int, y: float) -> Iterator[str]:
    """Where readings were not good: a row for each channel, begun by its colour."""
    middle = y + STRIP / 2
    yield f'<path class="line c{colour}" d="M{LEFT - 14} {middle:.1f}H{LEFT - 3}"/>'
    for mark in course.marks:
        left = chart.x(mark.start)
        width = max(chart.x(mark.end) - left, 1.5)
        shape = f'x="{left:.1f}" y="{y:.1f}" width="{width:.1f}" height="{STRIP - 1}"'
        kind = _kind(mark)
        fill = "" if kind == "gap" else f' fill="url(#pattern-{kind})"'
        yield f'<rect class="{kind}" {shape}{fill}/>'


def _kind(mark: Mark) -> str:
    if mark.status is None:
        return "gap"
    return "bad" if mark.status.quality is Quality.BAD else "uncertain"
