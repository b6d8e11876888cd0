"""What a sink has got and what it gets next. Pure: knows numbers, not entries."""

from collections.abc import Iterable

from daq.deliver.backlog import Range, add, add_each, next_range, remove, size
from daq.journal.cursor import Cursor

MAX_RANGES = 1000
"""Ranges a backlog may have: the cursor is written with every commit and must stay small."""

REQUEUED_RANGES = 500
"""Ranges up to which entries may be put back: the rest is room for what happens by itself."""


class Progress:
    """The cursor of one sink, in motion.

    Live delivery moves ``live``; what it leaves behind is backlog, delivered oldest first.
    """

    def __init__(self, cursor: Cursor) -> None:
        self._live = cursor.live
        self._ranges = tuple(cursor.backlog)
        self._next = 0

    @property
    def live(self) -> int:
        """The newest entry that is delivered, refused, or backlog."""
        return self._live

    @property
    def cursor(self) -> Cursor:
        """What to save: exact, whatever is in flight counts as undelivered."""
        return Cursor(self._live, self._ranges)

    @property
    def backlog(self) -> int:
        """How many entries the backlog spans."""
        return size(self._ranges)

    def lag(self, committed: int) -> int:
        """How many of the committed entries are not delivered yet."""
        return max(0, committed - self._live) + self.backlog

    def oldest(self, committed: int) -> int:
        """The oldest committed entry that is not delivered yet; 0 when there is none."""
        if self._ranges:
            return self._ranges[0][0]
        return self._live + 1 if committed > self._live else 0

    def has_all(self, upto: int) -> bool:
        """Whether every entry up to this one is delivered or refused."""
        return self._live >= upto and (not self._ranges or self._ranges[0][0] > upto)

    def owes(self, seq: int) -> bool:
        """Whether an entry is part of the backlog."""
        return any(low <= seq <= high for low, high in self._ranges)

    def shed(self, committed: int, limit: int) -> bool:
        """Leave what exceeds ``limit`` to the backlog, so that the newest entries go first.

        Returns:
            Whether anything was left.
        """
        last = committed - limit
        if last <= self._live or len(self._ranges) >= MAX_RANGES:
            return False
        self._ranges = add(self._ranges, self._live + 1, last)
        self._live = last
        return True

    def live_done(self, last: int, aside: Iterable[int] = ()) -> None:
        """Everything up to ``last`` is settled, except what is set ``aside`` as backlog."""
        self._live = max(self._live, last)
        self._ranges = add_each(self._ranges, aside)

    def has_room(self, count: int) -> bool:
        """Whether this many single entries can be set aside."""
        return len(self._ranges) + count <= MAX_RANGES

    def requeue(self, seqs: Iterable[int]) -> list[int]:
        """Put settled entries back into the backlog; returns those there is room for."""
        again: list[int] = []
        for seq in sorted(seqs):
            if len(self._ranges) >= REQUEUED_RANGES:
                break
            if seq <= self._live:
                self._ranges = add(self._ranges, seq, seq)
            again.append(seq)
        return again

    def next_backlog(self) -> Range | None:
        """The range to read from next; wraps around to what was left over."""
        return next_range(self._ranges, self._next)

    def backlog_done(self, first: int, last: int, left: Iterable[int] = ()) -> None:
        """The backlog from ``first`` to ``last`` is settled, except what is ``left``."""
        self._ranges = add_each(remove(self._ranges, first, last), left)
        self._next = last + 1

    def pass_over(self, last: int) -> None:
        """Leave the backlog up to ``last`` for the next round."""
        self._next = last + 1
