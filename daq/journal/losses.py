"""What keeping the limits costs: counters, and an event when an episode of loss begins or ends."""

from collections.abc import Mapping

import msgspec

from daq.journal import kinds
from daq.journal.cursor import Cursor
from daq.journal.notice import Notice
from daq.journal.retention import Deleted
from daq.journal.settings import WhenFull

_ROOM = 0.95
"""A journal that was full has room again when it uses no more than this of its size."""


class Counters(msgspec.Struct):
    """What the journal has done since it was opened, in entries unless it says otherwise.

    ``refused`` entries found no room, ``dropped_pending`` waited for a disk that did not take
    them, ``dropped_oldest`` made room for new ones, ``expired`` were too old; ``undelivered``
    counts by sink those deleted before the sink had got them.
    """

    commits: int = 0
    failed_commits: int = 0
    refused: int = 0
    dropped_pending: int = 0
    dropped_oldest: int = 0
    expired: int = 0
    undelivered: dict[str, int] = msgspec.field(default_factory=dict[str, int])


class Losses:
    """Counts what is given up and tells the beginning and end of every episode once."""

    def __init__(self, when_full: WhenFull, counters: Counters) -> None:
        self.full = False
        self._when_full = when_full
        self._counters = counters
        self._given_up_before = 0
        self._episodes: dict[str, int] = {}
        self._deprived: set[str] = set()

    def deleted(self, piece: Deleted, cursors: Mapping[str, Cursor]) -> list[Notice]:
        """Count a deleted piece, also against the sinks that still wanted it."""
        count = piece.last - piece.first + 1
        # A commit between the look at the size and the deletion may have filled the journal.
        filled = self._fill() if piece.for_room else []
        if piece.for_room:
            self._counters.dropped_oldest += count
        else:
            self._counters.expired += count
        missing = {
            sink: cursor.undelivered(piece.first, piece.last) for sink, cursor in cursors.items()
        }
        return filled + [
            notice
            for sink, count in missing.items()
            if count and (notice := self._deprive(sink, count, piece))
        ]

    def pressed(self, pressure: float) -> list[Notice]:
        """Take note of what is used of ``max_size``; above 1 the journal is full."""
        if pressure > 1:
            return self._fill()
        if self.full and pressure <= _ROOM:
            self.full = False
            return [self._room(self._given_up() - self._given_up_before)]
        return []

    def looked(self) -> list[Notice]:
        """The look at the limits is over: so is the episode of every sink that lost nothing."""
        over = sorted(self._episodes.keys() - self._deprived)
        self._deprived.clear()
        return [self._no_longer_deprived(sink, self._episodes.pop(sink)) for sink in over]

    def _deprive(self, sink: str, count: int, piece: Deleted) -> Notice | None:
        self._counters.undelivered[sink] = self._counters.undelivered.get(sink, 0) + count
        self._deprived.add(sink)
        begun = sink not in self._episodes
        self._episodes[sink] = self._episodes.get(sink, 0) + count
        if not begun:
            return None
        why = "for want of room" if piece.for_room else "because of their age"
        return Notice(
            kinds.UNDELIVERED_DROPPED.name,
            sink,
            "error",
            f"entries {sink} has not got are being deleted {why}, from number {piece.first}",
            {"first": piece.first, "for_room": piece.for_room},
        )

    def _no_longer_deprived(self, sink: str, count: int) -> Notice:
        return Notice(
            kinds.UNDELIVERED_DROPPED_END.name,
            sink,
            "warning",
            f"{count} entries were deleted that {sink} had not got",
            {"count": count},
        )

    def _given_up(self) -> int:
        return self._counters.refused + self._counters.dropped_oldest

    def _fill(self) -> list[Notice]:
        if self.full:
            return []
        self.full, self._given_up_before = True, self._given_up()
        return [self._filled()]

    def _filled(self) -> Notice:
        consequence = {
            "drop-oldest": "the oldest entries are deleted to make room",
            "drop-new": "new scans are refused until there is room",
        }[self._when_full]
        return Notice(
            kinds.JOURNAL_FULL.name,
            "journal",
            "warning" if self._when_full == "drop-oldest" else "error",
            f"the journal has reached its size, or the disk is full: {consequence}",
            {"policy": self._when_full},
        )

    def _room(self, given_up: int) -> Notice:
        return Notice(
            kinds.JOURNAL_FULL_END.name,
            "journal",
            "info",
            f"the journal has room again; {given_up} entries were given up",
            {"policy": self._when_full, "count": given_up},
        )
