"""What has been appended and is not yet on disk: bounded, so that a sick disk costs no memory."""

from collections import deque

from daq.journal.block import Row

_ROW_OVERHEAD = 200
"""Bytes of memory a row takes beyond its body."""


class Pending:
    """Rows that wait for a commit, oldest first, and those a running commit has taken."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Row] = deque()
        self._taken: list[Row] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._taken)

    @property
    def excess(self) -> int:
        """Bytes that wait when they are more than half of the limit; else 0."""
        return self._bytes if 2 * self._bytes > self._limit else 0

    @property
    def full(self) -> bool:
        """True when the limit is reached."""
        return self._bytes >= self._limit

    def add(self, row: Row) -> None:
        """Append a row."""
        self._waiting.append(row)
        self._bytes += len(row[3]) + _ROW_OVERHEAD

    def take(self) -> list[Row]:
        """Everything that waits; until ``settle`` it counts as taken."""
        self._taken = list(self._waiting)
        self._waiting.clear()
        return self._taken

    def settle(self, *, written: bool) -> None:
        """What was taken is on disk, or goes back to the head of what waits."""
        if written:
            self._bytes -= sum(len(row[3]) + _ROW_OVERHEAD for row in self._taken)
        else:
            self._waiting.extendleft(reversed(self._taken))
        self._taken = []

    def drop_oldest(self) -> int:
        """Give up the oldest row that waits; its number. 0 when all are taken."""
        if not self._waiting:
            return 0
        row = self._waiting.popleft()
        self._bytes -= len(row[3]) + _ROW_OVERHEAD
        return row[0]
