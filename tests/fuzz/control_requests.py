"""Requests to the control socket.

Invariant: one line of JSON comes back, with the command's answer or an error, whatever the line.
"""

import asyncio
import json
from collections.abc import Iterator

from daq.control.alarms import AlarmRequest, AlarmsRequest
from daq.control.incidents import (
    IncidentCloseRequest,
    IncidentNoteRequest,
    IncidentOpenRequest,
    IncidentRequest,
    IncidentTickRequest,
)
from daq.control.quarantine import QuarantineRequest
from daq.control.recording import BusRecording, RecordingRequest
from daq.control.request import REQUEST_LIMIT
from daq.control.runs import RunMarkRequest, RunsRequest, RunStartRequest, RunStopRequest
from daq.control.series import SeriesStrikeRequest, SeriesTakeRequest
from daq.control.server import Commands, RefusedError, command, reply_to
from daq.control.status import StatusRequest
from drivers.recording.piece import About, LineSettings
from drivers.recording.ring import Ring

ABOUT = About(bus="line", framing="rtu", line=LineSettings(address="127.0.0.1:502"))


def _commands() -> Commands:
    ring = Ring()
    ring.tap("rx", b"\1\2\3")

    def recording(request: RecordingRequest) -> BusRecording:
        if request.bus != "line":
            raise RefusedError(f"no bus {request.bus!r}")
        return BusRecording(ABOUT, ring.page(request.after))

    return {
        **command(StatusRequest, lambda _: {"pid": 1}),
        **command(RecordingRequest, recording),
        **command(AlarmRequest, lambda request: request),
        **command(AlarmsRequest, lambda request: request),
        **command(QuarantineRequest, lambda request: request),
        **command(IncidentRequest, lambda request: request),
        **command(IncidentOpenRequest, lambda request: request),
        **command(IncidentNoteRequest, lambda request: request),
        **command(IncidentTickRequest, lambda request: request),
        **command(IncidentCloseRequest, lambda request: request),
        **command(RunsRequest, lambda request: request),
        **command(RunStartRequest, lambda request: request),
        **command(RunMarkRequest, lambda request: request),
        **command(RunStopRequest, lambda request: request),
        **command(SeriesTakeRequest, lambda request: request),
        **command(SeriesStrikeRequest, lambda request: request),
    }


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
    yield b'{"command":"alarm","alarm":"a","action":"shelved","by":"Li","reason":"x","seconds":9}'
    yield b'{"command":"alarm","alarm":"x.high-high","action":"acknowledged","by":"","reason":null}'
    yield b'{"command":"alarm","alarm":"' + b"a" * 101 + b'","action":"in-service","by":"Li"}'
    yield b'{"command":"alarm","alarm":"a","action":"shelved","seconds":2678401,"by":"\\u0000"}'
    yield b'{"command":"alarm","alarm":["a"],"action":"out-of-service","seconds":-1e-9}'
    yield b'{"command":"alarms","after":9223372036854775807}'
    yield b'{"command":"alarms","after":-1}'
    yield b'{"command":"quarantine","sink":"a","action":"drop","ranges":[[1,9223372036854775807]]}'
    yield b'{"command":"incident-open","title":"x","alarms":["a"],"by":"Li","procedure":"p"}'
    yield b'{"command":"incident-note","incident":"20261123-1","by":"Li","text":"a\\nb"}'
    yield b'{"command":"incident-tick","incident":"20261123-1","step":1,"tick":"skipped"}'
    yield b'{"command":"run-start","instruments":["a","b"],"by":"Li","sample":"S 1","key":"k-1"}'
    yield b'{"command":"run-stop","run":"20261123-1","outcome":"aborted","by":"Li","reason":"x"}'
    yield b"[" * 3000
    yield b'{"command":{"a":' * 200
