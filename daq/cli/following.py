"""Follows a journal from another process, also when another file takes its place."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from daq.journal.entry import Entry, Scan
from daq.journal.reader import JournalReader

PAGE = 1000
"""Entries read at a time."""


class Follower:
    """The entries of a journal as they are committed.

    Raises:
        JournalError: there is no journal at ``path``, or it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._reader = JournalReader(path)
        self.after = self._reader.last
        """The number of the last entry that was handed out."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._reader.close()

    def latest(self) -> list[Scan]:
        """The newest scan of each series."""
        return self._reader.latest()

    def last(self, count: int, wanted: Callable[[Entry], bool]) -> list[Entry]:
        """The last ``count`` entries that are wanted, of those before ``after`` and with it.

        Goes back through the journal page by page, to its beginning if need be.
        """
        found: list[Entry] = []
        upto = self.after
        while len(found) < count and upto > 0:
            page = self._reader.entries(max(upto - PAGE, 0), PAGE, upto)
            found = [entry for entry in page if wanted(entry)] + found
            upto -= PAGE
        return found[-count:] if count else []

    def news(self) -> Iterator[Entry]:
        """What has been committed since; asks the journal a page at a time."""
        if self._reader.last < self.after:  # another journal, which begins anew
            self.after = 0
        while page := self._reader.entries(self.after, PAGE):
            self.after = page[-1].seq
            yield from page
