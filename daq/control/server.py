"""The daemon's end of the socket: one line of JSON in, one line of JSON out.

An answer is bounded by whoever makes it: what may be long is given in pages.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import msgspec

from daq.control.request import Request
from daq.errors import DaqError

log = logging.getLogger(__name__)

REQUEST_LIMIT = 4096
"""Bytes a request may have."""
REQUEST_DEADLINE = 5.0
"""Seconds a client may take for a request, and for taking the answer."""


Commands: TypeAlias = Mapping[str, Callable[[Request], object]]
"""What answers each command; the answer is sent under the command's name."""


class ControlError(DaqError):
    """The socket cannot be made."""


class RefusedError(DaqError):
    """The command cannot be carried out; the text goes to the client."""


@asynccontextmanager
async def control_socket(path: Path, commands: Commands) -> AsyncGenerator[None]:
    """Answer on the socket while the block runs; mode 0660, removed at the end.

    Raises:
        ControlError: the socket cannot be made at that path.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_DEADLINE):
                line = await reader.readuntil(b"\n")
                writer.write(_reply(line, commands) + b"\n")
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


def _reply(line: bytes, commands: Commands) -> bytes:
    try:
        request = msgspec.json.decode(line, type=Request)
        answer = _carry_out(request, commands)
    except msgspec.DecodeError as error:
        answer = {"error": f"not understood: {error}"}
    except RefusedError as error:
        answer = {"error": str(error)}
    return msgspec.json.encode(answer)


def _carry_out(request: Request, commands: Commands) -> dict[str, object]:
    if request.command not in commands:
        known = ", ".join(commands)
        raise RefusedError(f"unknown command {request.command!r}; there is: {known}")
    return {request.command: commands[request.command](request)}
