"""Writes the report of a month; apart from the command, for it imports what others need not."""

from pathlib import Path

from daq.cli.unwritable import UnwritableError
from daq.report.pdf import to_pdf
from daq.report.text import Text
from daq.report.usage import usage_report
from daq.usage.finance import finance_csv
from daq.usage.month import Month
from daq.web.text import Language


def write_usage(month: Month, path: Path, now: int, *, language: Language) -> None:
    """Write HTML, PDF or CSV, as the path ends; ``now`` (ns) is when it is made.

    Raises:
        ReportError: a PDF is wanted, and what makes it is not installed.
        UnwritableError: the file cannot be written.
    """
    content = _content(month, path.suffix, now, language)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UnwritableError(path, error, "-o") from error


def _content(month: Month, suffix: str, now: int, language: Language) -> bytes:
    if suffix == ".csv":
        return finance_csv(month).encode()
    html = usage_report(month, Text(language), now)
    return to_pdf(html) if suffix == ".pdf" else html.encode()
