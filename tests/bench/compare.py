"""Holds the figures of a run against those that were committed."""

from pathlib import Path

import msgspec

from tests.bench.figure import Figure

FALL = 0.25


def fallen(figures: list[Figure], committed: Path) -> list[str]:
    """A line for each ratio that is worse than the committed one by more than a quarter.

    One that is committed and was not measured, though its row was, is worse.
    """
    measured = {(figure.row, figure.what): figure.ratio for figure in figures}
    rows = {figure.row for figure in figures}
    before = msgspec.json.decode(committed.read_bytes(), type=list[Figure])
    return [
        f"{known.row}: {known.what}: ratio {ratio:.3g}, committed {known.ratio:.3g}"
        for known in before
        if known.ratio is not None
        and known.row in rows
        and (ratio := measured.get((known.row, known.what)) or 0.0) < known.ratio * (1 - FALL)
    ]
