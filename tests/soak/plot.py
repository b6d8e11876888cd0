"""The figure of a soak, as SVG."""

# matplotlib does not say of what type its keywords are.
# pyright: reportUnknownMemberType=false

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tests.soak.episodes import ON_SERVERS, ON_THE_DAEMON
from tests.soak.run import Soak
from tests.soak.samples import Sample

MOST_POINTS = 450
"""Of a curve, so that the file stays small."""

mpl.rcParams["svg.fonttype"] = "none"
mpl.rcParams["svg.hashsalt"] = "soak"  # the same figures give the same file


def plot(soak: Soak, path: Path) -> None:
    """Memory, descriptors, lag, lateness and the journal over the time."""
    figure = Figure(figsize=(10, 11), layout="constrained")
    axes: Sequence[Axes] = figure.subplots(5, 1, sharex=True)
    samples = soak.samples[:: len(soak.samples) // MOST_POINTS + 1]
    _line(axes[0], samples, [each.process.memory for each in samples], "memory, MB")
    _line(axes[1], samples, [float(each.process.descriptors) for each in samples], "descriptors")
    _lag(axes[2], soak.samples)
    _line(axes[3], samples, [each.lateness * 1000 for each in samples], "99 % of scans late by, ms")
    axes[3].set_yscale("log")
    _line(axes[4], samples, [each.journal_mb for each in samples], "journal, MB")
    for axis in axes:
        _mark(axis, soak)
    axes[-1].set_xlabel(
        "minutes; red: daemon killed, stopped, frozen; grey: broker or database away"
    )
    figure.savefig(path, metadata={"Date": None})


def _line(axis: Axes, samples: Sequence[Sample], values: Sequence[float], label: str) -> None:
    axis.plot([each.at / 60 for each in samples], values, linewidth=0.9)
    axis.set_ylabel(label)
    axis.grid(visible=True, alpha=0.3)


def _lag(axis: Axes, samples: Sequence[Sample]) -> None:
    """Every sample: a short outage must not fall between two points."""
    for sink in samples[0].lag_seconds if samples else ():
        lags = [(each.at / 60, each.lag_seconds.get(sink, 0.0)) for each in samples]
        axis.plot(*zip(*lags, strict=True), linewidth=0.9, label=sink)
    axis.set_ylabel("lag, s")
    axis.grid(visible=True, alpha=0.3)
    axis.legend(loc="upper right")


def _mark(axis: Axes, soak: Soak) -> None:
    for episode in soak.episodes:
        begin = episode.at / 60
        if episode.kind in ON_SERVERS:
            axis.axvspan(begin, begin + episode.lasts / 60, color="grey", alpha=0.2, linewidth=0)
        elif episode.kind in ON_THE_DAEMON:
            axis.axvline(begin, color="red", alpha=0.4, linewidth=0.6)
