"""Rows, and what a block of them holds: how periods and instruments are found without an index."""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

Row: TypeAlias = tuple[int, int, int, bytes, int | None]
"""An entry as it is taken in: seq, time, series (0: event), body, checksum."""

Linked: TypeAlias = tuple[int, int, int, bytes, int | None, bytes | None]
"""An entry as stored: the last of those that were committed together has their link."""

Stored: TypeAlias = Row | Linked
"""Either."""


class Block(msgspec.Struct, frozen=True):
    """What is known of the block being filled."""

    id: int
    entries: int = 0
    low: int = 0
    high: int = 0
    series: frozenset[int] = frozenset()

    def with_rows(self, rows: Sequence[Stored]) -> "Block":
        """The same block with more rows; at least one."""
        times = [row[1] for row in rows]
        if self.entries:
            times += (self.low, self.high)
        return Block(
            self.id,
            self.entries + len(rows),
            min(times),
            max(times),
            self.series.union([row[2] for row in rows]),
        )
