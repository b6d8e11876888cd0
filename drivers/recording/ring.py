"""The latest traffic of one line, bounded in bytes and in time."""

import struct
import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import cast

from drivers.recording.piece import Page, Piece
from drivers.transport.link import Link

LARGEST = 1_000_000
"""Bytes a ring may take, its own book-keeping included. On a line with ten exchanges a second,
each a request and a reply in two pieces, that is about eight minutes."""

LONGEST = 900.0
"""Seconds after which a piece is given up."""

OVERHEAD = 56
"""Bytes CPython takes for one entry beside its data: header of the bytes, time, kind, reference."""

_KINDS = ("tx", "rx", "opened", "closed", "lost")
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_HEAD = struct.Struct("<qB")

PAGE_BYTES = 200_000
"""Bytes of data on one page, so that it is encoded and sent without holding anybody up."""

PAGE_PIECES = 2000


class Ring:
    """Takes what a link's tap hears; the oldest gives way.

    Pieces are numbered from 0 as they come. ``clock`` counts nanoseconds, ``wall`` is the time of
    day, ns since 1970 UTC.
    """

    def __init__(
        self,
        *,
        largest: int = LARGEST,
        longest: float = LONGEST,
        clock: Callable[[], int] = time.monotonic_ns,
        wall: Callable[[], int] = time.time_ns,
    ) -> None:
        self._largest = largest
        self._longest = round(longest * 1e9)
        self._clock = clock
        self._wall = wall
        self._entries: deque[bytes] = deque()
        self._first = 0
        self._size = 0
        self._attached = False

    @property
    def size(self) -> int:
        """Bytes taken."""
        return self._size

    @property
    def end(self) -> int:
        """The number of the next piece: what to read after, in order to see only what is new."""
        return self._first + len(self._entries)

    def attach(self, link: Link) -> None:
        """Hear everything that goes over a link that was just opened."""
        link.tap = self.tap
        self._attached = True
        self._note("opened", "")

    def detach(self, event: str, text: str = "") -> None:
        """Note that the link is gone, ``closed`` or ``lost``; nothing if that is noted already."""
        if self._attached:
            self._attached = False
            self._note(event, text)

    def tap(self, direction: str, data: bytes) -> None:
        """Take a piece of traffic; ``direction`` is ``tx`` or ``rx``."""
        now = self._clock()
        # Joined, and so copied: what was read into 256 KiB and cut stays where that was, and kept
        # for minutes, thousands of such pieces pin all memory between them.
        self._entries.append(_HEAD.pack(now, _NUMBERS[direction]) + data)
        self._size += len(data) + OVERHEAD
        if self._size > self._largest or self._age(now) > self._longest:
            self._trim(now)

    def page(self, after: int = 0) -> Page:
        """The pieces from number ``after`` on, at most a page full of them."""
        self._trim(self._clock())
        begin = min(max(after - self._first, 0), len(self._entries))
        pieces: list[Piece] = []
        room = PAGE_BYTES
        for entry in islice(self._entries, begin, begin + PAGE_PIECES):
            room -= len(entry) - _HEAD.size
            if room < 0 and pieces:
                break
            pieces.append(_piece(entry))
        number = self._first + begin + len(pieces)
        return Page(
            clock=self._clock(),
            wall=self._wall(),
            pieces=tuple(pieces),
            after=number,
            more=number < self.end,
            dropped=max(self._first - after, 0),
        )

    def _note(self, event: str, text: str) -> None:
        self.tap(event, text.encode())

    def _trim(self, now: int) -> None:
        entries = self._entries
        while entries and (self._size > self._largest or self._age(now) > self._longest):
            self._size -= len(entries.popleft()) - _HEAD.size + OVERHEAD
            self._first += 1

    def _age(self, now: int) -> int:
        """How many nanoseconds ago the oldest entry came."""
        return now - _HEAD.unpack_from(self._entries[0])[0]


def _piece(entry: bytes) -> Piece:
    moment, number = cast("tuple[int, int]", _HEAD.unpack_from(entry))
    kind, data = _KINDS[number], entry[_HEAD.size :]
    if kind in ("tx", "rx"):
        return Piece(t=moment, dir=kind, hex=data.hex())
    return Piece(t=moment, event=kind, text=data.decode())
