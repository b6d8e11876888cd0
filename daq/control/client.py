"""The other end of the socket, for the command line: plain and synchronous."""

import socket
import time
from pathlib import Path
from typing import TypeVar

import msgspec

from daq.control.request import REQUEST_LIMIT, UNREADABLE, Request, command_of
from daq.errors import DaqError

DEADLINE = 5.0
"""Seconds the daemon may take for a whole answer."""

ANSWER_LIMIT = 16_000_000
"""Bytes an answer may have; no daemon sends nearly as much."""

_CHUNK = 65_536

T = TypeVar("T")


class NotRunningError(DaqError):
    """No daemon answers on the socket."""

    exit_code = 4


class DeclinedError(DaqError):
    """The daemon answers, but does not do what was asked; ``reason`` is what it says."""

    def __init__(self, text: str, reason: str = "") -> None:
        """Take what people are told, and what of it the daemon says."""
        super().__init__(text)
        self.reason = reason or text


def ask(path: Path, request: Request, answer: type[T], deadline: float | None = None) -> T:
    """What the daemon at this socket answers.

    Raises:
        NotRunningError: nobody answers there, or not within ``deadline`` seconds.
        DeclinedError: it answers with an error, is too old to understand, or is asked at too
            great a length.
    """
    name, asked = command_of(type(request)), msgspec.json.encode(request) + b"\n"
    if len(asked) > REQUEST_LIMIT:
        raise DeclinedError(
            f"the request has {len(asked)} bytes, and the daemon takes {REQUEST_LIMIT}: say it in "
            "fewer words"
        )
    try:
        line = _exchange(path, asked, deadline or DEADLINE)
        found = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        if "error" not in found and name in found:
            return msgspec.json.decode(found[name], type=answer)
        refusal = msgspec.json.decode(found.get("error", b'""'), type=str)
    except (OSError, *UNREADABLE) as error:
        raise NotRunningError(
            f"no daemon answers at {path} ({error}); is `daq run` running, with this "
            "configuration, and are you in its group?"
        ) from error
    if refusal:
        raise DeclinedError(f"the daemon at {path} refused: {refusal}", refusal)
    raise DeclinedError("the daemon answered something else than was asked")


def _exchange(path: Path, request: bytes, deadline: float) -> bytes:
    """Send a line, receive a line, all within the deadline."""
    limit = time.monotonic() + deadline
    answer = bytearray()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(deadline)
        connection.connect(str(path))
        connection.sendall(request)
        while not answer.endswith(b"\n"):
            connection.settimeout(max(limit - time.monotonic(), 0.001))
            chunk = connection.recv(_CHUNK)
            if not chunk:
                break
            answer += chunk
            if len(answer) > ANSWER_LIMIT:
                raise OSError(f"an answer of more than {ANSWER_LIMIT} bytes")
    return bytes(answer)
