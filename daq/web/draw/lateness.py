"""How late scans began: a bar for each class of lateness, its height by the logarithm."""

import math
from collections.abc import Sequence

from markupsafe import Markup

BAR, HEIGHT, FOOT = 10, 34, 13
LABELS = {1e-5: "10\u202fµs", 1e-3: "1\u202fms", 1e-1: "0.1\u202fs", 1.0: "1\u202fs"}


def draw_lateness(bounds: Sequence[float], counts: Sequence[int]) -> Markup:
    """The picture, for eyes only: mean and quantiles stand beside it.

    ``counts`` are of scans up to each of ``bounds`` (s), one more for those beyond. Rare ones are
    what is looked for, so that heights are logarithms.
    """
    most = max(counts, default=0)
    bars = Markup("").join(
        Markup('<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
            place * BAR + 1, HEIGHT - height, BAR - 2, height
        )
        for place, count in enumerate(counts)
        if (height := _height(count, most))
    )
    labels = Markup("").join(
        Markup('<path d="M{0} {1}v3"/><text x="{0}" y="{2}">{3}</text>').format(
            (place + 1) * BAR, HEIGHT, HEIGHT + FOOT - 1, text
        )
        for place, bound in enumerate(bounds)
        for known, text in LABELS.items()
        if math.isclose(bound, known)
    )
    width = max(len(counts), 1) * BAR
    return Markup(
        '<svg class="lateness" viewBox="-8 0 {} {}" aria-hidden="true">'
        '<path class="base" d="M0 {}h{}"/>{}{}</svg>'
    ).format(width + 16, HEIGHT + FOOT, HEIGHT, width, bars, labels)


def _height(count: int, most: int) -> float:
    """At least a line for a single scan."""
    return max(HEIGHT * math.log1p(count) / math.log1p(most), 2.0) if count else 0.0
