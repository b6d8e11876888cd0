"""A recording played on a real pty and a real port."""

import asyncio
import json
import time
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from simulators import Replay, Surprise, WireError, read_recording, replaying
from tests.contract.simulator_clients import Port, TcpPort, ask, serial_port
from tests.system.house import daq, running

MS = 1_000_000
ENTRIES = [
    {"t": 0, "event": "opened"},
    {"t": 20 * MS, "dir": "rx", "hex": b"hello\r\n".hex()},
    {"t": 100 * MS, "dir": "tx", "hex": b"SI\r\n".hex()},
    {"t": 130 * MS, "dir": "rx", "hex": b"S S ".hex()},
    {"t": 430 * MS, "dir": "rx", "hex": b"1.0 g\r\n".hex()},
    {"t": 1000 * MS, "dir": "tx", "hex": b"I4\r\n".hex()},
    {"t": 1010 * MS, "event": "lost"},
]
Transport = Literal["pty", "tcp"]
each_transport = pytest.mark.parametrize("transport", ["pty", "tcp"])


def written(folder: Path) -> Path:
    header = '{"format": "lab-daq-recording", "version": 1, "bus": "b", "framing": "text", '
    lines = [header + '"started": 0, "line": {}}', *(json.dumps(entry) for entry in ENTRIES)]
    path = folder / "recording.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


class Stage:
    def __init__(self, transport: Transport, folder: Path, *, strict: bool = False) -> None:
        self.surprises: list[Surprise] = []
        place = folder / "port" if transport == "pty" else "127.0.0.1:0"
        self.replay: Replay = replaying(
            read_recording(written(folder)), place, strict=strict, told=self.surprises.append
        )
        self._open = serial_port if transport == "pty" else TcpPort

    async def port(self, patience: float = 10.0) -> Port:
        return await asyncio.to_thread(self._open, self.replay.address, patience)


async def line(port: Port) -> bytes:
    return await asyncio.to_thread(port.readline)


async def gone(port: Port) -> bool:
    def read() -> bool:
        try:
            return port.read(1) == b"" and isinstance(port, TcpPort)
        except OSError:
            return True

    return await asyncio.to_thread(read)


@each_transport
async def test_answers_come_with_their_delays(transport: Transport, tmp_path: Path) -> None:
    stage = Stage(transport, tmp_path)
    async with stage.replay:
        port = await stage.port()
        with closing(port):
            assert await line(port) == b"hello\r\n"
            for _ in range(2):
                begin = time.monotonic()
                assert await asyncio.to_thread(ask, port, b"SI\r\n") == b"S S 1.0 g\r\n"
                assert time.monotonic() - begin >= 0.33
            port.write(b"I4\r\n")
            assert await gone(port)
    assert stage.replay.player.complete
    assert [path.name for path in tmp_path.iterdir()] == ["recording.jsonl"]


@each_transport
async def test_what_the_recording_does_not_have_is_silence(
    transport: Transport, tmp_path: Path
) -> None:
    stage = Stage(transport, tmp_path)
    async with stage.replay:
        port = await stage.port()
        with closing(port):
            assert await line(port) == b"hello\r\n"
            port.write(b"T\r\n")
            async with asyncio.timeout(10):
                while not stage.surprises:  # noqa: ASYNC110 - told by a call
                    await asyncio.sleep(0.01)
            assert await asyncio.to_thread(ask, port, b"SI\r\n") == b"S S 1.0 g\r\n"
    assert stage.surprises == [Surprise(b"T\r\n")]


@each_transport
async def test_a_strict_play_says_what_it_expected(transport: Transport, tmp_path: Path) -> None:
    stage = Stage(transport, tmp_path, strict=True)
    async with stage.replay:
        port = await stage.port()
        with closing(port):
            assert await line(port) == b"hello\r\n"
            port.write(b"I4\r\n")
            async with asyncio.timeout(10):
                while not stage.surprises:  # noqa: ASYNC110 - told by a call
                    await asyncio.sleep(0.01)
    assert stage.surprises == [Surprise(b"I4\r\n", b"SI\r\n")]


@each_transport
async def test_it_ends_in_the_middle_of_an_answer(transport: Transport, tmp_path: Path) -> None:
    stage = Stage(transport, tmp_path)
    async with stage.replay:
        port = await stage.port()
        port.write(b"SI\r\n")
        assert await line(port) == b"hello\r\n"
        begin = time.monotonic()
    assert time.monotonic() - begin < 10
    port.close()


async def test_a_place_that_is_taken(tmp_path: Path) -> None:
    stage = Stage("tcp", tmp_path)
    async with stage.replay:
        other = replaying(read_recording(written(tmp_path)), stage.replay.address)
        with pytest.raises(WireError, match=stage.replay.address):
            async with other:
                pytest.fail("must not start")
    with pytest.raises(WireError, match="a TCP place is like"):
        replaying(read_recording(written(tmp_path)), "nowhere")


def asked(address: str, *requests: bytes) -> None:
    with closing(TcpPort(address)) as port:
        assert port.readline() == b"hello\r\n"
        for request in requests:
            port.write(request)
            port.read(1)


@pytest.mark.parametrize(
    ("requests", "code", "words"),
    [
        ((b"SI\r\n",), 1, "1 of the recording's requests did not come"),
        ((b"T\r\n",), 1, r"expected 'SI\r\n', came 'T\r\n'"),
        ((b"SI\r\n", b"I4\r\n"), 0, ""),
    ],
)
def test_the_command(requests: tuple[bytes, ...], code: int, words: str, tmp_path: Path) -> None:
    arguments = ("replay", str(written(tmp_path)), "--strict", "--json")
    with running(tmp_path / "out", "sim", *arguments) as process:
        process.wait_text("}\n")
        ready = json.loads(process.text)
        assert ready["requests"] == 2
        if requests == (b"T\r\n",):
            with closing(TcpPort(ready["address"])) as port:
                port.write(b"T\r\n")
                process.wait_text("came")
        else:
            asked(ready["address"], *requests)
        assert process.stop() == code
        assert words in process.text


def test_commands_that_cannot_play(tmp_path: Path) -> None:
    assert daq("sim", "replay", str(tmp_path / "gone")).returncode == 1
    path = str(written(tmp_path))
    assert daq("sim", "replay", path, "--pty", "a", "--tcp", "b:1").returncode == 2
    assert "a TCP place is like" in daq("sim", "replay", path, "--tcp", "b").stderr
