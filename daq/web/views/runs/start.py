"""What the form of a start asks for, and what a scanner's card does."""

import asyncio
from collections.abc import Mapping

from aiohttp import web

from daq.control.runs import (
    MOST_INSTRUMENTS,
    Change,
    RunPauseRequest,
    RunResumeRequest,
    RunStartRequest,
    RunStopRequest,
)
from daq.web.data.runs import meant_run, named_instruments
from daq.web.errors import WrongFormError
from daq.web.forms import READ_LIMIT, fields, line
from daq.web.visit import Visit

WORD = 100
"""Characters of a number or a name."""

DEEDS: Mapping[str, type[RunPauseRequest | RunResumeRequest | RunStopRequest]] = {
    "pause": RunPauseRequest,
    "resume": RunResumeRequest,
    "stop": RunStopRequest,
}
"""What a card may say beside a start."""


async def start(visit: Visit, request: web.Request) -> RunStartRequest:
    """What the form asks for.

    Raises:
        WrongFormError: something is missing, or is not what it should be.
    """
    async with asyncio.timeout(READ_LIMIT):
        form = await request.post()
    given = {key: str(form.getall(key)[-1]) for key in form}
    ticked = map(str, form.getall("instrument", []))
    instruments = named_instruments(visit.snapshot.register, ticked, given.get("scanned", ""))
    if not 1 <= len(instruments) <= MOST_INSTRUMENTS:
        raise WrongFormError("run-instruments", most=MOST_INSTRUMENTS)
    return RunStartRequest(
        instruments=instruments,
        by=visit.who or "",
        operator=_word(given, "operator"),
        sample=_word(given, "sample"),
        order=_word(given, "order"),
        standard=_word(given, "standard"),
        method=_word(given, "method"),
        programme=_word(given, "programme"),
        cost_centre=_word(given, "cost_centre"),
        reason=line(given, "reason"),
    )


async def command(visit: Visit, request: web.Request) -> Change:
    """What a card says.

    Raises:
        WrongFormError: it says nothing that can be done, or no one run is meant.
    """
    given = await fields(request)
    action = given.get("action", "")
    if action not in DEEDS:
        raise WrongFormError("run-action", action=action[:30])
    runs = visit.snapshot.heard.runs or ()
    one = meant_run(visit.snapshot.register, runs, given.get("which", "").strip())
    return DEEDS[action](run=one.id, by=visit.who or "")


def _word(given: Mapping[str, str], key: str) -> str:
    said = line(given, key)
    if len(said) > WORD:
        raise WrongFormError("line", most=WORD)
    return said
