"""Writes the report of an incident; apart from the command, for it imports what others need not."""

import time
from pathlib import Path

from daq.build.incidents import incident_folder
from daq.cli.unwritable import UnwritableError
from daq.config.config import Config
from daq.incidents.incident import Incident
from daq.journal.reader import JournalReader
from daq.report.incident import Laboratory, incident_report
from daq.report.pdf import to_pdf
from daq.report.text import Text
from daq.web.text import Language


def write_report(
    reader: JournalReader,
    incident: Incident,
    config: Config,
    path: Path,
    *,
    language: Language,
    around: float,
) -> None:
    """Write HTML or PDF, as the path ends.

    Raises:
        JournalError: the journal cannot be read.
        ReportError: a PDF is wanted, and what makes it is not installed.
        UnwritableError: the file cannot be written.
    """
    laboratory = Laboratory(
        site=config.site.title or config.site.name,
        folder=incident_folder(config),
        titles={name: item.title for name, item in config.instrument.items() if item.title},
    )
    now = time.time_ns()
    html = incident_report(reader, incident, laboratory, Text(language), now, around=around)
    content = to_pdf(html) if path.suffix == ".pdf" else html.encode()
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UnwritableError(path, error, "-o") from error
