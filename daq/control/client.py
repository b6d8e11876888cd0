"""The other end of the socket, for the command line: plain and synchronous."""

import socket
import time
from pathlib import Path
from typing import TypeVar

import msgspec

from daq.control.alarms import AlarmDone, AlarmPage, AlarmStatus
from daq.control.quarantine import Released
from daq.control.recording import BusRecording
from daq.control.reload import Reloaded
from daq.control.request import UNREADABLE, Request
from daq.control.status import DaemonStatus
from daq.errors import DaqError

DEADLINE = 5.0
"""Seconds the daemon may take for a whole answer."""

RELOAD_DEADLINE = 60.0
"""Seconds for a reload: what has to stop for it may take its time."""

ANSWER_LIMIT = 16_000_000
"""Bytes an answer may have; no daemon sends nearly as much."""

_CHUNK = 65_536

T = TypeVar("T")


class NotRunningError(DaqError):
    """No daemon answers on the socket."""

    exit_code = 4


class DeclinedError(DaqError):
    """The daemon answers, but does not do what was asked."""


class _Answer(msgspec.Struct):
    status: DaemonStatus | None = None
    recording: BusRecording | None = None
    reload: Reloaded | None = None
    quarantine: Released | None = None
    alarms: AlarmPage | None = None
    alarm: AlarmDone | None = None
    error: str = ""


def ask_status(path: Path) -> DaemonStatus:
    """What the daemon at this socket says of itself.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it answers with an error.
    """
    return _held(_ask(path, Request(command="status")).status)


def ask_recording(path: Path, bus: str, after: int) -> BusRecording:
    """The latest traffic of a bus, from piece number ``after`` on; at most a page.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it has no such bus, or is too old to record.
    """
    return _held(_ask(path, Request(command="recording", bus=bus, after=after)).recording)


def ask_reload(path: Path, config: Path) -> Reloaded:
    """Have the daemon take its configuration anew; ``config`` is the file that is meant.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it runs with another file, is stopping, or is too old.
    """
    request = Request(command="reload", path=str(config))
    return _held(_ask(path, request, RELOAD_DEADLINE).reload)


def ask_quarantine(path: Path, request: Request) -> Released:
    """Have entries of a sink's quarantine retried or dropped, as many as one request may.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it has no such sink, or is too old.
    """
    return _held(_ask(path, request).quarantine)


def ask_alarms(path: Path) -> list[AlarmStatus]:
    """Every alarm and its state, in the order of the configuration.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it answers with an error, or is too old.
    """
    found: list[AlarmStatus] = []
    while True:
        page = _held(_ask(path, Request(command="alarms", after=len(found))).alarms)
        found += page.alarms
        if not page.more or not page.alarms:
            return found


def ask_alarm(path: Path, request: Request) -> AlarmDone:
    """Acknowledge, shelve, unshelve an alarm, take it out of service or back.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: there is no such alarm, or this does not fit the state it is in.
    """
    return _held(_ask(path, request).alarm)


def _held(found: T | None) -> T:
    if found is None:
        raise DeclinedError("the daemon answered something else than was asked")
    return found


def _ask(path: Path, request: Request, deadline: float | None = None) -> _Answer:
    try:
        line = _exchange(path, msgspec.json.encode(request) + b"\n", deadline or DEADLINE)
        answer = msgspec.json.decode(line, type=_Answer)
    except (OSError, *UNREADABLE) as error:
        raise NotRunningError(
            f"no daemon answers at {path} ({error}); is `daq run` running, with this "
            "configuration, and are you in its group?"
        ) from error
    if answer.error:
        raise DeclinedError(f"the daemon at {path} refused: {answer.error}")
    return answer


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
