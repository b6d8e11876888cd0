"""The other end of the socket, for the command line: plain and synchronous."""

import socket
from pathlib import Path

import msgspec

from daq.control.status import DaemonStatus
from daq.errors import DaqError

DEADLINE = 5.0
"""Seconds the daemon may take to answer."""


class NotRunningError(DaqError):
    """No daemon answers on the socket."""

    exit_code = 4


class _Answer(msgspec.Struct):
    status: DaemonStatus | None = None
    error: str = ""


def ask_status(path: Path) -> DaemonStatus:
    """What the daemon at this socket says of itself.

    Raises:
        NotRunningError: nobody answers there.
    """
    try:
        line = _ask(path, b'{"command":"status"}\n')
        answer = msgspec.json.decode(line, type=_Answer)
    except (OSError, msgspec.DecodeError) as error:
        raise NotRunningError(
            f"no daemon answers at {path} ({error}); is `daq run` running, with this "
            "configuration, and are you in its group?"
        ) from error
    if answer.status is None:
        raise NotRunningError(f"the daemon at {path} refused: {answer.error}")
    return answer.status


def _ask(path: Path, request: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(DEADLINE)
        connection.connect(str(path))
        connection.sendall(request)
        with connection.makefile("rb") as answer:
            return answer.readline()
