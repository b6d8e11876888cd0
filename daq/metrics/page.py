"""What is answered over HTTP. Imports aiohttp and prometheus_client: a quarter of a second."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from aiohttp import web

from daq.control.status import DaemonStatus
from daq.metrics.collect import render

HEAD_LIMIT = 4096
"""Bytes a line of a request may have; there is no body to any."""

Take: TypeAlias = Callable[[], Awaitable[DaemonStatus]]

_quiet = logging.getLogger(f"{__name__}.http")
_quiet.setLevel(logging.CRITICAL)  # what a port scanner sends is nothing to fill the log with


def page_server(take: Take) -> web.Server:
    """Makes the protocol of each connection; must be called in the running event loop."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        answer = await _respond(request, take)
        answer.force_close()
        return answer

    return web.Server(
        handle,
        access_log=None,
        logger=_quiet,
        max_line_size=HEAD_LIMIT,
        max_field_size=HEAD_LIMIT,
    )


async def _respond(request: web.BaseRequest, take: Take) -> web.Response:
    if request.method not in {"GET", "HEAD"}:
        return web.Response(status=405, headers={"Allow": "GET, HEAD"})
    if request.path == "/healthz":
        return web.Response(text="ok\n")
    if request.path != "/metrics":
        return web.Response(status=404, text="there is /metrics and /healthz\n")
    accept = request.headers.get("Accept", "")
    # The text of hundreds of instruments takes tens of milliseconds, which would make scans late.
    page, kind = await asyncio.to_thread(render, await take(), accept)
    return web.Response(body=page, headers={"Content-Type": kind})
