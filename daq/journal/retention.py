"""Keeping a journal within its size and age, in pieces that a commit can pass between.

Everything here runs in the writer's thread.
"""

from collections.abc import Callable

import msgspec

from daq.journal.reserve import PLENTY, SIZE, Reserve
from daq.journal.settings import JournalSettings
from daq.journal.store import Store

_CHUNK = 1000
_NS = 1_000_000_000
_AHEAD = 4 * 1024 * 1024
"""Bytes of the file that are free while the disk is full: the log must never need room."""


class Deleted(msgspec.Struct, frozen=True):
    """A piece that was deleted: inclusive numbers, and whether for want of room or for age."""

    first: int
    last: int
    for_room: bool


class Retention:
    """What the limits allow to stay. Every method may raise JournalError."""

    def __init__(self, store: Store, settings: JournalSettings, clock: Callable[[], int]) -> None:
        self.relieving = False
        """Whether the disk has no room and old entries give way for new ones."""
        self.upto = 2**63 - 1
        """Entries beyond this number do not go for their age: no archive has them yet."""
        self._store, self._reserve = store, Reserve(store.path)
        self.settings = settings
        self._clock = clock

    def expire(self) -> Deleted | None:
        """Delete one piece of what is too old; None when there is none."""
        now = self._clock()
        before = now - int(self.settings.max_age * _NS)
        piece = self._store.delete_expired(before, now, _CHUNK, self.upto)
        return None if piece is None else Deleted(*piece, for_room=False)

    def relieve(self, waiting: int) -> Deleted | None:
        """Delete one piece of the oldest for want of room on the disk; None when it is enough.

        ``waiting`` is what waits in memory and threatens to become too much, in bytes; 0 when
        there is no need. The disk may stay full: new entries then go where old ones were.
        """
        if self.settings.when_full != "drop-oldest":
            self._reserve.release()
            return None
        room = self._store.room()
        if room >= PLENTY:
            self.relieving = False
            self._reserve.hold()
        elif waiting and room < SIZE and self._reserve.held:
            self.relieving = True
        if not self.relieving or self._store.free() >= max(_AHEAD, 2 * waiting):
            return None
        self._reserve.release()
        self._store.shorten_log()
        piece = self._store.delete_oldest(_CHUNK)
        return None if piece is None else Deleted(*piece, for_room=True)

    def make_room(self) -> Deleted | None:
        """Delete one piece of the oldest; None when there is room, or it has to be kept."""
        if self.settings.when_full != "drop-oldest":
            return None
        if self._store.used() <= self.settings.max_size:
            return None
        piece = self._store.delete_oldest(_CHUNK)
        return None if piece is None else Deleted(*piece, for_room=True)
