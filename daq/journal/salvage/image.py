"""The pages of a journal as its last commit left them, from the file and its log."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from daq.journal.salvage import wal
from daq.journal.schema import PAGE

_FIRST_START = 100
_LONGEST_CHAIN = 1 << 14


class Page(msgspec.Struct, frozen=True, gc=False):
    """A page, and where in it the tree begins."""

    content: bytes
    start: int = 0


class Image:
    """A damaged journal, page by page. ``unreadable`` counts those the disk does not give.

    Raises:
        OSError: it cannot be read at all.
    """

    def __init__(self, journal: Path) -> None:
        self.unreadable = 0
        self._newest: dict[int, int] = {}
        self._beyond: dict[int, int] = {}
        with ExitStack() as undo:
            self._main = _opened(journal, undo)
            self._wal = _opened(wal.wal_of(journal), undo)
            self._read_log()
            self._close = undo.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close.close()

    def pages(self) -> Iterator[Page]:
        """Every page; then those in the log that were committed after it was damaged."""
        size = os.fstat(self._main).st_size if self._main >= 0 else 0
        last = max(-(-size // PAGE), *self._newest, 0)
        for number in range(1, last + 1):
            yield Page(self._page(number), _FIRST_START if number == 1 else 0)
        for number, place in self._beyond.items():
            yield Page(self._read(self._wal, place), _FIRST_START if number == 1 else 0)

    def chain(self, first: int, size: int) -> bytes:
        """The bytes of a chain of overflow pages; fewer when it is broken."""
        parts: list[bytes] = []
        while size > 0 and first and len(parts) < _LONGEST_CHAIN:
            page = self._page(first)
            parts.append(page[4 : 4 + size])
            size -= PAGE - 4
            first = int.from_bytes(page[:4], "big")
        return b"".join(parts)

    def _page(self, number: int) -> bytes:
        place = self._newest.get(number)
        if place is not None:
            return self._read(self._wal, place)
        return self._read(self._main, (number - 1) * PAGE)

    def _read(self, descriptor: int, place: int) -> bytes:
        try:
            content = os.pread(descriptor, PAGE, place) if descriptor >= 0 else b""
        except OSError:
            self.unreadable += 1
            content = b""
        return content.ljust(PAGE, b"\0")

    def _read_log(self) -> None:
        if self._wal < 0:
            return
        written: dict[int, int] = {}
        for frame in wal.frames(self._wal):
            written[frame.page] = frame.place
            if frame.commits:
                (self._newest if frame.valid else self._beyond).update(written)
                written = {}


def _opened(file: Path, undo: ExitStack) -> int:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return -1
    undo.callback(os.close, descriptor)
    return descriptor
