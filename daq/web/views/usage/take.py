"""What of a month can be taken along: the report, and the file for the finance system."""

from aiohttp import web

from daq.journal.reader import JournalReader
from daq.report.text import Text
from daq.report.usage import usage_report
from daq.usage.calendar import month_stretch
from daq.usage.finance import finance_csv
from daq.usage.month import Month, read_month
from daq.usage.runs import runs_near
from daq.web.errors import WrongLinkError
from daq.web.headers import REPORT
from daq.web.printing import Printer
from daq.web.view import Sources
from daq.web.views.usage.months import month_of_link
from daq.web.visit import Visit

LONGEST = 60.0
"""Seconds the journal may be read for one."""


async def month_of(sources: Sources, visit: Visit, limit: float = LONGEST) -> Month:
    """The month a link means.

    Raises:
        WrongLinkError: it is no month.
        UsageError: nothing is configured, or a channel cannot be what it is meant to be.
        JournalError: the journal cannot be read.
        BusyError: too many want to read, or it takes too long.
    """
    plan, now = visit.snapshot.register.usage, visit.now
    first = month_of_link(plan, visit)

    def read(reader: JournalReader) -> Month:
        runs = runs_near(reader, month_stretch(first, plan.zone)[0])
        return read_month(reader, plan, first, now, runs)

    return await sources.history.read(read, limit)


async def finance(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """The file for the finance system; see ``month_of`` for what it raises."""
    del request
    month = await month_of(sources, visit)
    headers = {"Content-Disposition": f'attachment; filename="usage-{month.name}.csv"'}
    return web.Response(text=finance_csv(month), content_type="text/csv", headers=headers)


async def report(
    sources: Sources, printer: Printer, visit: Visit, request: web.Request
) -> web.StreamResponse:
    """HTML, or PDF with ``?format=pdf``, in the language of who looks; see also ``month_of``.

    Raises:
        WrongLinkError: there is no such format.
        ReportError: a PDF is wanted, and what makes it is not installed.
    """
    wanted = request.query.get("format", "html")
    if wanted not in ("html", "pdf"):
        raise WrongLinkError("report", format=wanted[:20])
    month = await month_of(sources, visit)
    html = usage_report(month, Text(visit.text.language), visit.now)
    if wanted == "pdf":
        pdf = await printer.print(html)
        headers = {"Content-Disposition": f'attachment; filename="usage-{month.name}.pdf"'}
        return web.Response(body=pdf, content_type="application/pdf", headers=headers)
    answer = web.Response(text=html, content_type="text/html")
    answer[REPORT] = True
    answer.enable_compression()
    return answer
