"""The incidents: those that are open first; who has signed in opens one by hand."""

from functools import partial
from urllib.parse import quote

from aiohttp import web

from daq.control.incident_status import status_of
from daq.control.incidents import IncidentOpenRequest, ask_change
from daq.incidents.past import incidents_since
from daq.journal.errors import JournalError
from daq.web.errors import BusyError, told
from daq.web.forms import asked, fields, kept, line, needed
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.visit import Visit

YEAR = 366 * 86_400 * 10**9
"""How far back (ns) the journal is looked through for earlier ones."""


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="incidents",
        path="/incidents",
        home="/incidents",
        template="incidents/page.html",
        show=_show,
        parts=(Part(path="past", template="incidents/past.html", show=partial(_past, sources)),),
        answers=(
            Answer(path="open", give=partial(_open, sources), method="POST", needs="incidents"),
        ),
    )


async def _show(visit: Visit) -> Shown:
    found = visit.snapshot.heard.incidents or ()
    return {
        "known": visit.snapshot.heard.incidents is not None,
        "going": [one for one in found if one.is_open],
        "closed": [one for one in found if not one.is_open],
    }


async def _past(sources: Sources, visit: Visit) -> Shown:
    """Those of the last year that the daemon does not tell of, out of the journal."""
    known = {one.id for one in visit.snapshot.heard.incidents or ()}
    try:
        found = await sources.history.read(lambda reader: incidents_since(reader, visit.now - YEAR))
    except (JournalError, BusyError) as error:
        return {"earlier": (), "trouble": told(error, visit.text)}
    earlier = [status_of(one) for one in reversed(found) if one.id not in known]
    return {"earlier": earlier, "trouble": ""}


async def _open(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Open one by hand, and lead to it."""
    given = await fields(request)
    wanted = IncidentOpenRequest(
        title=needed(given, "title"),
        reason=line(given, "reason"),
        by=visit.who or "",
        instruments=tuple(filter(None, [given.get("instrument", "")[:100]])),
        procedure=given.get("procedure", "")[:100],
    )
    done = kept(await asked(lambda: ask_change(sources.socket, wanted)))
    await sources.asked_again()
    raise web.HTTPSeeOther(f"/incident/{quote(done.incident.id, safe='')}")
