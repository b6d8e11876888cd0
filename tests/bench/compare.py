"""Holds the figures of a run against those that were committed."""

from pathlib import Path

import msgspec

from tests.bench.figure import Figure

FALL = 0.25


def fallen(figures: list[Figure], committed: Path) -> list[str]:
    """A line for each ratio that is worse than the committed one by more than a quarter."""
    before = {
        (figure.row, figure.what): figure.ratio
        for figure in msgspec.json.decode(committed.read_bytes(), type=list[Figure])
    }
    return [
        f"{figure.row}: {figure.what}: ratio {figure.ratio or 0:.3g}, committed {known:.3g}"
        for figure in figures
        if (known := before.get((figure.row, figure.what))) is not None
        and (figure.ratio is None or figure.ratio < known * (1 - FALL))
    ]
