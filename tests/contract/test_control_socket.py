"""The daemon's socket: real, with the real client in a thread."""

import asyncio
import contextlib
import logging
import os
import socket
import time
from pathlib import Path

import pytest

from daq.control import client, server
from daq.control.client import DeclinedError, NotRunningError
from daq.control.recording import BusRecording, RecordingRequest, ask_recording
from daq.control.server import Commands, ControlError, RefusedError, command, control_socket
from daq.control.status import DaemonStatus, JournalStatus, StatusRequest, ask_status
from drivers.recording.piece import About, LineSettings
from drivers.recording.ring import Ring
from tests.journal_samples import until

pytestmark = pytest.mark.both_loops

ABOUT = About(bus="line", framing="rtu", line=LineSettings(address="127.0.0.1:502"))
STATUS = DaemonStatus(
    version="1",
    pid=1,
    site="lab",
    started=0,
    config_hash="",
    journal=JournalStatus(path="j", size_bytes=0, committed=0, trouble=""),
    buses=[],
    instruments=[],
    sinks=[],
)


def commands_of(ring: Ring) -> Commands:
    def recording(request: RecordingRequest) -> BusRecording:
        if request.bus != "line":
            raise RefusedError(f"no bus {request.bus!r}")
        return BusRecording(ABOUT, ring.page(request.after))

    return {**command(StatusRequest, lambda _: STATUS), **command(RecordingRequest, recording)}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "daq.sock"


async def raw(path: Path, request: bytes) -> bytes:
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    return answer


async def test_it_says_how_it_does_and_is_gone_afterwards(path: Path) -> None:
    async with control_socket(path, commands_of(Ring())):
        assert path.stat().st_mode & 0o777 == 0o660
        assert await asyncio.to_thread(ask_status, path) == STATUS
    assert not path.exists()
    with pytest.raises(NotRunningError, match="is `daq run` running"):
        await asyncio.to_thread(ask_status, path)


async def test_an_answer_may_take_its_time(path: Path) -> None:
    async def status(_request: StatusRequest) -> DaemonStatus:
        await asyncio.sleep(0.01)
        return STATUS

    async with control_socket(path, command(StatusRequest, status)):
        assert await asyncio.to_thread(ask_status, path) == STATUS


async def test_a_full_ring_comes_over_in_pages(path: Path) -> None:
    ring = Ring()
    for number in range(9000):
        ring.tap("rx", number.to_bytes(2, "big") * 20)
    after, more, heard = 0, True, list[str]()
    async with control_socket(path, commands_of(ring)):
        while more:
            found = await asyncio.to_thread(ask_recording, path, "line", after)
            assert found.about == ABOUT
            heard += [piece.hex[:4] for piece in found.page.pieces]
            after, more = found.page.after, found.page.more
    assert heard == [f"{number:04x}" for number in range(9000)]


@pytest.mark.parametrize(
    ("request_line", "text"),
    [
        (b'{"command":"stop"}\n', b"unknown command 'stop'; there is: status, recording"),
        (b'{"command":"recording","bus":"other"}\n', b"no bus 'other'"),
        (b'{"command":"status","more":1}\n', b"not understood"),
        (b"\xff\n", b"not understood"),
        (b'{"a":' + b"[" * 4000 + b"\n", b"not understood"),
    ],
)
async def test_what_it_does_not_do_it_says(path: Path, request_line: bytes, text: bytes) -> None:
    async with control_socket(path, commands_of(Ring())):
        assert text in await raw(path, request_line)


async def test_a_request_without_end_is_cut_off(path: Path) -> None:
    async with control_socket(path, commands_of(Ring())):
        assert await raw(path, b"x" * 100_000) == b""
        assert await asyncio.to_thread(ask_status, path) == STATUS


async def test_nobody_else_can_open_it_even_for_a_moment(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the umask: the file is made with its mode, and not given it afterwards."""
    born: list[int] = []
    chmod = Path.chmod

    def noting(self: Path, mode: int) -> None:
        born.append(self.stat().st_mode & 0o777)
        chmod(self, mode)

    monkeypatch.setattr(Path, "chmod", noting)
    before = os.umask(0)
    try:
        async with control_socket(path, {}):
            assert path.stat().st_mode & 0o777 == 0o660
    finally:
        os.umask(before)
    assert born == [0o660]


async def test_a_client_that_does_not_take_its_answer_is_cut_off(
    path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(server, "REQUEST_DEADLINE", 0.2)
    caplog.set_level(logging.DEBUG, "daq.control.server")
    commands: Commands = command(StatusRequest, lambda _: "x" * 4_000_000)
    async with control_socket(path, commands), asyncio.timeout(20):
        reader, writer = await asyncio.open_unix_connection(path, limit=1024)
        writer.write(b'{"command":"status"}\n')
        await until(lambda: "did not finish" in caplog.text)
        answer = bytearray()
        with contextlib.suppress(ConnectionError):
            while chunk := await reader.read(65_536):
                answer += chunk
        writer.close()
    assert len(answer) < 4_000_000


async def test_clients_beyond_the_limit_are_turned_away_and_the_others_served(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "CLIENTS", 2)
    async with control_socket(path, commands_of(Ring())), asyncio.timeout(20):
        silent = [await asyncio.open_unix_connection(path) for _ in range(2)]
        assert await asked_anyway(path) == b""
        for _, writer in silent:
            writer.close()
        while b"pid" not in await asked_anyway(path):  # noqa: ASYNC110 - nobody tells who has left
            await asyncio.sleep(0.01)


async def asked_anyway(path: Path) -> bytes:
    try:
        return await raw(path, b'{"command":"status"}\n')
    except ConnectionError:
        return b""


async def test_a_refusal_reaches_the_client(path: Path) -> None:
    async with control_socket(path, commands_of(Ring())):
        with pytest.raises(DeclinedError, match="no bus 'other'"):
            await asyncio.to_thread(ask_recording, path, "other", 0)


def test_a_daemon_that_hangs_costs_the_client_its_deadline_and_no_more(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "DEADLINE", 0.2)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        begun = time.monotonic()
        with pytest.raises(NotRunningError):
            ask_status(path)
        assert time.monotonic() - begun < 10


async def test_an_answer_without_end_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "ANSWER_LIMIT", 1000)
    ring = Ring()
    ring.tap("rx", bytes(2000))
    async with control_socket(path, commands_of(ring)):
        with pytest.raises(NotRunningError, match="more than 1000 bytes"):
            await asyncio.to_thread(ask_recording, path, "line", 0)


async def test_a_path_that_cannot_be_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(ControlError, match="cannot make the control socket"):
        async with control_socket(tmp_path / "no" / "daq.sock", {}):
            pass
