"""Tables as files other programs read: columns with a kind, rows as they come."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, BinaryIO, Literal, TypeAlias

from daq.export.arrow import Counted, load
from daq.export.export import Format
from daq.timefmt import rfc3339

Kind: TypeAlias = Literal["time", "word", "text", "whole", "number", "particulars"]
"""What a column holds: ns since 1970 UTC, one of few words, any text, an integer, a float, or the
particulars of an event."""

Cell: TypeAlias = int | float | str | Mapping[str, Any] | None
Row: TypeAlias = Sequence[Cell]
Columns: TypeAlias = Mapping[str, Kind]

AT_ONCE = 10_000
"""Rows written at a time."""


def export_sheet(
    columns: Columns, rows: Iterable[Row], file_format: Format, stream: BinaryIO
) -> None:
    """Write rows in their order; each has a cell for each column. The stream is not closed.

    A cell that is None is empty; so are a time of 0 and particulars without any.

    Raises:
        MissingExtraError: the format needs a package that is not installed.
        OSError: the stream cannot be written.
    """
    _WRITERS[file_format](columns, iter(rows), stream)


def _write_csv(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for some in _some_at_a_time(rows):
        writer.writerows([_flat(columns, row) for row in some])
        stream.write(_encode(text.getvalue()))
        text.seek(0)
        text.truncate()
    stream.write(_encode(text.getvalue()))


def _write_jsonl(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    for some in _some_at_a_time(rows):
        lines = [json.dumps(_named(columns, row), ensure_ascii=False) for row in some]
        stream.write(_encode("".join(f"{line}\n" for line in lines)))


def _write_parquet(columns: Columns, rows: Iterable[Row], stream: BinaryIO) -> None:
    arrow = load("pyarrow")
    schema = arrow.schema([(name, _ARROW[kind](arrow)) for name, kind in columns.items()])
    target = Counted(stream)
    writer: Any = load("pyarrow.parquet").ParquetWriter(target, schema)
    try:
        for some in _some_at_a_time(rows):
            table = [dict(zip(columns, _typed(columns, row), strict=True)) for row in some]
            writer.write_table(arrow.Table.from_pylist(table, schema))
        writer.close()
    except BaseException:
        target.discard = True  # what is not complete gets no footer
        writer.close()
        raise


def _some_at_a_time(rows: Iterable[Row]) -> Iterable[list[Row]]:
    rest = iter(rows)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _flat(columns: Columns, row: Row) -> list[Cell]:
    """As texts and numbers."""
    return [_FLAT.get(kind, _same)(cell) for kind, cell in zip(columns.values(), row, strict=True)]


def _named(columns: Columns, row: Row) -> dict[str, Cell]:
    """As an object of JSON."""
    cells = zip(columns.items(), row, strict=True)
    return {name: _time(cell) if kind == "time" else cell for (name, kind), cell in cells}


def _typed(columns: Columns, row: Row) -> list[Cell]:
    return [_TYPED.get(kind, _same)(cell) for kind, cell in zip(columns.values(), row, strict=True)]


def _same(cell: Cell) -> Cell:
    return cell


def _time(cell: Cell) -> Cell:
    return rfc3339(cell) if isinstance(cell, int) and cell else None


def _moment(cell: Cell) -> Cell:
    return cell or None


def _json(cell: Cell) -> Cell:
    return json.dumps(cell, ensure_ascii=False) if cell else ""


def _legible(cell: Cell) -> Cell:
    """Without lone surrogates: bytes of an instrument that are not text."""
    return _encode(cell).decode() if isinstance(cell, str) else cell


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


_FLAT: Mapping[Kind, Callable[[Cell], Cell]] = {"time": _time, "particulars": _json}

_TYPED: Mapping[Kind, Callable[[Cell], Cell]] = {
    "time": _moment,
    "word": _legible,
    "text": _legible,
    "particulars": lambda cell: _legible(_json(cell)),
}

_ARROW: Mapping[Kind, Callable[[Any], object]] = {
    "time": lambda arrow: arrow.timestamp("ns", tz="UTC"),
    "word": lambda arrow: arrow.dictionary(arrow.int32(), arrow.string()),
    "text": lambda arrow: arrow.string(),
    "whole": lambda arrow: arrow.int64(),
    "number": lambda arrow: arrow.float64(),
    "particulars": lambda arrow: arrow.string(),
}

_WRITERS: Mapping[Format, Callable[[Columns, Iterable[Row], BinaryIO], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
