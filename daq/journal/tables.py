"""What the rows of a journal say, checked against their checksums. Pure."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from daq.journal import checksum, schema
from daq.journal.block import Block
from daq.journal.cursor import Cursor, Quarantined
from daq.journal.entry import Series, SeriesKey
from daq.journal.errors import JournalDamagedError

if TYPE_CHECKING:
    from drivers.model import Channel

T = TypeVar("T")

Rows: TypeAlias = Iterable[tuple[Any, ...]]

_decode_key = msgspec.json.Decoder(SeriesKey).decode
_decode_members = msgspec.json.Decoder(frozenset[int]).decode
_decode_backlog = msgspec.json.Decoder(tuple[tuple[int, int], ...]).decode


def select(table: str, columns: str, version: int) -> str:
    """The beginning of a statement that gives these columns and the checksum, if there is one."""
    crc = "crc" if version >= schema.CHECKED else "NULL"
    return f"SELECT {columns}, {crc} FROM {table} "  # noqa: S608 - the code's own names


def series_of(rows: Rows) -> list[Series]:
    """The series in rows of ``id, key, crc``.

    Raises:
        JournalDamagedError: one is not what was written.
    """
    shared: dict[tuple[Channel, ...], tuple[Channel, ...]] = {}

    def converted(row: tuple[Any, ...]) -> Series:
        # Hundreds of instruments of a model have the same channels: kept once.
        key = _decode_key(row[1])
        channels = shared.setdefault(key.channels, key.channels)
        return Series(row[0], msgspec.structs.replace(key, channels=channels))

    return _converted("series", rows, converted)


def cursors_of(rows: Rows) -> dict[str, Cursor]:
    """The cursors in rows of ``sink, live, backlog, crc``.

    Raises:
        JournalDamagedError: one is not what was written.
    """
    return dict(
        _converted("cursors", rows, lambda row: (row[0], Cursor(row[1], _decode_backlog(row[2]))))
    )


def quarantined_of(rows: Rows) -> list[Quarantined]:
    """What was refused, in rows of ``sink, seq, reason, time, crc``.

    Raises:
        JournalDamagedError: one is not what was written.
    """
    return _converted("quarantine", rows, lambda row: Quarantined(*row[:-1]))


def blocks_of(rows: Rows) -> list[Block]:
    """The closed blocks in rows of ``id, entries, low, high, series, crc``.

    Raises:
        JournalDamagedError: one is not what was written.
    """
    return _converted("blocks", rows, lambda row: Block(*row[:4], series=_decode_members(row[4])))


def seen_of(rows: Rows) -> dict[int, int]:
    """The last closed block of each series, in rows of ``series, block, crc``.

    Raises:
        JournalDamagedError: one is not what was written.
    """
    return dict(_converted("seen", rows, lambda row: (row[0], row[1])))


def check_entry(row: tuple[int, int, int, bytes, int | None]) -> None:
    """Compare a row of ``seq, time, series, body, crc`` with its checksum.

    Raises:
        JournalDamagedError: it is not what was written.
    """
    if row[4] is not None and row[4] != checksum.of_entry(row[0], row[1], row[2], row[3]):
        raise JournalDamagedError(f"entry {row[0]} is not what was written")


def row_of_series(series: Series) -> tuple[str | int, ...]:
    """``id, key, crc``."""
    return _with_checksum("series", series.id, msgspec.json.encode(series.key).decode())


def row_of_cursor(sink: str, cursor: Cursor) -> tuple[str | int, ...]:
    """``sink, live, backlog, crc``."""
    backlog = msgspec.json.encode(cursor.backlog).decode()
    return _with_checksum("cursors", sink, cursor.live, backlog)


def row_of_block(block: Block) -> tuple[str | int, ...]:
    """``id, entries, low, high, series, crc``."""
    members = msgspec.json.encode(sorted(block.series)).decode()
    return _with_checksum("blocks", block.id, block.entries, block.low, block.high, members)


def row_of_seen(series: int, block: int) -> tuple[str | int, ...]:
    """``series, block, crc``."""
    return _with_checksum("seen", series, block)


def row_of_quarantined(refused: Quarantined) -> tuple[str | int, ...]:
    """``sink, seq, reason, time, crc``."""
    return _with_checksum("quarantine", *msgspec.structs.astuple(refused))


def _with_checksum(table: str, *fields: str | int) -> tuple[str | int, ...]:
    return (*fields, checksum.of_row(table, *fields))


def _converted(table: str, rows: Rows, convert: Callable[[tuple[Any, ...]], T]) -> list[T]:
    """Each row, if it is what was written, as what it means."""
    found: list[T] = []
    for row in rows:
        if row[-1] is not None and row[-1] != checksum.of_row(table, *row[:-1]):
            raise JournalDamagedError(f"row {row[0]} of {table} is not what was written")
        try:
            found.append(convert(row))
        except (TypeError, ValueError, msgspec.MsgspecError) as error:
            raise JournalDamagedError(f"row {row[0]} of {table}: {error}") from error
    return found
