"""Doing something about a series by a form: fill a line, name a sample, strike out a line."""

from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import quote

from aiohttp import web

from daq.control.series import SeriesStrikeRequest, SeriesTakeRequest, ask_series
from daq.web.errors import NotDoneError, WrongFormError
from daq.web.forms import asked, fields, line, needed
from daq.web.view import Sources
from daq.web.visit import Visit

MOST = 100
"""Characters of the name of a sample."""

Change: TypeAlias = SeriesTakeRequest | SeriesStrikeRequest


async def answer(sources: Sources, visit: Visit, request: web.Request) -> web.StreamResponse:
    """Do what the form asks, and lead back to the series."""
    run = visit.path["id"]
    given = await fields(request)
    if (code := line(given, "sample")) in visit.snapshot.register.runs.codes:
        raise WrongFormError("series-card", code=code)
    wanted = understood(run, given, visit.who or "")
    done = await asked(lambda: ask_series(sources.socket, wanted))
    if not done.durable:
        raise NotDoneError("not-on-disk")
    raise web.HTTPSeeOther(f"/series/{quote(run, safe='')}")


def understood(run: str, given: Mapping[str, str], who: str) -> Change:
    """What the fields of a form ask for.

    Raises:
        WrongFormError: something is missing, or is not what it should be.
    """
    action = given.get("action", "")
    if action == "take":
        sample = line(given, "sample")
        if len(sample) > MOST:
            raise WrongFormError("line", most=MOST)
        return SeriesTakeRequest(run=run, sample=sample, by=who)
    if action != "strike":
        raise WrongFormError("series-action", action=action[:30])
    number = given.get("line", "")
    if not (number.isascii() and number.isdecimal() and 1 <= int(number[:6]) <= 10_000):  # noqa: PLR2004 - lines
        raise WrongFormError("series-line", said=number[:30])
    reason = needed(given, "reason")
    return SeriesStrikeRequest(run=run, line=int(number), by=who, reason=reason)
