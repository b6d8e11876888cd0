"""Which blocks are summarised together. Pure."""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from daq.journal.block import Block

MOST_BLOCKS = 64
"""Blocks that are summarised together, at most."""

ENOUGH = 64
"""Scans a series, on average, before spans are written: with many series a block has few of each,
and short spans would take more room and time than they save."""

MOST_BYTES = 4 * 1024 * 1024
"""Bytes of scans that are summarised together, but for those of the last block."""

AT_ONCE = 256 * 1024
"""Bytes of scans that are in memory at a time, about."""

EVENTS = 0
"""The number events have where scans have that of their series."""


class Portion(msgspec.Struct, frozen=True):
    """Blocks from the first to the last, both included, the series in them, and their bytes."""

    first: int
    last: int
    series: tuple[int, ...]
    size: int

    def shares(self) -> Iterator[tuple[int, int]]:
        """Its series in shares that fit into memory: first and last of each."""
        count = len(self.series) * AT_ONCE // max(self.size, 1) or 1
        for start in range(0, len(self.series), count):
            some = self.series[start : start + count]
            yield some[0], some[-1]


def portion(blocks: Iterable[Block], size_of: Callable[[int], int]) -> Portion | None:
    """The first of these closed blocks that are worth summarising; None when too few are closed.

    ``size_of`` tells the bytes of a block's bodies.
    """
    scans, size, first = 0, 0, -1
    series: set[int] = set()
    for count, block in enumerate(blocks, start=1):
        first = block.id if first < 0 else first
        scans += block.entries
        size += size_of(block.id)
        series |= block.series - {EVENTS}
        if scans >= ENOUGH * len(series) or size >= MOST_BYTES or count == MOST_BLOCKS:
            return Portion(first, block.id, tuple(sorted(series)), size)
    return None
