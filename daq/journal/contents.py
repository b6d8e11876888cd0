"""What a journal's file says, row by row: checked, decoded, and no more believed than that."""

from pathlib import Path
from typing import Any

from daq.journal import schema, tables
from daq.journal.block import Block
from daq.journal.chain.kept import Kept, kept_of
from daq.journal.codec import CodecError, ScanCodec
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Entry, Scan, Series
from daq.journal.errors import JournalDamagedError, legible, mapped
from daq.journal.eventcodec import decode_event
from daq.journal.readonly import Parameters, ReadConnection
from daq.journal.trend import spans
from daq.journal.trend.portion import Portion, portion
from daq.journal.trend.spans import Piece

EVENTS = 0
"""The number events have where scans have that of their series."""


class Contents:
    """The tables of a journal, for reading. Every method may raise JournalError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = ReadConnection(path)
        self._series: dict[int, tuple[Series, ScanCodec]] = {}
        self._series_of = self.file.file

    def entries(self, which: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """The rows ``decode`` takes: ``seq, time, series, body, crc``."""
        return self._rows("entries", "seq, time, series, body", which, parameters)

    def decode(self, seq: int, time: int, series: int, body: bytes, crc: int | None) -> Entry:
        """The entry of a row.

        Raises:
            JournalDamagedError: it is not what was written.
        """
        with legible(self.path):
            try:
                tables.check_entry((seq, time, series, body, crc))
                if series == EVENTS:
                    return decode_event(seq, time, body)
                known = self._series_with(series)
                values, statuses = known[1].decode(body)
            except (CodecError, KeyError, JournalDamagedError) as error:
                raise JournalDamagedError(f"{self.path}: entry {seq}: {error}") from error
        return Scan(seq, time, known[0], values, statuses)

    def series(self) -> tuple[Series, ...]:
        """Every series, oldest first."""
        self._load_series()
        return tuple(series for series, _ in self._series.values())

    def check_series(self) -> None:
        """Read every series anew.

        Raises:
            JournalDamagedError: one is not what was written.
        """
        with mapped(self.path, "cannot read the series"):
            tables.series_of(self._rows("series", "id, key"))

    def blocks(self) -> list[Block]:
        """The closed blocks, in order."""
        with mapped(self.path, "cannot read the blocks"):
            columns = "id, entries, low, high, series"
            return tables.blocks_of(self._rows("blocks", columns, "ORDER BY id"))

    def seen(self) -> dict[int, int]:
        """The last closed block of each series."""
        with mapped(self.path, "cannot read where the series are"):
            return tables.seen_of(self._rows("seen", "series, block"))

    def cursors(self) -> dict[str, Cursor]:
        """How far each sink has got."""
        with mapped(self.path, "cannot read the cursors"):
            return tables.cursors_of(self._rows("cursors", "sink, live, backlog"))

    def checkpoints(self, most: int) -> list[Kept]:
        """The newest checkpoints, so many at most; all when it is below 0."""
        if self.file.version < schema.CHAINED:
            return []
        with mapped(self.path, "cannot read the checkpoints"):
            newest = "SELECT seq, time, text, crc FROM checkpoints ORDER BY seq DESC LIMIT ?"
            return kept_of(reversed(self.file.rows(newest, (most,))))

    def quarantined(self, which: str, parameters: Parameters) -> list[Quarantined]:
        """What was refused."""
        with mapped(self.path, "cannot read the quarantine"):
            columns = "sink, seq, reason, time"
            return tables.quarantined_of(self._rows("quarantine", columns, which, parameters))

    def unsummarised(self, after: int, most: int) -> Portion | None:
        """The closed blocks beyond one that are worth summarising, of as many at most."""
        with mapped(self.path, "cannot read the blocks"):
            which = "WHERE id > ? ORDER BY id LIMIT ?"
            columns = "id, entries, low, high, series"
            found = tables.blocks_of(self._rows("blocks", columns, which, (after, most)))
        return portion(found, self._size_of)

    def summary(self, piece: Piece, block: int) -> spans.Row:
        """The summary of a piece, filed under a block."""
        try:
            return spans.row_of(piece, block, self._series_with(piece[0])[1])
        except (CodecError, KeyError) as error:
            raise JournalDamagedError(f"{self.path}: block {block}: {error}") from error

    def _size_of(self, block: int) -> int:
        first = block << schema.BLOCK_BITS
        size = "SELECT sum(length(body)) FROM entries WHERE seq BETWEEN ? AND ?"
        return self.file.value(size, (first, first + schema.BLOCK - 1))

    def check_structure(self) -> None:
        """Let SQLite look at every page.

        Raises:
            JournalDamagedError: something is not where it belongs.
        """
        first = str(self.file.rows("PRAGMA quick_check(1)")[0][0])
        if first != "ok":
            raise JournalDamagedError(f"{self.path}: {' '.join(first.split())}")

    def _rows(
        self, table: str, columns: str, which: str = "", parameters: Parameters = ()
    ) -> list[tuple[Any, ...]]:
        statement = tables.select(table, columns, self.file.version) + which
        return self.file.rows(statement, parameters)

    def _series_with(self, number: int) -> tuple[Series, ScanCodec]:
        if number not in self._series or self._series_of != self.file.file:
            self._load_series()
        return self._series[number]

    def _load_series(self) -> None:
        if self._series_of != self.file.file:  # another file has taken its place
            self._series, self._series_of = {}, self.file.file
        newest = max(self._series, default=0)
        with mapped(self.path, "cannot read the series"):
            found = tables.series_of(
                self._rows("series", "id, key", "WHERE id > ? ORDER BY id", (newest,))
            )
        for series in found:
            self._series[series.id] = (series, ScanCodec(len(series.key.channels)))
