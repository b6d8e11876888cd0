"""How fast a journal grows, and when it will be full. Pure."""

from collections import deque
from typing import Literal

import msgspec

WINDOW = 3600.0
"""Seconds over which growth is taken: long against the pieces that retention deletes."""

LEAST = 60.0
"""Seconds that must have been seen before a rate is told."""

_MOST_SAMPLES = 1000


class Space(msgspec.Struct, frozen=True):
    """What a journal takes and may take, in bytes.

    ``used`` holds something; ``room`` is what the file system and pages that were freed within
    the file can still take.
    """

    used: int
    room: int


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """When a journal will be full, if it goes on like this.

    ``rate`` is bytes a second over the last hour, what retention deletes set off; None until a
    minute has been seen. ``first`` is the limit that is reached first, in ``seconds``; None when
    neither comes nearer.
    """

    space: Space
    max_size: int
    rate: float | None = None
    first: Literal["max_size", "disk"] | None = None
    seconds: float | None = None


class Growth:
    """The rate at which a quantity has risen lately. Times are seconds that never step back."""

    def __init__(self, window: float = WINDOW) -> None:
        self._window = window
        self._samples: deque[tuple[float, int]] = deque(maxlen=_MOST_SAMPLES)

    def note(self, time: float, amount: int) -> None:
        """What the quantity was at this time."""
        self._samples.append((time, amount))
        while self._samples[0][0] < time - self._window:
            self._samples.popleft()

    def rate(self) -> float | None:
        """Per second; below 0 when it falls, None when not enough has been seen."""
        if not self._samples:
            return None
        (start, before), (end, after) = self._samples[0], self._samples[-1]
        return (after - before) / (end - start) if end - start >= LEAST else None

    def seconds_to(self, limit: int) -> float | None:
        """Until the quantity reaches ``limit``, 0 if it has; None when it does not come nearer."""
        if self._samples and self._samples[-1][1] >= limit:
            return 0.0
        rate = self.rate()
        return (limit - self._samples[-1][1]) / rate if rate is not None and rate > 0 else None


class Forecast:
    """Watches both limits of a journal: its own ``max_size`` and the disk.

    What other files take from the disk counts there as well.
    """

    def __init__(self, max_size: int) -> None:
        self.max_size = max_size
        self._used, self._taken = Growth(), Growth()

    def note(self, time: float, space: Space) -> Outlook:
        """What was found at this time, and what it means."""
        self._used.note(time, space.used)
        self._taken.note(time, -space.room)
        outlook = Outlook(space=space, max_size=self.max_size, rate=self._used.rate())
        by_size, by_disk = self._used.seconds_to(self.max_size), self._taken.seconds_to(0)
        if by_size is not None and (by_disk is None or by_size <= by_disk):
            return msgspec.structs.replace(outlook, first="max_size", seconds=by_size)
        if by_disk is not None:
            return msgspec.structs.replace(outlook, first="disk", seconds=by_disk)
        return outlook
