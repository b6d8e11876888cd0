"""The past as another certificate makes it, written beside what is."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

import msgspec

from daq.calibration.certificate import Certificate
from daq.export.again import Again
from daq.export.export import Format, Progress, write_scans, writer_of
from daq.export.line_format import LineWriter
from daq.export.rows import ScanWriter
from daq.journal.query import Query
from daq.journal.reader import JournalReader

EvaluatedFormat: TypeAlias = Format | Literal["influx"]


class Evaluation(msgspec.Struct, frozen=True):
    """Which certificate evaluates the scans of which instrument anew."""

    instrument: str
    certificate: Certificate

    @property
    def name(self) -> str:
        """What every row says it belongs to: the number, and the beginning of the hash."""
        return f"{self.certificate.number}#{self.certificate.hash[:8]}"


def export_evaluated(
    reader: JournalReader,
    query: Query,
    evaluation: Evaluation,
    file_format: EvaluatedFormat,
    target: Path | BinaryIO,
    progress: Progress | None = None,
) -> int:
    """Write the scans a query wants under another certificate; the number of scans.

    The rest, and what is raised, is as of ``export``.
    """
    again = Again(evaluation.instrument, evaluation.certificate.calibrations())
    scans = filter(None, map(again, reader.scans(query, progress)))
    return write_scans(scans, _maker(reader, file_format, evaluation.name), target)


def _maker(
    reader: JournalReader, file_format: EvaluatedFormat, name: str
) -> Callable[[BinaryIO], ScanWriter]:
    if file_format == "influx":
        return lambda stream: LineWriter(stream, "", name)
    return lambda stream: writer_of(reader, file_format, stream, name)
