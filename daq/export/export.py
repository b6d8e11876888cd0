"""From the journal to a file or a stream, a scan at a time, in bounded memory."""

import os
from collections.abc import Callable, Collection, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from daq.export.chosen import Chosen
from daq.export.csv_format import CsvWriter
from daq.export.errors import ExportError
from daq.export.jsonl_format import JsonlWriter
from daq.export.parquet_format import ParquetWriter
from daq.export.rows import ScanWriter
from daq.journal.entry import Scan
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
    scans = filter(None, map(Chosen(channels), reader.scans(query, progress)))
    return write_scans(scans, lambda stream: writer_of(reader, file_format, stream), target)


def write_scans(
    scans: Iterable[Scan], make: Callable[[BinaryIO], ScanWriter], target: Path | BinaryIO
) -> int:
    """Write scans with a writer that ``make`` makes for the stream; see ``export``."""
    if not isinstance(target, Path):
        return _write(scans, make(target))
    with complete_or_not_at_all(target) as stream:
        return _write(scans, make(stream))


def writer_of(
    reader: JournalReader, file_format: Format, stream: BinaryIO, evaluation: str = ""
) -> ScanWriter:
    """What writes a format; ``evaluation`` names what is not as the journal has it."""
    match file_format:
        case "csv":
            return CsvWriter(stream, evaluation)
        case "jsonl":
            return JsonlWriter(stream, evaluation)
        case "parquet":
            return ParquetWriter(stream, reader.station, evaluation)


def _write(scans: Iterable[Scan], writer: ScanWriter) -> int:
    count = 0
    try:
        for scan in scans:
            writer.write(scan)
            count += 1
        writer.finish()
    finally:
        writer.release()
    return count


@contextmanager
def complete_or_not_at_all(path: Path) -> Generator[BinaryIO]:
    """A stream for a file that appears under its name when it is complete, or not at all.

    Raises:
        ExportError: it cannot be written.
    """
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
