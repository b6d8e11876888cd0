"""Events of the journal as files other programs read."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any, BinaryIO

from daq.export.arrow import Counted, load
from daq.export.export import Format
from daq.journal.entry import Event
from daq.timefmt import rfc3339

COLUMNS = ("time", "kind", "severity", "subject", "text", "data", "seq")

AT_ONCE = 10_000
"""Events written at a time."""


def export_events(events: Iterable[Event], file_format: Format, stream: BinaryIO) -> None:
    """Write events in their order. The stream is not closed.

    Raises:
        MissingExtraError: the format needs a package that is not installed.
        OSError: the stream cannot be written.
    """
    _WRITERS[file_format](iter(events), stream)


def _write_csv(events: Iterable[Event], stream: BinaryIO) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for some in _some_at_a_time(events):
        writer.writerows([list(_row(event).values()) for event in some])
        stream.write(_encode(text.getvalue()))
        text.seek(0)
        text.truncate()
    stream.write(_encode(text.getvalue()))


def _write_jsonl(events: Iterable[Event], stream: BinaryIO) -> None:
    for some in _some_at_a_time(events):
        lines = [
            json.dumps(_row(event) | {"data": event.data}, ensure_ascii=False) for event in some
        ]
        stream.write(_encode("".join(f"{line}\n" for line in lines)))


def _write_parquet(events: Iterable[Event], stream: BinaryIO) -> None:
    arrow = load("pyarrow")
    words = arrow.dictionary(arrow.int32(), arrow.string())
    schema = arrow.schema(
        [
            ("time", arrow.timestamp("ns", tz="UTC")),
            ("kind", words),
            ("severity", words),
            ("subject", words),
            ("text", arrow.string()),
            ("data", arrow.string()),
            ("seq", arrow.int64()),
        ]
    )
    target = Counted(stream)
    writer: Any = load("pyarrow.parquet").ParquetWriter(target, schema)
    try:
        for some in _some_at_a_time(events):
            rows = [_row(event) | {"time": event.time} for event in some]
            writer.write_table(arrow.Table.from_pylist([_legible(row) for row in rows], schema))
        writer.close()
    except BaseException:
        target.discard = True  # what is not complete gets no footer
        writer.close()
        raise


def _some_at_a_time(events: Iterable[Event]) -> Iterable[list[Event]]:
    rest = iter(events)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _row(event: Event) -> dict[str, object]:
    return {
        "time": rfc3339(event.time),
        "kind": event.kind,
        "severity": event.severity,
        "subject": event.subject,
        "text": event.text,
        "data": json.dumps(event.data, ensure_ascii=False) if event.data else "",
        "seq": event.seq,
    }


def _legible(row: Mapping[str, object]) -> dict[str, object]:
    """Without lone surrogates: bytes of an instrument that are not text."""
    return {
        key: _encode(value).decode() if isinstance(value, str) else value
        for key, value in row.items()
    }


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


_WRITERS: Mapping[Format, Callable[[Iterable[Event], BinaryIO], None]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
