"""Whether what was measured is well: nothing grows, nothing stays behind. Pure."""

import itertools
import statistics
from collections.abc import Sequence

import msgspec

from tests.soak.run import Soak
from tests.soak.samples import Sample

WARM_UP = 540.0
"""Seconds a daemon's memory may grow: the rings of latest traffic fill up to their limits."""

ENOUGH = 300.0
"""Seconds after the warm-up that a life must have, so that its growth is judged."""

MOST_MEMORY = 250.0
"""MB any life may take."""

MOST_DESCRIPTORS = 200
GROWTH_MB, GROWTH_SHARE = 6.0, 0.05
"""Growth of a life, from the end of its warm-up to its own end, that is within the scatter."""

GROWTH_DESCRIPTORS = 4


class Growth(msgspec.Struct, frozen=True):
    """Of the longest life: from when to when it was judged (s), and by how much it grew.

    ``memory`` (MB) and ``descriptors`` are a Theil-Sen slope times the duration: half of the
    samples may be anything.
    """

    begin: float
    end: float
    memory: float
    descriptors: float


class Verdict(msgspec.Struct, frozen=True):
    """``growth`` is None when no life was long enough to judge."""

    growth: Growth | None
    complaints: list[str]


def judge(soak: Soak) -> Verdict:
    """Look at everything that was measured."""
    complaints = [f"audit: {soak.audit.problems.count} problems"] if not soak.audit.passed else []
    complaints += _bounds(soak.samples)
    growth = growth_of(soak.samples)
    if growth is not None:
        complaints += _grown(growth, soak.samples)
    return Verdict(growth, complaints)


def _bounds(samples: Sequence[Sample]) -> list[str]:
    memory = max((each.process.memory for each in samples), default=0.0)
    descriptors = max((each.process.descriptors for each in samples), default=0)
    found: list[str] = []
    if not samples:
        found.append("nothing was measured")
    if memory > MOST_MEMORY:
        found.append(f"{memory:.0f} MB of memory, more than {MOST_MEMORY:g}")
    if descriptors > MOST_DESCRIPTORS:
        found.append(f"{descriptors} descriptors, more than {MOST_DESCRIPTORS}")
    return found


def growth_of(samples: Sequence[Sample]) -> Growth | None:
    """The growth of the longest life after its warm-up."""
    lives = [
        list(life) for _, life in itertools.groupby(samples, key=lambda each: each.process.pid)
    ]
    if not lives:
        return None
    longest = max(lives, key=lambda life: life[-1].at - life[0].at)
    judged = [each for each in longest if each.at - longest[0].at >= WARM_UP]
    if not judged or judged[-1].at - judged[0].at < ENOUGH:
        return None
    begin, end = judged[0].at, judged[-1].at
    memory = [(each.at, each.process.memory) for each in judged]
    descriptors = [(each.at, float(each.process.descriptors)) for each in judged]
    return Growth(
        begin,
        end,
        round(slope(memory) * (end - begin), 2),
        round(slope(descriptors) * (end - begin), 2),
    )


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The median of the slopes between all pairs of points (Theil 1950, Sen 1968)."""
    thinned = points[:: max(1, len(points) // 300)]
    return statistics.median(
        (late[1] - early[1]) / (late[0] - early[0])
        for early, late in itertools.combinations(thinned, 2)
    )


def _grown(growth: Growth, samples: Sequence[Sample]) -> list[str]:
    level = statistics.median(each.process.memory for each in samples if each.at >= growth.begin)
    found: list[str] = []
    if growth.memory > max(GROWTH_MB, GROWTH_SHARE * level):
        found.append(f"memory grew by {growth.memory:.1f} MB in {growth.end - growth.begin:.0f} s")
    if growth.descriptors > GROWTH_DESCRIPTORS:
        found.append(f"descriptors grew by {growth.descriptors:.1f}")
    return found
