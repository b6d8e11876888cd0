"""Events of the journal as files other programs read."""

from collections.abc import Iterable, Mapping
from typing import BinaryIO

from daq.export.export import Format
from daq.export.sheet import Kind, Row, export_sheet
from daq.journal.entry import Event

COLUMNS: Mapping[str, Kind] = {
    "time": "time",
    "kind": "word",
    "severity": "word",
    "subject": "word",
    "text": "text",
    "data": "particulars",
    "seq": "whole",
}


def export_events(events: Iterable[Event], file_format: Format, stream: BinaryIO) -> None:
    """Write events in their order. The stream is not closed.

    Raises:
        MissingExtraError: the format needs a package that is not installed.
        OSError: the stream cannot be written.
    """
    export_sheet(COLUMNS, map(_row, events), file_format, stream)


def _row(event: Event) -> Row:
    return (
        event.time,
        event.kind,
        event.severity,
        event.subject,
        event.text,
        event.data,
        event.seq,
    )
