"""Sets of moments as stretches of time: ascending, apart, ``start`` to before ``end``. Pure.

All times are ns since 1970 UTC, and whole numbers: what is added up here adds up exactly.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Stretch: TypeAlias = tuple[int, int]
Set: TypeAlias = tuple[Stretch, ...]


def union(stretches: Iterable[Stretch]) -> Set:
    """Everything that is in one of them; those that touch become one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


def both(one: Sequence[Stretch], other: Sequence[Stretch]) -> Set:
    """What is in both."""
    return tuple(_both(one, other))


def _both(one: Sequence[Stretch], other: Sequence[Stretch]) -> Iterator[Stretch]:
    left = right = 0
    while left < len(one) and right < len(other):
        start = max(one[left][0], other[right][0])
        end = min(one[left][1], other[right][1])
        if start < end:
            yield start, end
        if one[left][1] < other[right][1]:
            left += 1
        else:
            right += 1


def without(stretches: Sequence[Stretch], holes: Sequence[Stretch]) -> Set:
    """What is in the first and not in the others."""
    if not stretches:
        return ()
    return both(stretches, outside(holes, stretches[0][0], stretches[-1][1]))


def outside(stretches: Sequence[Stretch], start: int, end: int) -> Set:
    """What of a period is in none of them."""
    edges = [start]
    for begin, finish in both(stretches, ((start, end),)):
        edges += [begin, finish]
    edges.append(end)
    return tuple((a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b)


def length(stretches: Iterable[Stretch]) -> int:
    """How long they are together, in ns."""
    return sum(end - start for start, end in stretches)


def longer(stretches: Iterable[Stretch], than: int) -> Set:
    """Those of at least so many ns."""
    return tuple(one for one in stretches if one[1] - one[0] >= than)
