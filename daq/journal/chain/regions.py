"""The rows of a journal, cut where a link ends a group, chain by chain."""

from collections.abc import Iterator

import msgspec

from daq.journal.block import Linked
from daq.journal.chain.beginning import Beginning
from daq.journal.chain.read import AT_ONCE, ChainReader


class Region(msgspec.Struct, frozen=True):
    """The entries beyond ``after`` up to ``upto`` are of one chain that begins with ``start``.

    Without ``start`` they are older than any chain that is known. ``whole``: it is the chain that
    goes on today, so that nothing of it may be missing; others ended with damage to the file.
    """

    after: int
    upto: int
    start: Beginning | None
    whole: bool


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Rows of a region up to a link, and the link before them; None when that is not known.

    The last rows of a region may have no link.
    """

    before: bytes | None
    rows: list[Linked]


def regions(beginnings: list[Beginning], last: int) -> list[Region]:
    """What chains there are, oldest first; ``last`` is the newest entry."""
    bounds = [0, *[each.seq for each in beginnings], last]
    starts = [None, *beginnings]
    return [
        Region(bounds[place], max(bounds[place : place + 2]), start, place == len(beginnings))
        for place, start in enumerate(starts)
    ]


def pieces(reader: ChainReader, region: Region) -> Iterator[Piece]:
    """The rows of a region."""
    after = region.after
    before = None if region.start is None else region.start.hash
    waiting: list[Linked] = []
    while rows := reader.rows(after, region.upto):
        after = rows[-1][0]
        for row in rows:
            waiting.append(row)
            if row[5] is not None:
                yield Piece(before, waiting)
                before, waiting = row[5], []
        if len(waiting) > AT_ONCE:  # older than the chain, or the links were taken out
            yield Piece(before, waiting)
            before, waiting = None, []
    if waiting:
        yield Piece(before, waiting)
