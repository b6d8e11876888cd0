"""How long to wait for an instrument that did not answer the last time. Pure.

Waiting the whole time-out of the line for each probe of a dead instrument is what makes it cost
the others their time. An instrument that has answered before has shown how long it takes.
"""

MARGIN = 3.0
"""Times the slowest reply there was: a busy computer, a busy gateway."""

LEAST = 0.1
"""Seconds waited in any case."""

THOROUGH = 4
"""Every so many probes wait for as long as the line allows: it may have become slower."""


class Patience:
    """What one instrument's replies have taken; seconds beyond their time on the line."""

    def __init__(self) -> None:
        self._slowest = 0.0
        self._probes = 0

    @property
    def known(self) -> float | None:
        """The wait that this instrument needs; None when it never answered."""
        return max(MARGIN * self._slowest, LEAST) if self._slowest else None

    def note(self, slowest: float) -> None:
        """It answered; its slowest reply took so long."""
        self._slowest = max(self._slowest, slowest)
        self._probes = 0

    def hurried(self) -> float | None:
        """What ``next`` will say."""
        return None if self._probes % THOROUGH == THOROUGH - 1 else self.known

    def next(self) -> float | None:
        """The wait for one more probe; None for the whole time-out."""
        wait = self.hurried()
        self._probes += 1
        return wait
