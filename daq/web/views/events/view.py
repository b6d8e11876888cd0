"""The log of what happened: searched in the journal, the newest first, and going on by itself."""

import time
from collections import OrderedDict
from functools import partial
from typing import TypeAlias

from aiohttp import web
from markupsafe import Markup

from daq.export.events import export_events
from daq.journal.errors import JournalError
from daq.web.data.events.about import ITSELF, Subjects, subjects, topic
from daq.web.data.events.ends import lasted
from daq.web.data.events.kinds import KINDS
from daq.web.data.events.wanted import Wanted
from daq.web.data.snapshot import Snapshot
from daq.web.errors import BusyError, WrongLinkError, told
from daq.web.eventlog import NEWEST, EventLog, Found
from daq.web.history import History
from daq.web.view import Answer, Shown, Sources, View
from daq.web.views.events.choices import QUICK, SEVERITIES, Choices, choices
from daq.web.visit import Visit

PAGE = 100
"""Events on a page."""

KEPT = 32
"""Searches of which the outcome is kept while nothing has happened."""

FRESH, FRESH_PART = 30.0, 5.0
"""Seconds it is kept at most; less when the search did not come to its end, for the next comes
further: what was read of the journal is remembered."""

Key: TypeAlias = tuple[object, ...]


def make(sources: Sources) -> View:
    """The view."""
    searches = Searches()
    return View(
        name="events",
        path="/events",
        home="/events",
        template="events/page.html",
        show=partial(_show, sources, searches),
        answers=(Answer(path="export", give=partial(_export, sources, searches)),),
    )


class Searches:
    """Searches the log once for all who look at the same, until something happens."""

    def __init__(self) -> None:
        self.log = EventLog()
        self._kept: OrderedDict[Key, tuple[float, Found]] = OrderedDict()

    async def find(self, history: History, snapshot: Snapshot, chosen: Choices) -> Found:
        """A page of what is wanted.

        Raises:
            JournalError: the journal cannot be read.
            BusyError: too many want to read.
        """
        runs = snapshot.heard.speaks
        key = _key(chosen, snapshot, runs=runs)
        until, found = self._kept.get(key, (0.0, Found()))
        if time.monotonic() > until:
            found = await history.read(
                lambda reader: self.log.search(
                    reader, chosen.wanted, PAGE, below=chosen.before or NEWEST, runs=runs
                )
            )
            self._keep(key, found)
        return _since(found, chosen.wanted.start)

    def _keep(self, key: Key, found: Found) -> None:
        fresh = FRESH_PART if found.looked else FRESH
        self._kept[key] = (time.monotonic() + fresh, found)
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)


async def _show(sources: Sources, searches: Searches, visit: Visit) -> Shown:
    there = subjects(visit.snapshot)
    chosen = choices(visit, there)
    found, trouble = Found(), Markup()
    if chosen.sound:
        try:
            found = await searches.find(sources.history, visit.snapshot, chosen)
        except (JournalError, BusyError) as error:
            trouble = told(error, visit.text)
    return {
        "chosen": chosen,
        "found": found,
        "trouble": trouble,
        "there": there,
        "about": _offered(there, chosen.wanted),
        "kinds": KINDS,
        "severities": SEVERITIES,
        "quick": QUICK,
        "topic": topic,
        "lasted": lasted,
    }


async def _export(
    sources: Sources, searches: Searches, visit: Visit, request: web.Request
) -> web.StreamResponse:
    """Every event that is wanted, not only those of a page."""
    chosen = choices(visit, subjects(visit.snapshot))
    if not chosen.sound:
        raise WrongLinkError("period", start=chosen.said[0][:60], end=chosen.said[1][:60])
    return await sources.downloads.write(
        request,
        "events",
        lambda reader, form, stream: export_events(
            searches.log.every(reader, chosen.wanted), form, stream
        ),
    )


def _offered(there: Subjects, wanted: Wanted) -> list[tuple[str, tuple[str, ...]]]:
    """What may be chosen, by topic; also what is chosen and not there any more."""
    gone = tuple(sorted(wanted.subjects - there.all))
    offered = [
        ("instrument", there.instruments),
        ("bus", there.buses),
        ("sink", there.sinks),
        ("daemon", ITSELF),
        ("gone", gone),
    ]
    return [(name, names) for name, names in offered if names]


def _key(chosen: Choices, snapshot: Snapshot, *, runs: bool) -> Key:
    """What a search depends on: not on a beginning or end that moves with the time."""
    newest = snapshot.events[-1].seq if snapshot.events else 0
    wanted = chosen.wanted
    parts = (wanted.kinds, wanted.severities, wanted.subjects, wanted.terms)
    return (*parts, chosen.said, chosen.before, newest, runs)


def _since(found: Found, start: int | None) -> Found:
    """Without what has become older than a beginning that moves."""
    if start is None:
        return found
    kept = tuple(told for told in found.events if told.event.time >= start)
    return found if len(kept) == len(found.events) else Found(events=kept)
