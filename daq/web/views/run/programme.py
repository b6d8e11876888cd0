"""The programme of a run: how far it is, what was kept of each step, what interrupted it."""

import asyncio

from daq.control.client import DeclinedError, NotRunningError
from daq.control.programmes import ask_progress
from daq.journal.errors import JournalError
from daq.programme.past import programme_events
from daq.programme.progress import Progress
from daq.programme.record import span
from daq.programme.told import told as told_of
from daq.runs.run import Run
from daq.web.errors import BusyError, told
from daq.web.view import Shown, Sources
from daq.web.views.run.detail import Details
from daq.web.visit import Visit

SHOWN = 100
"""Ramps and dwells shown, the newest."""


async def programme(sources: Sources, details: Details, visit: Visit) -> Shown:
    """What the daemon told of it, and how far it says it is now."""
    run = (await details.of(visit)).run
    try:
        events = await sources.history.read(lambda reader: programme_events(reader, run))
    except (JournalError, BusyError) as error:
        return {"told": None, "trouble": told(error, visit.text)}
    return {
        "told": told_of(events),
        "trouble": "",
        "progress": await _progress(sources, run),
        "span": span,
        "shown": SHOWN,
    }


async def _progress(sources: Sources, run: Run) -> Progress | None:
    """None when it is over, or nobody knows."""
    if run.state == "ended":
        return None
    try:
        return await asyncio.to_thread(ask_progress, sources.socket, run.id)
    except (NotRunningError, DeclinedError):
        return None
