"""The least and the greatest value of a moving window, at constant cost for each reading.

Two queues whose values ascend and descend (Lemire, Nordic J. of Computing 13, 2006).
"""

from collections import deque


class Extremes:
    """Of the last ``window`` ns, the newest reading included."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._least: deque[tuple[int, float]] = deque()
        self._greatest: deque[tuple[int, float]] = deque()
        self._first: int | None = None

    def feed(self, time: int, value: float) -> None:
        """Take a reading; readings older than the window are forgotten."""
        if self._first is None:
            self._first = time
        _push(self._least, time, value, 1)
        _push(self._greatest, time, value, -1)
        for queue in (self._least, self._greatest):
            while queue[0][0] < time - self._window:
                queue.popleft()

    def clear(self) -> None:
        """Forget everything."""
        self._least.clear()
        self._greatest.clear()
        self._first = None

    def spans(self, time: int) -> bool:
        """Whether the readings cover a whole window that ends at this time."""
        return self._first is not None and time - self._first >= self._window

    @property
    def least(self) -> float:
        """The least value; there must have been a reading."""
        return self._least[0][1]

    @property
    def greatest(self) -> float:
        """The greatest value; there must have been a reading."""
        return self._greatest[0][1]


def _push(queue: deque[tuple[int, float]], time: int, value: float, sign: int) -> None:
    while queue and (queue[-1][1] - value) * sign >= 0:
        queue.pop()
    queue.append((time, value))
