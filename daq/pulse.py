"""A loop's sign of life: by when it promises to be seen again."""

import asyncio
import math


class Pulse:
    """One loop's promise. Whoever watches asks only whether it was kept.

    The loop knows what it is about to do and how long that may rightly take: a wait of an hour
    until the next scan is no more suspicious than one of a millisecond.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.beats = 0
        self.seen = math.inf
        self.due = math.inf

    def within(self, seconds: float) -> None:
        """The loop is alive, and will be seen again in so many seconds at the latest."""
        self._beat()
        self.due = self.seen + seconds

    def rest(self) -> None:
        """The loop is alive, and waits for what may rightly take for ever."""
        self._beat()
        self.due = math.inf

    def _beat(self) -> None:
        self.beats += 1
        self.seen = asyncio.get_running_loop().time()
