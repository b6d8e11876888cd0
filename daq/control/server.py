"""The daemon's end of the socket: one line of JSON in, one line of JSON out."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from daq.control.status import DaemonStatus
from daq.errors import DaqError

log = logging.getLogger(__name__)

REQUEST_LIMIT = 4096
"""Bytes a request may have."""
REQUEST_DEADLINE = 5.0
"""Seconds a client may take for a request, and for taking the answer."""


class Request(msgspec.Struct, forbid_unknown_fields=True):
    """What a client asks."""

    command: str


class ControlError(DaqError):
    """The socket cannot be made."""


@asynccontextmanager
async def control_socket(path: Path, snapshot: Callable[[], DaemonStatus]) -> AsyncGenerator[None]:
    """Answer on the socket while the block runs; mode 0660, removed at the end.

    Raises:
        ControlError: the socket cannot be made at that path.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_DEADLINE):
                line = await reader.readuntil(b"\n")
                writer.write(_reply(line, snapshot) + b"\n")
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            log.debug("control: a client did not finish its request")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    try:
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(answer, path, limit=REQUEST_LIMIT)
        path.chmod(0o660)
    except OSError as error:
        raise ControlError(f"cannot make the control socket {path}: {error.strerror}") from error
    try:
        yield
    finally:
        server.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(REQUEST_DEADLINE):
                await server.wait_closed()
        path.unlink(missing_ok=True)


def _reply(line: bytes, snapshot: Callable[[], DaemonStatus]) -> bytes:
    answer: dict[str, Any]
    try:
        request = msgspec.json.decode(line, type=Request)
    except msgspec.DecodeError as error:
        return msgspec.json.encode({"error": f"not understood: {error}"})
    if request.command != "status":
        answer = {"error": f"unknown command {request.command!r}; there is: status"}
    else:
        answer = {"status": snapshot()}
    return msgspec.json.encode(answer)
