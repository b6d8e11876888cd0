"""Doing something about an incident by a form: a note, a tick on the check list, its close."""

from collections.abc import Mapping
from typing import TypeAlias, cast, get_args
from urllib.parse import quote

from aiohttp import web

from daq.control.incidents import (
    NOTE,
    IncidentCloseRequest,
    IncidentNoteRequest,
    IncidentTickRequest,
    ask_change,
)
from daq.incidents.incident import Tick
from daq.web.errors import WrongFormError
from daq.web.forms import asked, fields, kept, line, needed
from daq.web.view import Sources
from daq.web.visit import Visit

STEPS = 10_000
"""Steps a check list may have, in any case."""

Change: TypeAlias = IncidentNoteRequest | IncidentTickRequest | IncidentCloseRequest


async def answer(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Do what the form asks, and lead back to where it was."""
    name = visit.path["id"]
    given = await fields(request)
    wanted = understood(name, given, visit.who or "")
    kept(await asked(lambda: ask_change(sources.socket, wanted)))
    await sources.asked_again()
    place = f"#step-{wanted.step}" if isinstance(wanted, IncidentTickRequest) else ""
    raise web.HTTPSeeOther(f"/incident/{quote(name, safe='')}{place}")


def understood(name: str, given: Mapping[str, str], who: str) -> Change:
    """What the fields of a form ask for.

    Raises:
        WrongFormError: something is missing, or is not what it should be.
    """
    action = given.get("action", "")
    if action == "note":
        return IncidentNoteRequest(incident=name, by=who, text=_note(given.get("text", "")))
    if action == "close":
        return IncidentCloseRequest(incident=name, by=who, reason=needed(given, "reason"))
    if action not in get_args(Tick):
        raise WrongFormError("incident-action", action=action[:30])
    why = needed(given, "reason") if action == "skipped" else line(given, "reason")
    return IncidentTickRequest(
        incident=name,
        step=_step(given.get("step", "")),
        tick=cast("Tick", action),
        by=who,
        reason=why,
    )


def _note(said: str) -> str:
    text = "\n".join(part.rstrip() for part in said.strip().splitlines())
    if not 0 < len(text) <= NOTE or not all(c.isprintable() or c == "\n" for c in text):
        raise WrongFormError("note", most=NOTE)
    return text


def _step(said: str) -> int:
    if not said.isascii() or not said.isdecimal() or not 1 <= int(said[:6]) <= STEPS:
        raise WrongFormError("step", said=said[:30])
    return int(said[:6])
