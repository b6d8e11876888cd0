"""Doing something with an alarm: what `daq ack`, `daq shelve` and `daq alarms` do, by a form."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from daq.alarms.lifecycle import BY_PEOPLE
from daq.control.alarms import AlarmRequest, ask_alarm
from daq.web.forms import NotUnderstoodError, asked, fields, line
from daq.web.view import Sources
from daq.web.visit import Visit

SHELVES = (1800, 3600, 4 * 3600, 8 * 3600, 86_400, 7 * 86_400)
"""For how long (s) an alarm may be shelved with a click."""

REASONED = frozenset({"shelved", "out-of-service", "commented"})
"""What needs words."""


async def answer(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Do what the form asks, and lead back to where it was."""
    name = visit.path["name"]
    given = await fields(request)
    try:
        wanted = understood(name, given, visit.who or "")
    except NotUnderstoodError as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    await asked(lambda: ask_alarm(sources.socket, wanted))
    await sources.asked_again()
    named = quote(name, safe="")
    back = f"/alarms#alarm-{named}" if given.get("to") == "list" else f"/alarm/{named}"
    raise web.HTTPSeeOther(back)


def understood(name: str, given: Mapping[str, str], who: str) -> AlarmRequest:
    """What the fields of a form ask for.

    Raises:
        NotUnderstoodError: something is missing, or is not what it should be.
    """
    action = given.get("action", "")
    if action not in BY_PEOPLE:
        known = ", ".join(sorted(BY_PEOPLE))
        raise NotUnderstoodError(f"the action is one of {known}, not {action[:30]!r}")
    if len(name) > 100:  # noqa: PLR2004 - of a request
        raise NotUnderstoodError("no alarm has so long a name")
    what = "the comment" if action == "commented" else "the reason"
    reason = line(given, "reason", what, needed=action in REASONED)
    seconds = _seconds(given.get("seconds", "")) if action == "shelved" else 0.0
    return AlarmRequest(alarm=name, action=action, by=who, reason=reason, seconds=seconds)


def _seconds(said: str) -> float:
    if said not in map(str, SHELVES):
        raise NotUnderstoodError(f"it is shelved for one of {SHELVES} seconds, not {said[:30]!r}")
    return float(said)
