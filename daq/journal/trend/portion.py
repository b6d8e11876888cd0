"""Which blocks are summarised together. Pure."""

from collections.abc import Callable, Iterable

import msgspec

from daq.journal.block import Block

MOST_BLOCKS = 64
"""Blocks that are summarised together, at most."""

ENOUGH = 64
"""Scans a series, on average, before spans are written: with many series a block has few of each,
and short spans would take more room and time than they save."""

MOST_BYTES = 2 * 1024 * 1024
"""What scans that are summarised together have in memory, but for those of the last block."""


class Portion(msgspec.Struct, frozen=True):
    """Blocks from the first to the last, both included."""

    first: int
    last: int


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
        series.update(block.series)
        if scans >= ENOUGH * len(series) or size >= MOST_BYTES or count == MOST_BLOCKS:
            return Portion(first, block.id)
    return None
