"""Going through a journal, no more of it than a query needs."""

from collections.abc import Callable, Iterator

from daq.journal.contents import EVENTS, Contents
from daq.journal.entry import Entry, Event
from daq.journal.query import Query


def walk(
    contents: Contents,
    ranges: list[tuple[int, int]],
    query: Query,
    wanted: list[int],
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Entry]:
    """The entries of the ``wanted`` series in the query's period, in the order of the journal.

    ``ranges`` are those of ``places``; ``progress`` is told how many of how many entries have
    been looked at.
    """
    numbers = ", ".join(map(str, wanted))
    total, done = sum(last - first + 1 for first, last in ranges), 0
    for first, last in ranges:
        rows = contents.entries(
            "WHERE seq BETWEEN ? AND ? AND time BETWEEN ? AND ? "
            f"AND series IN ({numbers}) ORDER BY seq",
            (first, last, query.earliest, query.latest),
        )
        for row in rows:
            yield contents.decode(*row)
        done += last - first + 1
        if progress is not None:
            progress(done, total)


def events_back(contents: Contents, ranges: list[tuple[int, int]], query: Query) -> Iterator[Event]:
    """The events of the query's period, the newest first; a block is read when it is wanted."""
    for first, last in reversed(ranges):
        rows = contents.entries(
            "WHERE seq BETWEEN ? AND ? AND time BETWEEN ? AND ? AND series = ? ORDER BY seq DESC",
            (first, last, query.earliest, query.latest, EVENTS),
        )
        for row in rows:
            entry = contents.decode(*row)
            if isinstance(entry, Event):
                yield entry
