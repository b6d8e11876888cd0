"""Requests to the control socket.

Invariant: one line of JSON comes back, with the command's answer or an error, whatever the line.
"""

import asyncio
import json
from collections.abc import Iterator

from daq.control.recording import BusRecording
from daq.control.request import Request
from daq.control.server import REQUEST_LIMIT, Commands, RefusedError, reply_to
from drivers.recording.piece import About, LineSettings
from drivers.recording.ring import Ring

ABOUT = About(bus="line", framing="rtu", line=LineSettings(address="127.0.0.1:502"))


def _commands() -> Commands:
    ring = Ring()
    ring.tap("rx", b"\1\2\3")

    def recording(request: Request) -> BusRecording:
        if request.bus != "line":
            raise RefusedError(f"no bus {request.bus!r}")
        return BusRecording(ABOUT, ring.page(request.after))

    return {"status": lambda _: {"pid": 1}, "recording": recording}


COMMANDS = _commands()


def target(data: bytes) -> None:
    """Answer a request."""
    line = data[:REQUEST_LIMIT].split(b"\n")[0] + b"\n"
    with asyncio.Runner() as runner:
        answer = runner.run(reply_to(line, COMMANDS))
    assert b"\n" not in answer
    found = json.loads(answer)
    assert len(found) == 1
    assert found.keys() <= {"error", *COMMANDS}


def seeds() -> Iterator[bytes]:
    """Requests that are right, nearly right, and nested."""
    yield b'{"command":"status"}'
    yield b'{"command":"recording","bus":"line","after":-1}'
    yield b'{"command":"recording","bus":"\\ud800","after":9223372036854775808}'
    yield b'{"command":"\\u0000","bus":1e999}'
    yield b"[" * 3000
    yield b'{"command":{"a":' * 200
