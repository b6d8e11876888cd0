"""The runs: those that go on first; who has signed in starts one, by hand or with a scanner."""

from functools import partial
from urllib.parse import quote

from aiohttp import web

from daq.control.run_status import run_status_of
from daq.control.runs import ask_run_change
from daq.journal.errors import JournalError
from daq.runs.past import runs_since
from daq.web.errors import BusyError, told
from daq.web.forms import asked, kept
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.views.runs.start import command, start
from daq.web.visit import Visit

YEAR = 366 * 86_400 * 10**9
"""How far back (ns) the journal is looked through for earlier ones."""


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="runs",
        path="/runs",
        home="/runs",
        template="runs/page.html",
        show=_show,
        parts=(Part(path="past", template="runs/past.html", show=partial(_past, sources)),),
        answers=(
            Answer(path="start", give=partial(_start, sources), method="POST"),
            Answer(path="command", give=partial(_command, sources), method="POST"),
        ),
    )


async def _show(visit: Visit) -> Shown:
    found = visit.snapshot.heard.runs or ()
    going = [one for one in found if one.is_going]
    return {
        "known": visit.snapshot.heard.runs is not None,
        "going": going,
        "ended": [one for one in found if not one.is_going],
        "taken": {name for one in going for name in one.instruments},
        "required": visit.snapshot.register.runs.required,
        "codes": visit.snapshot.register.runs.codes,
    }


async def _past(sources: Sources, visit: Visit) -> Shown:
    """Those of the last year that the daemon does not tell of, out of the journal."""
    known = {one.id for one in visit.snapshot.heard.runs or ()}
    try:
        found = await sources.history.read(lambda reader: runs_since(reader, visit.now - YEAR))
    except (JournalError, BusyError) as error:
        return {"earlier": (), "trouble": told(error, visit.text)}
    earlier = [run_status_of(one) for one in reversed(found) if one.id not in known]
    return {"earlier": earlier, "trouble": ""}


async def _start(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Start one, and lead to it."""
    wanted = await start(visit, request)
    done = kept(await asked(lambda: ask_run_change(sources.socket, wanted)))
    await sources.asked_again()
    raise web.HTTPSeeOther(f"/run/{quote(done.run.id, safe='')}")


async def _command(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """What a scanned card says, to the run whose label was scanned before it."""
    wanted = await command(visit, request)
    kept(await asked(lambda: ask_run_change(sources.socket, wanted)))
    await sources.asked_again()
    # Without a fragment: where a link has one, browsers focus no field by themselves.
    raise web.HTTPSeeOther("/runs")
