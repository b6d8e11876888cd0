"""The daemon's end of the socket: one line of JSON in, one line of JSON out.

An answer is bounded by whoever makes it: what may be long is given in pages.
"""

import asyncio
import inspect
import logging
import os
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec

from daq.control.request import REQUEST_LIMIT, UNREADABLE, Request, command_of
from daq.errors import DaqError

log = logging.getLogger(__name__)

REQUEST_DEADLINE = 5.0
"""Seconds a client may take for a request, and for taking the answer."""
ANSWER_DEADLINE = 60.0
"""Seconds a command may take to be carried out."""
CLIENTS = 16
"""Clients at a time; each has a descriptor, and the instruments need some, too."""
MODE = 0o660

Commands: TypeAlias = Mapping[str, Callable[[bytes], object]]
"""What answers a line with each command; the answer, awaited if need be, is sent under the
command's name."""

Kind = TypeVar("Kind", bound=Request)


class _Envelope(msgspec.Struct):
    command: str


def command(kind: type[Kind], carry_out: Callable[[Kind], object]) -> Commands:
    """One command: requests of this kind are answered by ``carry_out``."""
    return {command_of(kind): lambda line: carry_out(msgspec.json.decode(line, type=kind))}


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
    clients: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(clients) >= CLIENTS:
            writer.transport.abort()
            return
        clients.add(writer)
        try:
            await _converse(reader, writer, commands)
        finally:
            clients.discard(writer)

    try:
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(serve, sock=_bound(path), limit=REQUEST_LIMIT)
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


def _bound(path: Path) -> socket.socket:
    """A socket that nobody else could open for a moment: born with its mode, not given it later."""
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        os.fchmod(made.fileno(), MODE)  # Linux: the file gets the mode of the socket, less umask
        made.bind(str(path))
        path.chmod(MODE)
    except OSError:
        made.close()
        raise
    return made


async def _converse(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, commands: Commands
) -> None:
    """One request, one answer; who does not take it in time is cut off."""
    try:
        async with asyncio.timeout(REQUEST_DEADLINE):
            line = await reader.readuntil(b"\n")
        async with asyncio.timeout(ANSWER_DEADLINE):
            answer = await reply_to(line, commands)
        async with asyncio.timeout(REQUEST_DEADLINE):
            writer.write(answer + b"\n")
            writer.close()
            await writer.wait_closed()
    except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        log.debug("control: a client did not finish its request")
    finally:
        writer.transport.abort()


async def reply_to(line: bytes, commands: Commands) -> bytes:
    """The answer to a request, both one line of JSON; never raises for what a client sends."""
    try:
        name = msgspec.json.decode(line, type=_Envelope).command
        answer = await _carry_out(name, line, commands)
    except UNREADABLE as error:
        answer = {"error": f"not understood: {error}"}
    except RefusedError as error:
        answer = {"error": str(error)}
    return msgspec.json.encode(answer)


async def _carry_out(name: str, line: bytes, commands: Commands) -> dict[str, object]:
    if name not in commands:
        known = ", ".join(commands)
        raise RefusedError(f"unknown command {name!r}; there is: {known}")
    answer = commands[name](line)
    return {name: await answer if inspect.isawaitable(answer) else answer}
