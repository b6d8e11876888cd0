"""What people did: who, when, why, before and after; for the roles quality and admin."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from aiohttp import web
from msgspec.structs import replace

from daq.access.audit import Deed, brief, deeds, is_about
from daq.export.events import export_events
from daq.journal.entry import Event
from daq.journal.errors import JournalError
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.timefmt import parse_time
from daq.web.errors import BusyError, WrongLinkError, told
from daq.web.view import Answer, Part, Shown, Sources, View
from daq.web.visit import Visit

SHOWN = 200
"""Deeds on the page."""

QUICK = ("-1d", "-7d", "-30d")
"""Periods one click away, up to now."""

LONGEST = 100
"""Characters of a user's name."""


def make(sources: Sources) -> View:
    """The view."""
    return View(
        name="audit",
        path="/audit",
        home="/audit",
        template="audit/page.html",
        show=_show,
        parts=(Part(path="list", template="audit/list.html", show=partial(_list, sources)),),
        answers=(Answer(path="export", give=partial(_export, sources), needs="audit"),),
        needs="audit",
    )


async def _show(visit: Visit) -> Shown:
    start, end = visit.choice("from", QUICK[1]), visit.choice("to")
    return {"start": start[:40], "end": end[:40], "user": _user(visit), "quick": QUICK}


async def _list(sources: Sources, visit: Visit) -> Shown:
    query, user = _period(visit), _user(visit)

    def read(reader: JournalReader) -> list[Deed]:
        return list(islice(deeds(reader.events_back(query), user), SHOWN + 1))

    try:
        found = await sources.history.read(read)
    except (JournalError, BusyError) as error:
        return {"deeds": (), "more": 0, "trouble": told(error, visit.text)}
    shown = [replace(one, before=brief(one.before), after=brief(one.after)) for one in found]
    return {"deeds": shown[:SHOWN], "more": SHOWN if len(found) > SHOWN else 0, "trouble": ""}


async def _export(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    query, user = _period(visit), _user(visit)

    def every(reader: JournalReader) -> Iterator[Event]:
        return (event for event in reader.events(query) if is_about(event, user))

    return await sources.downloads.write(
        request, "audit", lambda reader, form, stream: export_events(every(reader), form, stream)
    )


def _period(visit: Visit) -> Query:
    said = visit.choice("from", QUICK[1]).strip(), visit.choice("to").strip()
    try:
        start, end = (parse_time(one, visit.now) if one else None for one in said)
    except ValueError as error:
        raise WrongLinkError("time", start=said[0][:60], end=said[1][:60]) from error
    return Query(start=start, end=end)


def _user(visit: Visit) -> str:
    return visit.choice("user").strip()[:LONGEST]
