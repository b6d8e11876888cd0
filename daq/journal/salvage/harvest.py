"""Which rows of ours the pages of a damaged journal hold."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import msgspec

from daq.journal import checksum, tables
from daq.journal.block import Linked
from daq.journal.chain.beginning import Beginning, beginnings_of
from daq.journal.chain.kept import Kept, kept_of
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Series
from daq.journal.errors import JournalDamagedError
from daq.journal.notice import Notice
from daq.journal.salvage.image import Image
from daq.journal.salvage.record import Field, Record, records

_BROKEN = (JournalDamagedError, msgspec.MsgspecError, TypeError, ValueError)
_YEAR_2001 = 10**18
LINK = 32
"""Bytes of a link of the chain."""


class Harvest:
    """What has been found so far. Nothing in it is other than what was written.

    ``proven`` tells that a row with a right checksum, or a series, was among it: the file is ours.
    """

    def __init__(self) -> None:
        self.series: dict[int, Series] = {}
        self.cursors: dict[str, Cursor] = {}
        self.quarantine: dict[tuple[str, int], Quarantined] = {}
        self.notes: dict[tuple[int, str], Notice] = {}
        self.beginnings: dict[int, Beginning] = {}
        self.checkpoints: dict[int, Kept] = {}
        self.meta: dict[str, str] = {}
        self.proven = False
        self._takers: dict[tuple[bool | type, ...], Callable[[Record], None]] = {
            (False, str, int): self._take_cursor_or_refused,
            (False, str, str): self._take_meta,
            (False, int, int): self._take_beginning_or_checkpoint,
            (True, type(None), str): self._take_series,
            (True, type(None), int): self._take_note,
        }

    @property
    def greatest(self) -> int:
        """The greatest number that anything but an entry speaks of."""
        ends = [end for cursor in self.cursors.values() for _, end in cursor.backlog]
        live = [cursor.live for cursor in self.cursors.values()]
        return max([0, *live, *ends, *(seq for _, seq in self.quarantine)])

    @property
    def begins_after(self) -> int | None:
        """The number before that of the oldest entry there was; None when nothing tells.

        A journal says where its chain begins: at its birth, or after what was deleted.
        """
        told = [each.seq for each in self.beginnings.values() if each.why in ("born", "deleted")]
        return max(told, default=None)

    @property
    def floor(self) -> int:
        """The number that entries had to be beyond already."""
        value = self.meta.get("floor", "")
        return int(value) if value.isdecimal() else 0

    def entries(self, image: Image) -> Iterator[Linked]:
        """The entries, page by page; what else there is is kept here."""
        for page in image.pages():
            for record in records(page.content, page.start, image.chain):
                entry = _entry(record)
                if entry is None:
                    self._other(record)
                    continue
                self.proven |= entry[4] is not None
                yield entry

    def _other(self, record: Record) -> None:
        if len(record.fields) < 2:  # noqa: PLR2004 - every table has a key and something else
            return
        kinds = (record.rowid is not None, *map(type, record.fields[:2]))
        take = self._takers.get(kinds)
        with suppress(*_BROKEN):
            if take is not None:
                take(record)

    def _take_series(self, record: Record) -> None:
        series = _series(record)
        self.series[series.id] = series
        self.proven = True

    def _take_note(self, record: Record) -> None:
        _, time, event = record.fields
        if isinstance(time, int) and isinstance(event, str):
            self.notes[time, event] = msgspec.json.decode(event, type=Notice)

    def _take_cursor_or_refused(self, record: Record) -> None:
        fields = record.fields
        try:
            self._take_cursor(_to(fields, 4))
        except _BROKEN:
            (refused,) = tables.quarantined_of([_to(fields, 5)])
            refused = msgspec.convert(msgspec.structs.asdict(refused), Quarantined)
            if refused.time > _YEAR_2001:  # else a cursor whose checksum is taken for a time
                self.quarantine[refused.sink, refused.seq] = refused

    def _take_cursor(self, fields: tuple[Field, ...]) -> None:
        for sink, cursor in tables.cursors_of([fields]).items():
            known = self.cursors.get(sink, cursor)
            # A page that is no longer in use may hold an older one.
            newest = max(known.live, cursor.live)
            backlog = {r for c in (known, cursor) if c.live == newest for r in c.backlog}
            self.cursors[sink] = Cursor(newest, _apart(backlog))

    def _take_beginning_or_checkpoint(self, record: Record) -> None:
        if isinstance(record.fields[-1], bytes):
            for beginning in beginnings_of([record.fields]):
                self.beginnings[beginning.seq] = beginning
        else:
            for kept in kept_of([record.fields]):
                self.checkpoints[kept.seq] = kept

    def _take_meta(self, record: Record) -> None:
        key, value = record.fields
        if key in ("created", "station", "floor"):
            self.meta[str(key)] = str(value)


def _series(record: Record) -> Series:
    (series,) = tables.series_of([(record.rowid, *_to(record.fields, 3)[1:])])
    return series


def _entry(record: Record) -> Linked | None:
    fields = record.fields
    if record.rowid is None or len(fields) not in (4, 5, 6):
        return None
    _, time, series, body = fields[:4]
    if not (isinstance(time, int) and isinstance(series, int) and isinstance(body, bytes)):
        return None
    # Version 1 had four columns, versions 2 and 3 had five.
    _, _, _, _, crc, link = (*fields, None, None)[:6]
    link = link if isinstance(link, bytes) and len(link) == LINK else None
    if crc is None:
        return record.rowid, time, series, body, None, link
    expected = checksum.of_entry(record.rowid, time, series, body)
    return (record.rowid, time, series, body, expected, link) if crc == expected else None


def _to(fields: tuple[Field, ...], count: int) -> tuple[Field, ...]:
    """As many fields as the tables have today; an older version wrote one less."""
    if len(fields) not in (count, count - 1):
        raise ValueError("not a row of this table")
    return fields if len(fields) == count else (*fields, None)


def _apart(ranges: set[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)
