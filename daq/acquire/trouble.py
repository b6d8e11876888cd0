"""When a fault is told, and when its end. Pure; the caller has the clock.

A fault is told when it begins and when it is over. What comes and goes would fill log and journal
that way, so the end of a fault that came back soon after the last one waits until all has been
well for a while: until then every interruption belongs to the same fault, and is counted.
"""

import math

RECENT = 600.0
"""Seconds after the end of a fault within which the next one is the same coming back."""

SHORTEST_HOLD, LONGEST_HOLD = 30.0, 600.0
"""Seconds all must be well before the end of a fault that came back is told; doubled each time."""


class Trouble:
    """Whether something is at fault; times are seconds of any clock that never steps."""

    def __init__(self) -> None:
        self.active = False
        self.times = 0
        """How often it went wrong since the fault began."""
        self._kinds: set[str] = set()
        self._began = self._well_since = 0.0
        self._well = True
        self._ended = -math.inf
        self._hold = 0.0

    @property
    def seconds(self) -> float:
        """From the beginning of the fault until all was well for good."""
        return self._well_since - self._began

    def strikes(self, kind: str, now: float) -> bool:
        """Something is wrong. True when that is to be told: it is new, or of another kind."""
        if self._well:
            self.times += 1
        self._well = False
        if not self.active:
            self._begin(now)
        new = kind not in self._kinds
        self._kinds.add(kind)
        return new

    def rests(self, now: float) -> bool:
        """Nothing is wrong. True when the end of a fault is to be told."""
        if not self.active:
            return False
        if not self._well:
            self._well, self._well_since = True, now
        if now - self._well_since < self._hold:
            return False
        self.active, self._ended = False, now
        return True

    def _begin(self, now: float) -> None:
        back = now - self._ended < RECENT
        self._hold = min(max(2 * self._hold, SHORTEST_HOLD), LONGEST_HOLD) if back else 0.0
        self.active, self.times, self._began = True, 1, now
        self._kinds.clear()
