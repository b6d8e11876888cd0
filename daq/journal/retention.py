"""Keeping a journal within its size and age, in pieces that a commit can pass between.

Everything here runs in the writer's thread.
"""

from collections.abc import Callable

import msgspec

from daq.journal.settings import JournalSettings
from daq.journal.store import Store

_CHUNK = 1000
_NS = 1_000_000_000


class Deleted(msgspec.Struct, frozen=True):
    """A piece that was deleted: inclusive numbers, and whether for want of room or for age."""

    first: int
    last: int
    for_room: bool


class Retention:
    """What the limits allow to stay. Every method may raise JournalError."""

    def __init__(self, store: Store, settings: JournalSettings, clock: Callable[[], int]) -> None:
        self._store = store
        self.settings = settings
        self._clock = clock

    def expire(self) -> Deleted | None:
        """Delete one piece of what is too old; None when there is none."""
        now = self._clock()
        before = now - int(self.settings.max_age * _NS)
        piece = self._store.delete_expired(before, now, _CHUNK)
        return None if piece is None else Deleted(*piece, for_room=False)

    def make_room(self) -> Deleted | None:
        """Delete one piece of the oldest; None when there is room, or it has to be kept."""
        if self.settings.when_full != "drop-oldest":
            return None
        if self._store.used() <= self.settings.max_size:
            return None
        piece = self._store.delete_oldest(_CHUNK)
        return None if piece is None else Deleted(*piece, for_room=True)
