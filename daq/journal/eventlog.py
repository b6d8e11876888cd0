"""Events as they are stored, a stretch of numbers at a time: for searching many of them."""

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any, TypeAlias

import msgspec

from daq.journal import places, tables
from daq.journal.contents import EVENTS, Contents
from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.readonly import ReadConnection

EventRow: TypeAlias = tuple[int, int, bytes, int | None]
"""An event as stored: seq, time, body, checksum."""

_OF_STRETCH = (
    "SELECT group_concat(seq), group_concat(time), group_concat(length(CAST(body AS BLOB))), "
    "CAST(group_concat(body, '') AS BLOB), group_concat(ifnull(crc, '')) FROM ({})"
)
"""One row for all: each row fetched gives the interpreter lock away, see ``trend/spans.py``."""


class Stretch(msgspec.Struct, frozen=True):
    """Numbers from ``first`` to ``last``; once ``closed``, no entry is added to them any more."""

    first: int
    last: int
    closed: bool


class Stored(msgspec.Struct, frozen=True):
    """The events of a stretch, oldest first; their bodies one after the other."""

    seqs: tuple[int, ...] = ()
    times: tuple[int, ...] = ()
    edges: tuple[int, ...] = (0,)
    bodies: bytes = b""
    checksums: tuple[int | None, ...] = ()

    def backwards(self) -> Iterator[EventRow]:
        """The newest first."""
        edges = list(pairwise(self.edges))
        for place in reversed(range(len(self.seqs))):
            body = self.bodies[slice(*edges[place])]
            yield self.seqs[place], self.times[place], body, self.checksums[place]


def stretches(contents: Contents, query: Query) -> list[Stretch]:
    """Where events of a period may be, oldest first.

    Raises:
        JournalError: the file cannot be read.
    """
    tail = places.tail(contents)
    return [
        Stretch(first, last, last < tail)
        for first, last in places.ranges(contents, query, [EVENTS])
    ]


def read_stored(file: ReadConnection, stretch: Stretch) -> Stored:
    """The events of a stretch, not looked into.

    Raises:
        JournalError: the file cannot be read.
        ValueError: it is damaged.
    """
    inner = tables.select("entries", "seq, time, body", file.version)
    inner = inner.replace(", NULL FROM", ", NULL AS crc FROM")  # of a file without checksums
    where = "WHERE seq BETWEEN ? AND ? AND series = ? ORDER BY seq"
    ((seqs, times, lengths, bodies, checksums),) = file.rows(
        _OF_STRETCH.format(inner + where), (stretch.first, stretch.last, EVENTS)
    )
    if seqs is None:
        return Stored()
    return Stored(
        _numbers(seqs),
        _numbers(times),
        (0, *accumulate(_numbers(lengths))),
        bodies,
        tuple(int(one) if one else None for one in str(checksums).split(",")),
    )


def event_of(contents: Contents, row: EventRow) -> Event:
    """The event of a row.

    Raises:
        JournalDamagedError: it is not what was written.
    """
    seq, time, body, crc = row
    found = contents.decode(seq, time, EVENTS, body, crc)
    assert isinstance(found, Event)  # noqa: S101 - by its number
    return found


def _numbers(joined: Any) -> tuple[int, ...]:  # noqa: ANN401 - one number alone may be a number
    return tuple(map(int, str(joined).split(",")))
