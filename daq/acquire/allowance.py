"""How much of a bus's time those may take that do not answer. Pure; the caller has the clock."""

SHARE = 0.02
"""Of the time of a bus, what may be lost on silent instruments to the cost of the others."""

RESERVE = 3.0
"""Seconds that may be lost at once after a good time, so that one lost reply is no long gap."""


class Allowance:
    """Seconds that may be lost; they grow by ``SHARE`` of the time that passes."""

    def __init__(self) -> None:
        self._left = RESERVE
        self._at = 0.0

    def lose(self, seconds: float, now: float, most: float) -> None:
        """So much time was lost, up to now. The debt never grows beyond ``most``."""
        self._left = max(self._grown(now) - seconds, -most)
        self._at = now

    def left(self, now: float) -> bool:
        """Whether some more may be lost."""
        return self._grown(now) >= 0

    def _grown(self, now: float) -> float:
        return min(self._left + SHARE * (now - self._at), RESERVE)
