"""One channel of a series, scan by scan only where that is needed: summaries elsewhere.

For whoever works out a month of an instrument: where a whole summary says enough (all of its
values above a limit), its 128 scans need not be read.
"""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import msgspec

from daq.journal import schema
from daq.journal.block import Block
from daq.journal.codec import ScanCodec
from daq.journal.readonly import ReadConnection
from daq.journal.trend.read import TrendQuery, covered, ranges_of, spans_in, without
from daq.journal.trend.span import Selection, Span
from drivers.model import Quality, Value


class Readings(msgspec.Struct, frozen=True):
    """Scans one by one: their times (ns since 1970 UTC) and values; None where it is bad."""

    times: tuple[int, ...]
    values: tuple[Value, ...]


Piece: TypeAlias = Span | Readings


def read_pieces(
    file: ReadConnection, blocks: Sequence[Block], bounds: tuple[int, int], query: TrendQuery
) -> Iterator[Piece]:
    """The pieces of the first channel of a query, in the order of the journal.

    A summary lies wholly within the period. ``blocks`` and ``bounds`` are those of ``read_trend``.

    Raises:
        JournalError: the file cannot be read.
        CodecError: an entry is damaged.
    """
    wanted = Selection(query.places[:1])
    ranges = ranges_of(blocks, bounds, query)
    found = spans_in(file, ranges, bounds[0], query, wanted)
    used = [one for one in found if query.start <= one.low and one.high < query.end]
    parts: list[tuple[int, int | Span]] = [(one.first, wanted.alone(one)) for one in used]
    parts += without(ranges, covered(found, used))
    for first, part in sorted(parts, key=lambda pair: pair[0]):
        if isinstance(part, Span):
            yield part
        else:
            yield from read_readings(file, query, first, part)


def read_readings(
    file: ReadConnection, query: TrendQuery, first: int, last: int
) -> Iterator[Readings]:
    """The scans with these numbers, of the first channel of a query; a block at a time.

    Raises:
        JournalError: the file cannot be read.
        CodecError: an entry is damaged.
    """
    codec = ScanCodec(len(query.series.key.channels))
    after = first - 1
    while rows := file.rows(
        "SELECT seq, time, body FROM entries WHERE seq > ? AND seq <= ? AND series = ? "
        "AND time >= ? AND time < ? ORDER BY seq LIMIT ?",
        (after, last, query.series.id, query.start, query.end, schema.BLOCK),
    ):
        after = rows[-1][0]
        yield _readings(codec, rows, query.places[0])


def _readings(codec: ScanCodec, rows: Sequence[tuple[Any, ...]], place: int) -> Readings:
    times = tuple([row[1] for row in rows])
    bodies = [row[2] for row in rows]
    columns = codec.columns(b"".join(bodies), [len(body) for body in bodies])
    if columns is not None:
        return Readings(times, columns[place])
    return Readings(times, tuple([_value(codec, body, place) for body in bodies]))


def _value(codec: ScanCodec, body: bytes, place: int) -> Value:
    values, statuses = codec.decode(body)
    return None if statuses[place].quality is Quality.BAD else values[place]
