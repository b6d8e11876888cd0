"""Doing something with a run by a form: a mark, a pause, going on, its end."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from daq.control.incidents import NOTE
from daq.control.runs import (
    Change,
    RunMarkRequest,
    RunPauseRequest,
    RunResumeRequest,
    RunStopRequest,
    ask_run_change,
)
from daq.web.errors import WrongFormError
from daq.web.forms import asked, fields, kept, line, needed
from daq.web.view import Sources
from daq.web.visit import Visit


async def answer(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Do what the form asks, and lead back to where it was."""
    name = visit.path["id"]
    wanted = understood(name, await fields(request), visit.who or "")
    kept(await asked(lambda: ask_run_change(sources.socket, wanted)))
    await sources.asked_again()
    raise web.HTTPSeeOther(f"/run/{quote(name, safe='')}")


def understood(name: str, given: Mapping[str, str], who: str) -> Change:
    """What the fields of a form ask for.

    Raises:
        WrongFormError: something is missing, or is not what it should be.
    """
    action = given.get("action", "")
    if action == "mark":
        return RunMarkRequest(run=name, by=who, text=_note(given.get("text", "")))
    if action == "pause":
        return RunPauseRequest(run=name, by=who, reason=line(given, "reason"))
    if action == "resume":
        return RunResumeRequest(run=name, by=who, reason=line(given, "reason"))
    if action == "stop":
        return RunStopRequest(run=name, by=who, reason=line(given, "reason"))
    if action == "abort":
        why = needed(given, "reason")
        return RunStopRequest(run=name, by=who, reason=why, outcome="aborted")
    raise WrongFormError("run-action", action=action[:30])


def _note(said: str) -> str:
    text = "\n".join(part.rstrip() for part in said.strip().splitlines())
    if not 0 < len(text) <= NOTE or not all(c.isprintable() or c == "\n" for c in text):
        raise WrongFormError("note", most=NOTE)
    return text
