"""Doing something with an alarm: what `daq ack`, `daq shelve` and `daq alarms` do, by a form."""

from collections.abc import Mapping
from urllib.parse import quote

from aiohttp import web

from daq.alarms.lifecycle import BY_PEOPLE
from daq.control.alarms import AlarmRequest, ask_alarm
from daq.web.access.permit import permit
from daq.web.errors import WrongFormError, WrongLinkError
from daq.web.forms import asked, fields, line, needed
from daq.web.view import Sources
from daq.web.visit import Visit

SHELVES = (1800, 3600, 4 * 3600, 8 * 3600, 86_400, 7 * 86_400)
"""For how long (s) an alarm may be shelved with a click."""

REASONED = frozenset({"shelved", "out-of-service", "commented"})
"""What needs words."""

SERVICE = frozenset({"out-of-service", "in-service"})
"""What takes more than to be on duty."""

LONGEST_NAME = 100


async def answer(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Do what the form asks, and lead back to where it was."""
    name = visit.path["name"]
    given = await fields(request)
    wanted = understood(name, given, visit.who or "")
    if wanted.action in SERVICE:
        permit("alarms-service", visit.person)
    await asked(lambda: ask_alarm(sources.socket, wanted))
    await sources.asked_again()
    named = quote(name, safe="")
    back = f"/alarms#alarm-{named}" if given.get("to") == "list" else f"/alarm/{named}"
    raise web.HTTPSeeOther(back)


def understood(name: str, given: Mapping[str, str], who: str) -> AlarmRequest:
    """What the fields of a form ask for.

    Raises:
        WrongLinkError: no alarm can have this name.
        WrongFormError: something is missing, or is not what it should be.
    """
    action = given.get("action", "")
    if action not in BY_PEOPLE:
        raise WrongFormError("alarm-action", action=action[:30])
    if len(name) > LONGEST_NAME:
        raise WrongLinkError("alarm", name=name[:LONGEST_NAME])
    reason = needed(given, "reason") if action in REASONED else line(given, "reason")
    seconds = _seconds(given.get("seconds", "")) if action == "shelved" else 0.0
    return AlarmRequest(alarm=name, action=action, by=who, reason=reason, seconds=seconds)


def _seconds(said: str) -> float:
    if said not in map(str, SHELVES):
        raise WrongFormError("shelf", said=said[:30])
    return float(said)
