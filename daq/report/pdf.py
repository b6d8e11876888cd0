"""A report as PDF, by WeasyPrint, which is not always installed."""

import logging
from importlib import import_module
from typing import Any

from daq.report.errors import ReportError


class NoPdfError(ReportError):
    """What makes PDFs is not installed."""

    advice = "HTML needs nothing more: give the file a name that ends in .html"


def to_pdf(html: str) -> bytes:
    """The pages of a report.

    Raises:
        NoPdfError: WeasyPrint, or what it needs of the system, is not installed.
    """
    weasyprint = _weasyprint()
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    # Nothing of a report is outside it, and what comes from a journal must not fetch anything.
    fetcher = weasyprint.URLFetcher(allowed_protocols=("data",))
    made: bytes = weasyprint.HTML(string=html, url_fetcher=fetcher).write_pdf()
    return made


def _weasyprint() -> Any:  # noqa: ANN401 - it has no types
    try:
        return import_module("weasyprint")
    except ImportError as error:
        raise NoPdfError(
            "a PDF needs WeasyPrint, which is not installed: pip install 'lab-daq[pdf]'"
        ) from error
    except OSError as error:  # a shared library
        raise NoPdfError(
            f"a PDF needs libraries that are not installed ({error}): apt install "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-cjk"
        ) from error
