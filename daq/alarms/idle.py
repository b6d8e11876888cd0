"""Time where nothing is journalled: how much of it has gone by for the rules. Pure."""

LOOK = 1.0
"""Seconds between two looks."""

NS = 1_000_000_000


class Idle:
    """Counts the time since the last entry by looks, on a ``clock`` (s) that nobody sets.

    While this whole process stood still nobody was asked, and no time goes by for rules either.
    """

    def __init__(self) -> None:
        self._rested = 0.0
        self._looked: float | None = None

    def judged(self, clock: float) -> None:
        """An entry was judged: its time is the time."""
        self._rested, self._looked = 0.0, clock

    def look(self, clock: float) -> int:
        """The ns that have gone by since the last entry."""
        if self._looked is not None:
            self._rested += min(clock - self._looked, 2 * LOOK)
        self._looked = clock
        return round(self._rested * NS)
