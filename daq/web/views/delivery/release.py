"""Acting on a quarantine: entries are delivered again, or given up, as `daq quarantine` does."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import cast, get_args
from urllib.parse import quote

import msgspec
from aiohttp import web

from daq.control.client import DeclinedError, NotRunningError
from daq.control.quarantine import Action, Ranges
from daq.control.release import Desk, released
from daq.control.request import REASON
from daq.journal.errors import JournalError
from daq.web.access.permit import permit
from daq.web.errors import BusyError, NotDoneError, WrongFormError
from daq.web.view import Sources
from daq.web.visit import Visit

PATIENCE = 5.0
"""Seconds without progress after which the rest is left in quarantine, and that is said."""

LOOKS, PAUSE = 10, 0.1
"""How often, and with which pause (s), the journal is asked whether it has a release already."""

LARGEST = 2**63 - 1


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a form asks for."""

    sink: str
    action: Action
    ranges: Ranges
    reason: str


class Releases:
    """Has entries released, one request at a time."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._busy = False

    async def answer(self, visit: Visit, request: web.Request) -> web.StreamResponse:
        """Do what the form asks, and lead back to the quarantine."""
        form = await request.post()
        fields = {key: [str(value) for value in form.getall(key)] for key in form}
        wanted = understood(fields)
        if wanted.action == "drop":
            permit("quarantine-drop", visit.person)
        if self._busy:
            raise BusyError("releasing")
        self._busy = True
        try:
            await self._release(wanted, visit.who or "")
            await self._committed(wanted)
        finally:
            self._busy = False
        raise web.HTTPSeeOther(f"/delivery?sink={quote(wanted.sink, safe='')}#quarantine")

    async def _release(self, wanted: Wanted, who: str) -> None:
        desk = Desk(
            socket=self._sources.socket,
            sink=wanted.sink,
            action=wanted.action,
            by=who,
            reason=wanted.reason,
        )
        try:
            count, left = await asyncio.to_thread(released, desk, wanted.ranges, PATIENCE)
        except (NotRunningError, DeclinedError) as error:
            raise web.HTTPConflict(text=str(error)) from error
        if left:
            raise NotDoneError("left", count=count, sink=wanted.sink)

    async def _committed(self, wanted: Wanted) -> None:
        """Wait until the journal says so, too: what is shown next is read from it."""
        first, last = wanted.ranges[0]
        for _ in range(LOOKS):
            with suppress(JournalError, BusyError):
                if not await self._sources.history.read(
                    lambda reader: any(reader.quarantined(wanted.sink, first, last))
                ):
                    return
            await asyncio.sleep(PAUSE)


def understood(fields: dict[str, list[str]]) -> Wanted:
    """What the fields of a form ask for.

    Raises:
        WrongFormError: something is missing, or is not what it should be.
    """
    action, reason = _one(fields, "action"), _one(fields, "reason").strip()
    if action not in get_args(Action):
        raise WrongFormError("action", action=action[:30])
    if not reason or len(reason) > REASON or not reason.isprintable():
        raise WrongFormError("reason", most=REASON)
    return Wanted(
        sink=_one(fields, "sink"),
        action=cast("Action", action),
        ranges=_ranges(fields),
        reason=reason,
    )


def _one(fields: dict[str, list[str]], name: str) -> str:
    return (fields.get(name) or [""])[-1]


def _ranges(fields: dict[str, list[str]]) -> Ranges:
    if _one(fields, "which") == "all":
        return ((1, _number(_one(fields, "last"))),)
    ranges = joined(sorted({_number(text) for text in fields.get("entry", [])}))
    if not ranges:
        raise WrongFormError("none-ticked")
    return ranges


def _number(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:20]) <= LARGEST:
        raise WrongFormError("number", number=text[:30])
    return int(text[:20])


def joined(numbers: Sequence[int]) -> Ranges:
    """First and last of each run of ascending numbers."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)
