"""From the journal to a file or a stream, a scan at a time, in bounded memory."""

import os
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from daq.export.chosen import Chosen
from daq.export.csv_format import CsvWriter
from daq.export.errors import ExportError
from daq.export.jsonl_format import JsonlWriter
from daq.export.parquet_format import ParquetWriter
from daq.export.rows import ScanWriter
from daq.journal.query import Query
from daq.journal.reader import JournalReader

Format: TypeAlias = Literal["csv", "jsonl", "parquet"]
Progress: TypeAlias = Callable[[int, int], None]


def export(
    reader: JournalReader,
    query: Query,
    file_format: Format,
    target: Path | BinaryIO,
    progress: Progress | None = None,
    channels: Collection[str] = (),
) -> int:
    """Write the scans a query wants; the number of scans written.

    ``channels`` are ``group.channel``; all when left out.

    A file appears under its name when it is complete, or not at all; one that was there is
    replaced. A stream is not closed. ``progress`` is told how many of how many entries of the
    journal have been looked at.

    Raises:
        MissingExtraError: the format needs a package that is not installed.
        ExportError: the file cannot be written.
        JournalError: the journal cannot be read.
        OSError: the stream cannot be written.
    """
    if not isinstance(target, Path):
        return _write(reader, query, file_format, target, progress, Chosen(channels))
    with _complete_or_not_at_all(target) as stream:
        return _write(reader, query, file_format, stream, progress, Chosen(channels))


def _write(
    reader: JournalReader,
    query: Query,
    file_format: Format,
    stream: BinaryIO,
    progress: Progress | None,
    chosen: Chosen,
) -> int:
    writer = _writer(reader, file_format, stream)
    count = 0
    try:
        for scan in filter(None, map(chosen, reader.scans(query, progress))):
            writer.write(scan)
            count += 1
        writer.finish()
    finally:
        writer.release()
    return count


def _writer(reader: JournalReader, file_format: Format, stream: BinaryIO) -> ScanWriter:
    match file_format:
        case "csv":
            return CsvWriter(stream)
        case "jsonl":
            return JsonlWriter(stream)
        case "parquet":
            return ParquetWriter(stream, reader.station)


@contextmanager
def _complete_or_not_at_all(path: Path) -> Generator[BinaryIO]:
    # In the same folder, for a rename is atomic only within a file system.
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError as error:
        raise ExportError(
            f"{path}: cannot write the export: {error.strerror or error}; give a file in a folder "
            "that exists, may be written to, and has room"
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
