"""A loop's sign of life: by when it promises to be seen again."""

import asyncio
import math
from collections.abc import Iterable


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


class Judge:
    """Who is stuck: a promise broken at two looks in a row, with no beat between them.

    Two looks, because after a pause of the whole process (suspend, SIGSTOP, a busy machine) every
    promise is broken at once and everyone is about to run again. And a loop that sleeps until a
    moment is always late by a little: whoever looks just then finds it so.
    """

    def __init__(self) -> None:
        self._late: dict[Pulse, int] = {}

    def look(self, now: float, pulses: Iterable[Pulse]) -> list[Pulse]:
        """The loops that are stuck; ``now`` is on the event loop's clock."""
        before, self._late = self._late, {p: p.beats for p in pulses if p.due < now}
        return [pulse for pulse, beats in self._late.items() if before.get(pulse) == beats]
