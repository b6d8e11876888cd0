"""What forms ask for, read and checked; what the daemon declines, as a page in words."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

from aiohttp import web

from daq.control.client import DeclinedError, NotRunningError
from daq.control.incidents import IncidentDone
from daq.control.request import REASON
from daq.control.runs import RunDone
from daq.web.errors import NotDoneError, WrongFormError

T = TypeVar("T")
Done = TypeVar("Done", IncidentDone, RunDone)

READ_LIMIT = 10.0
"""Seconds a form may take to arrive."""


async def fields(request: web.Request) -> Mapping[str, str]:
    """The last value of each field of a form."""
    async with asyncio.timeout(READ_LIMIT):
        form = await request.post()
    return {key: str(form.getall(key)[-1]) for key in form}


def line(given: Mapping[str, str], key: str) -> str:
    """A field that is one line of text, or empty.

    Raises:
        WrongFormError: it is too long, or has several lines.
    """
    said = given.get(key, "").strip()
    if len(said) > REASON or (said and not said.isprintable()):
        raise WrongFormError("line", most=REASON)
    return said


def needed(given: Mapping[str, str], key: str) -> str:
    """A field that is one line of text, and not empty.

    Raises:
        WrongFormError: it is empty, too long, or has several lines.
    """
    said = line(given, key)
    if not said:
        raise WrongFormError("reason", most=REASON)
    return said


async def asked(work: Callable[[], T]) -> T:
    """What the daemon answers, asked in a thread.

    Raises:
        HTTPConflict: it does not run, or declines; in its words.
    """
    try:
        return await asyncio.to_thread(work)
    except (NotRunningError, DeclinedError) as error:
        raise web.HTTPConflict(text=str(error)) from error


def kept(done: Done) -> Done:
    """What was done, if the journal has it.

    Raises:
        NotDoneError: the disk has not taken it in time.
    """
    if not done.durable:
        raise NotDoneError("not-on-disk")
    return done
