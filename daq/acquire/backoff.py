"""How long to wait before trying again something that failed."""

import random


class Backoff:
    """Waits that double from ``first`` to ``limit`` seconds, each shortened by up to a quarter.

    The jitter keeps instruments that failed together from being retried together for ever.
    """

    def __init__(self, first: float, limit: float, *, seed: str = "") -> None:
        self.first = first
        self.limit = max(first, limit)
        self.failures = 0
        self._random = random.Random(seed)  # noqa: S311 - spreads load, guards nothing

    def fail(self) -> float:
        """Count a failure; the seconds to wait before the next try."""
        doubled = self.first * 2.0 ** min(self.failures, 32)
        self.failures += 1
        return min(doubled, self.limit) * self._random.uniform(0.75, 1.0)

    def reset(self) -> None:
        """Begin again at the first step: it works."""
        self.failures = 0
