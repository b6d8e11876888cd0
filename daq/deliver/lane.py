"""One of the two ways to a sink, live or backlog: how much it carries and when it is due. Pure."""

import msgspec

from daq.backoff import Backoff
from daq.journal.entry import Entry


class Batch(msgspec.Struct, frozen=True):
    """Entries for one write, and the range of numbers they stand for.

    The range may be wider than the entries: what retention dropped is missing. ``newest`` are
    those of the entries that are the newest of their topic. ``aside`` are entries of the range
    that were left out because they failed before; they become backlog.
    """

    entries: list[Entry]
    first: int
    last: int
    historical: bool
    newest: frozenset[int] = frozenset()
    aside: tuple[int, ...] = ()


LONG = 1.0
"""Seconds a write of backlog should not take: the live entries wait for it."""

SMALL = 50
"""Entries that are written together however long it takes: most of it may be one round trip."""


class Lane:
    """Carries smaller batches after repeated failures, and grows back with every success.

    So a slow link gets batches it can manage, and an entry that breaks the connection is
    sooner or later alone in its batch. ``due`` is when the lane may write next, on the clock
    of whoever uses it.
    """

    def __init__(self, limit: int, backoff: Backoff) -> None:
        self._full = limit
        self._backoff = backoff
        self._failures = 0
        self._halvings = 0
        self._eased = 0
        self.due = 0.0

    @property
    def limit(self) -> int:
        """Entries the next batch may have."""
        eased = max(min(SMALL, self._full), self._full >> self._eased)
        return max(1, min(eased, self._full >> self._halvings))

    def failed(self) -> None:
        """A write failed; once is an accident, twice halves the batch."""
        self._failures += 1
        if self._failures > 1 and self.limit > 1:
            self._halvings += 1

    def postpone(self, now: float) -> None:
        """The destination did not take everything: less, and later."""
        self._failures = max(1, self._failures)
        self.failed()
        self.due = now + self._backoff.next()

    def succeeded(self) -> None:
        """A write went through."""
        self._failures = 0
        self._halvings = max(0, self._halvings - 1)
        self._backoff.reset()

    def took(self, seconds: float) -> None:
        """A write took so long: carry less if others have to wait for it, more if not."""
        if seconds > LONG and self._full >> self._eased > SMALL:
            self._eased += 1
        elif seconds < LONG / 4:
            self._eased = max(0, self._eased - 1)
