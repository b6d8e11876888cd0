"""What forms ask for, read and checked; what the daemon declines, as a page in words."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

from aiohttp import web

from daq.control.client import DeclinedError, NotRunningError
from daq.control.incidents import IncidentDone
from daq.control.request import REASON

T = TypeVar("T")

READ_LIMIT = 10.0
"""Seconds a form may take to arrive."""


class NotUnderstoodError(ValueError):
    """A form is not complete; the text says what is missing."""


async def fields(request: web.Request) -> Mapping[str, str]:
    """The last value of each field of a form."""
    async with asyncio.timeout(READ_LIMIT):
        form = await request.post()
    return {key: str(form.getall(key)[-1]) for key in form}


def line(given: Mapping[str, str], key: str, what: str, *, needed: bool) -> str:
    """A field that is one line of text.

    Raises:
        NotUnderstoodError: it is too long, has several lines, or is empty and needed.
    """
    said = given.get(key, "").strip()
    if needed and not said:
        raise NotUnderstoodError(f"{what} is missing")
    if len(said) > REASON or (said and not said.isprintable()):
        raise NotUnderstoodError(f"{what} is one line of at most {REASON} characters")
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


def kept(done: IncidentDone) -> IncidentDone:
    """What was done, if the journal has it.

    Raises:
        HTTPConflict: the disk has not taken it in time.
    """
    if not done.durable:
        raise web.HTTPConflict(
            text="it is done, but the disk has not taken it in time, and it would be lost if the "
            "daemon ended now; do not do it again: look at the journal under Delivery"
        )
    return done
