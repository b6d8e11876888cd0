"""A meter: a share of the time or of a limit, in the space of a word."""

from markupsafe import Markup

from daq.web.data.problem import Level

WIDTH, HEIGHT = 100, 8


def draw_meter(percent: float, level: Level, planned: float | None = None) -> Markup:
    """The picture, for eyes only: the numbers stand beside it. ``planned`` is a mark on it."""
    mark = Markup("")
    if planned is not None:
        mark = Markup('<path class="planned" d="M{:.1f} 0v{}"/>').format(_within(planned), HEIGHT)
    return Markup(
        '<svg class="meter" viewBox="0 0 {} {}" aria-hidden="true" preserveAspectRatio="none">'
        '<rect class="track" width="{}" height="{}"/>'
        '<rect class="fill {}" width="{:.1f}" height="{}"/>{}</svg>'
    ).format(WIDTH, HEIGHT, WIDTH, HEIGHT, level.name.lower(), _within(percent), HEIGHT, mark)


def _within(percent: float) -> float:
    return min(max(percent, 0.0), 100.0)
