"""Ranges of entries still to be delivered: sorted, disjoint, both ends included. Pure."""

from collections.abc import Iterable
from typing import TypeAlias

Range: TypeAlias = tuple[int, int]
Ranges: TypeAlias = tuple[Range, ...]


def add(ranges: Ranges, first: int, last: int) -> Ranges:
    """The ranges with ``first`` to ``last`` added; what overlaps or touches is joined."""
    if last < first:
        return ranges
    before = [r for r in ranges if r[1] < first - 1]
    after = [r for r in ranges if r[0] > last + 1]
    joined = ranges[len(before) : len(ranges) - len(after)]
    low = min([first, *(r[0] for r in joined)])
    high = max([last, *(r[1] for r in joined)])
    return (*before, (low, high), *after)


def add_each(ranges: Ranges, seqs: Iterable[int]) -> Ranges:
    """The ranges with each of these entries added."""
    for seq in sorted(seqs):
        ranges = add(ranges, seq, seq)
    return ranges


def remove(ranges: Ranges, first: int, last: int) -> Ranges:
    """The ranges without ``first`` to ``last``."""
    if last < first:
        return ranges
    left: list[Range] = []
    for low, high in ranges:
        if high < first or low > last:
            left.append((low, high))
            continue
        if low < first:
            left.append((low, first - 1))
        if high > last:
            left.append((last + 1, high))
    return tuple(left)


def next_range(ranges: Ranges, start: int) -> Range | None:
    """What to deliver next at or after ``start``; from the oldest again when there is nothing."""
    for low, high in ranges:
        if high >= start:
            return max(low, start), high
    return ranges[0] if ranges else None


def size(ranges: Ranges) -> int:
    """How many entries the ranges span."""
    return sum(high - low + 1 for low, high in ranges)
