"""Writes days of a journal into the folder of an archive, each complete or not at all."""

import os
import shutil
from collections.abc import Callable, Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from daq import __version__
from daq.evidence.archive.days import days
from daq.evidence.archive.folder import Archived, newest_day
from daq.evidence.errors import EvidenceError
from daq.evidence.pack import Tee, Write, plain
from daq.evidence.seal import Filed, Signer, sealed, signature_of
from daq.evidence.verifier import ARCHIVE, MANIFEST, SIGNATURE, VERSION
from daq.export.events import export_events
from daq.export.parquet_format import ParquetWriter
from daq.journal.entry import Entry, Event, Scan, Series
from daq.journal.reader import JournalReader
from daq.timefmt import rfc3339

MODE = 0o750
"""Of folders, less the umask."""

_PAGE = 5000


class Taken(msgspec.Struct, kw_only=True):
    """What a day has come to."""

    first: int = 0
    last: int = 0
    scans: int = 0
    low: int = 0
    high: int = 0
    events: list[Event] = []
    series: dict[int, Series] = {}

    @property
    def entries(self) -> int:
        """Scans and events."""
        return self.scans + len(self.events)

    def note(self, entry: Entry) -> None:
        """Count an entry."""
        self.low = min(self.low, entry.time) if self.first else entry.time
        self.high = max(self.high, entry.time)
        self.first, self.last = self.first or entry.seq, entry.seq


def archive(
    reader: JournalReader,
    folder: Path,
    now: int,
    signer: Signer | None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Archived]:
    """Add every day that is over at ``now`` (ns) and not there yet; tells of each when it is.

    Raises:
        EvidenceError: the archive is another station's, or cannot be written.
        MissingExtraError: pyarrow is not installed.
        JournalError: the journal cannot be read.
    """
    before = newest_day(folder)
    if before is not None and before.station != reader.station:
        raise EvidenceError(
            f"{folder}: is the archive of station {before.station}, this journal is that of "
            f"{reader.station}; give another folder"
        )
    entries = _beyond(reader, before.last if before else 0, progress)
    for day, some in days(entries, now):
        writer = DayWriter(reader, folder, day, before)
        before = writer.write(some, now, signer)
        yield before


def _beyond(
    reader: JournalReader, after: int, progress: Callable[[int, int], None] | None
) -> Iterator[Entry]:
    begin, upto = after, reader.last
    while page := reader.entries(after, _PAGE, upto):
        yield from page
        after = page[-1].seq
        if progress is not None:
            progress(after - begin, upto - begin)


class DayWriter:
    """One day: readings, events, what they mean, manifest and signature."""

    def __init__(
        self, reader: JournalReader, folder: Path, day: str, before: Archived | None
    ) -> None:
        self._reader, self._folder, self._day, self._before = reader, folder, day, before
        self._part = folder / f".{day}.part"
        self._filed: list[Filed] = []

    def write(self, entries: Iterator[Entry], now: int, signer: Signer | None) -> Archived:
        """Write it.

        Raises:
            EvidenceError: it cannot be written.
        """
        try:
            self._part.mkdir(mode=MODE, parents=True, exist_ok=True)
            taken = self._contents(entries)
            made = self._seal(taken, now, signer)
            _settle(self._part)
            self._part.rename(self._folder / self._day)
            _settle(self._folder)
        except OSError as error:
            text = f"{self._folder}: {error.strerror or error}; give a folder that has room"
            raise EvidenceError(text) from error
        finally:
            shutil.rmtree(self._part, ignore_errors=True)
        return made

    def _contents(self, entries: Iterator[Entry]) -> Taken:
        taken = Taken()
        self._file("readings.parquet", lambda stream: self._readings(entries, taken, stream))
        self._file("events.parquet", lambda stream: export_events(taken.events, "parquet", stream))
        keys = {str(one.id): one.key for one in sorted(taken.series.values(), key=attrgetter("id"))}
        self._file("series.json", plain(keys))
        return taken

    def _readings(self, entries: Iterator[Entry], taken: Taken, stream: BinaryIO) -> None:
        metadata = {
            "lab-daq.day": self._day,
            "lab-daq.series": msgspec.json.encode(
                {str(one.id): one.key for one in self._reader.series()}, order="sorted"
            ).decode(),
        }
        writer = ParquetWriter(stream, self._reader.station, metadata=metadata)
        try:
            for entry in entries:
                taken.note(entry)
                if isinstance(entry, Scan):
                    taken.scans += 1
                    taken.series[entry.series.id] = entry.series
                    writer.write(entry)
                else:
                    taken.events.append(entry)
            writer.finish()
        finally:
            writer.release()

    def _seal(self, taken: Taken, now: int, signer: Signer | None) -> Archived:
        content = sealed(self._manifest(taken, now), self._filed)
        self._file(MANIFEST, lambda stream: _all(stream, content))
        if signer is not None:
            signature = signature_of(content, signer)
            self._file(SIGNATURE, lambda stream: _all(stream, signature))
        return Archived(
            day=self._day,
            station=self._reader.station,
            first=taken.first,
            last=taken.last,
            entries=taken.entries,
            format=ARCHIVE,
            sha256=self._filed[3].sha256,
        )

    def _manifest(self, taken: Taken, now: int) -> dict[str, Any]:
        before = self._before
        begin = before.last if before else taken.first - 1
        return {
            "format": ARCHIVE,
            "version": VERSION,
            "made": rfc3339(now),
            "program": f"lab-daq {__version__}",
            "station": self._reader.station,
            "day": self._day,
            "previous": before.sha256 if before else "",
            "previous_day": before.day if before else "",
            "first": taken.first,
            "last": taken.last,
            "entries": taken.entries,
            "scans": taken.scans,
            "events": len(taken.events),
            "missing": taken.last - begin - taken.entries,
            "earliest": rfc3339(taken.low),
            "latest": rfc3339(taken.high),
        }

    def _file(self, name: str, write: Write) -> None:
        path = self._part / name
        with path.open("wb") as file:
            tee = Tee(file)
            write(cast("BinaryIO", tee))
            file.flush()
            os.fsync(file.fileno())
        self._filed.append(Filed(name, tee.size, tee.sha256))


def _all(stream: BinaryIO, content: bytes) -> None:
    stream.write(content)


def _settle(folder: Path) -> None:
    """Make names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
