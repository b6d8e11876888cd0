"""The report of an incident, as a page to read and print, or as a file."""

from pathlib import Path

from aiohttp import web

from daq.incidents.errors import IncidentError
from daq.incidents.past import find_incident
from daq.journal.reader import JournalReader
from daq.report.incident import Laboratory, incident_report
from daq.report.text import Text
from daq.web.data.register import Register
from daq.web.errors import WrongLinkError
from daq.web.headers import REPORT
from daq.web.printing import Printer
from daq.web.view import Sources
from daq.web.visit import Visit

LONGEST = 60.0
"""Seconds the journal may be read for one."""


async def report(
    sources: Sources, printer: Printer, visit: Visit, request: web.Request
) -> web.StreamResponse:
    """HTML, or PDF with ``?format=pdf``, in the language of who looks.

    Raises:
        WrongLinkError: there is no such incident, or no such format.
        ReportError: a PDF is wanted, and what makes it is not installed.
    """
    name, wanted = visit.path["id"], request.query.get("format", "html")
    if wanted not in ("html", "pdf"):
        raise WrongLinkError("report", format=wanted[:20])
    laboratory = laboratory_of(visit.snapshot.register, sources.incidents)
    language, now = visit.text.language, visit.now

    def write(reader: JournalReader) -> str:
        one = find_incident(reader, name)
        return incident_report(reader, one, laboratory, Text(language), now)

    try:
        html = await sources.history.read(write, LONGEST)
    except IncidentError as error:
        raise WrongLinkError("incident", name=name) from error
    if wanted == "pdf":
        pdf = await printer.print(html)
        disposition = f'attachment; filename="incident-{name}.pdf"'
        headers = {"Content-Disposition": disposition}
        return web.Response(body=pdf, content_type="application/pdf", headers=headers)
    answer = web.Response(text=html, content_type="text/html")
    answer[REPORT] = True
    answer.enable_compression()
    return answer


def laboratory_of(register: Register, folder: Path) -> Laboratory:
    """What a report says of the laboratory."""
    return Laboratory(
        site=register.title or register.site,
        folder=folder,
        titles={one.name: one.title for one in register.instruments if one.title},
    )
