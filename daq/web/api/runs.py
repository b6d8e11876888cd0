"""``/api/runs``: programs start, mark, pause, resume and stop runs, and read them.

What is done needs the token of ``[web]``, or a sign-in. The header ``Idempotency-Key`` (after
draft-ietf-httpapi-idempotency-key-header) makes a request that is sent again the same request.
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from aiohttp import web

from daq.control.client import DeclinedError
from daq.control.request import UNREADABLE, command_of
from daq.control.run_status import run_status_of
from daq.control.runs import (
    Change,
    RunMarkRequest,
    RunPauseRequest,
    RunResumeRequest,
    RunStartRequest,
    RunStopRequest,
    ask_run_change,
)
from daq.journal.reader import JournalReader
from daq.runs.detail import read_detail
from daq.runs.errors import NoSuchRunError
from daq.runs.past import find_run, runs_since
from daq.timefmt import parse_time
from daq.web.access.gate import PROGRAM, WHO
from daq.web.api.answers import answer
from daq.web.view import Sources

T = TypeVar("T")

READ_LIMIT = 10.0
"""Seconds a request may take to arrive."""

KEY = "Idempotency-Key"

DEEDS: Mapping[str, type[Change]] = {
    "mark": RunMarkRequest,
    "pause": RunPauseRequest,
    "resume": RunResumeRequest,
    "stop": RunStopRequest,
}
"""What is done with a run, by the end of its address."""


def run_routes(sources: Sources) -> list[web.RouteDef]:
    """What is answered where."""
    deeds = [
        web.post(f"/api/runs/{{id}}/{name}", partial(_change, sources, kind))
        for name, kind in DEEDS.items()
    ]
    return [
        web.get("/api/runs", partial(_list, sources)),
        web.get("/api/runs/{id}", partial(_show, sources)),
        web.post("/api/runs", partial(_change, sources, RunStartRequest)),
        *deeds,
    ]


async def _list(sources: Sources, request: web.Request) -> web.StreamResponse:
    """The runs that began since ``?from=``, the latest first, out of the journal."""
    given = request.query.get("from", "-30d")
    try:
        since = parse_time(given)
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"from: {error}") from error
    found = await sources.history.read(lambda reader: runs_since(reader, since))
    return answer({"runs": [run_status_of(one) for one in reversed(found)]})


async def _show(sources: Sources, request: web.Request) -> web.StreamResponse:
    """One run with all that the journal knows of it."""
    name = request.match_info["id"]
    return answer(await _read(sources, lambda reader: read_detail(reader, name)))


async def _change(sources: Sources, kind: type[Change], request: web.Request) -> web.StreamResponse:
    """Do something; answered when it is on the disk."""
    wanted = _understood(kind, await _body(request), request, request[WHO])
    try:
        done = await asyncio.to_thread(ask_run_change, sources.socket, wanted)
    except DeclinedError:
        if name := request.match_info.get("id", ""):  # is there none, or is it not so?
            await _read(sources, lambda reader: find_run(reader, name))
        raise
    await sources.asked_again()
    if not done.durable:
        return answer(done, 202)
    created = kind is RunStartRequest and not done.repeated
    place = {"Location": f"/api/runs/{quote(done.run.id)}"} if created else {}
    return answer(done, 201 if created else 200, **place)


async def _read(sources: Sources, work: Callable[[JournalReader], T]) -> T:
    try:
        return await sources.history.read(work)
    except NoSuchRunError as error:
        raise web.HTTPNotFound(text=str(error)) from error


async def _body(request: web.Request) -> dict[str, Any]:
    """The members of the object that was sent; none for an empty body."""
    async with asyncio.timeout(READ_LIMIT):
        text = await request.read()
    if not text.strip():
        return {}
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(
            text="send JSON, and say so: `Content-Type: application/json`"
        )
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except UNREADABLE as error:
        raise web.HTTPBadRequest(text=f"the body is no JSON object: {error}") from error


def _understood(
    kind: type[Change], body: Mapping[str, Any], request: web.Request, who: str
) -> Change:
    for member in ("command", "run", "key"):
        if member in body:
            raise web.HTTPBadRequest(
                text=f"{member} is no member of the body: the address names the run, the header "
                f"{KEY} the request"
            )
    given: dict[str, Any] = {**body, "by": _by(body, who), "key": _key(request)}
    given["command"] = command_of(kind)
    if kind is not RunStartRequest:
        given["run"] = request.match_info["id"]
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise web.HTTPBadRequest(text=f"not understood: {error}") from error


def _by(body: Mapping[str, Any], who: str) -> object:
    """A program may say for whom it acts; a person is who has signed in."""
    said = body.get("by")
    if who == PROGRAM:
        return said or PROGRAM
    if said not in (None, who):
        raise web.HTTPBadRequest(text=f"by: it is {who} who has signed in; leave it out")
    return who


def _key(request: web.Request) -> str:
    """The draft has it in quotes; most programs send it without."""
    return request.headers.get(KEY, "").strip().strip('"')
