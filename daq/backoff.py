"""How long to wait before the next attempt. Pure but for the dice, which are handed in."""

import random

_DICE = random.Random()  # noqa: S311 - jitter, not cryptography


class Backoff:
    """Doubling waits with jitter: each between half and all of ``first``, ``2 first``, ...

    The jitter keeps many daemons from coming back to a restarted server at the same moment.
    """

    def __init__(self, first: float, longest: float, dice: random.Random | None = None) -> None:
        self._first = first
        self._longest = longest
        self._dice = dice or _DICE
        self._failures = 0

    def next(self, at_least: float | None = None) -> float:
        """The wait after one more failure; ``at_least`` is what the other side asked for."""
        wait = min(self._longest, self._first * 2 ** min(self._failures, 30))
        self._failures += 1
        jittered = wait * self._dice.uniform(0.5, 1.0)
        return jittered if at_least is None else max(jittered, at_least)

    def longest(self) -> float:
        """The wait when asking often does not help."""
        self._failures += 1
        return self._longest * self._dice.uniform(0.5, 1.0)

    def reset(self) -> None:
        """Start again from the first wait: something succeeded."""
        self._failures = 0
