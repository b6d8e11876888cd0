"""Ports and addresses that cannot be opened, and what the user is told."""

import asyncio
import contextlib
import os
import socket
import sys
import threading
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import NoReturn

import pytest

from drivers.errors import DisconnectedError, OpenFailedError
from drivers.transport.link import Settings
from drivers.transport.port_holder import check_lock_file, claim_terminal
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from tests.far_end import PATIENCE, PtyEnd, far_end

SETTINGS = Settings()


async def serial_error(port: str | Path, serial: SerialSettings | None = None) -> str:
    with pytest.raises(OpenFailedError) as caught:
        await open_serial(str(port), serial or SerialSettings(), SETTINGS, "test")
    assert str(caught.value).startswith(f"{port}: ")
    return str(caught.value)


async def test_a_port_that_is_not_there() -> None:
    assert "no such port; present:" in await serial_error("/dev/ttyNOT0")


async def test_a_port_this_program_holds_already() -> None:
    async with far_end("pty") as end:
        link = await end.open(SETTINGS)
        assert "held by this program itself" in await serial_error(end.address)
        await link.close()


HOLD = """
import serial, sys
with serial.Serial(sys.argv[1], exclusive=True):
    print("held", flush=True)
    sys.stdin.read()
"""


async def test_a_port_another_program_holds_is_told_with_the_program() -> None:
    async with far_end("pty") as end:
        other = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLD, end.address, stdin=PIPE, stdout=PIPE
        )
        assert other.stdin is not None
        assert other.stdout is not None
        assert await other.stdout.readline() == b"held\n"
        text = await serial_error(end.address)
        assert "held by another program: python" in text
        assert f"(pid {other.pid})" in text
        other.stdin.close()
        await other.wait()
        link = await end.open(SETTINGS)
        await link.close()


def test_a_claimed_terminal_cannot_be_claimed_again() -> None:
    master, slave = os.openpty()
    try:
        claim_terminal(slave)
        with pytest.raises(OSError, match="exclusive"):
            claim_terminal(slave)
    finally:
        os.close(master)
        os.close(slave)


def test_the_lock_file_of_a_program_that_runs_is_respected(tmp_path: Path) -> None:
    lock = tmp_path / "LCK..ttyUSB7"
    for content in ("no number", f"{os.getpid():10}\n", "999999999\n"):
        lock.write_text(content)
        check_lock_file("/dev/ttyUSB7", tmp_path)
    lock.write_text(f"{os.getppid():10}\n")
    with pytest.raises(OSError, match=f"pid {os.getppid()}.* locked it with .*ttyUSB7"):
        check_lock_file("/dev/ttyUSB7", tmp_path)


async def test_a_line_that_takes_nothing_is_lost_and_closed_at_once() -> None:
    """Flow control, or an adapter that hangs: what cannot be sent must not pile up."""
    async with far_end("pty") as end:
        link = await end.open(Settings(drain_limit=60.0))
        loop = asyncio.get_running_loop()
        assert isinstance(end, PtyEnd)
        end.deaf()
        begin = loop.time()
        await link.send(b"x" * 300_000)
        with pytest.raises(DisconnectedError, match=r"takes nothing; [0-9]+ bytes"):
            await link.send(b"x")
        await link.close()
        assert link.closed
        assert loop.time() - begin < 30


async def test_an_adapter_that_vanishes_with_a_request_half_sent() -> None:
    async with far_end("pty") as end:
        link = await end.open(SETTINGS)
        assert isinstance(end, PtyEnd)
        end.deaf()
        await link.send(b"x" * 300_000)
        end.hang_up()
        with pytest.raises(DisconnectedError):
            await link.send(b"x")
        await link.close()


@pytest.mark.parametrize(
    "serial",
    [
        SerialSettings(data_bits=7, parity="even"),
        SerialSettings(parity="odd"),
        SerialSettings(data_bits=7),
    ],
)
async def test_a_pseudo_terminal_does_8n1_only(serial: SerialSettings, tmp_path: Path) -> None:
    async with far_end("pty") as end:
        link = tmp_path / "ttyBALANCE"
        link.symlink_to(end.address)
        for port in (end.address, link):
            text = await serial_error(port, serial)
            assert "pseudo terminal" in text
            assert f"not {serial}" in text
            assert "set data_bits = 8 and parity = 'none'" in text


@pytest.mark.parametrize("stop_bits", [1, 2])
async def test_a_pseudo_terminal_does_not_mind_stop_bits_and_baud(stop_bits: int) -> None:
    async with far_end("pty") as end:
        serial = SerialSettings(stop_bits=2 if stop_bits == 2 else 1, baud=38400)
        link = await open_serial(end.address, serial, SETTINGS, "test")
        assert link.dirty, "something may still be on its way to an earlier owner"
        assert link.settings.character == serial.character
        await link.close()


async def test_what_is_no_serial_port(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert "is not a serial port" in await serial_error(file)
    assert "is not a serial port" in await serial_error(tmp_path)


async def test_a_forbidden_port_names_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forbidden(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("drivers.transport.serial_line.serialx.create_serial_connection", forbidden)
    assert "add the user to the group root (usermod -aG root USER)" in await serial_error(
        "/dev/null"
    )
    assert "group dialout" in await serial_error("/dev/ttyNOT0")


async def test_a_port_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hanging(*_args: object, **_more: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr("drivers.transport.serial_line.serialx.create_serial_connection", hanging)
    with pytest.raises(OpenFailedError, match=r"did not open within 0\.05 s"):
        await open_serial("/dev/ttyS0", SerialSettings(), SETTINGS, "test", open_timeout=0.05)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_an_address_where_nothing_listens() -> None:
    with pytest.raises(OpenFailedError, match="refused; nothing listens"):
        await open_tcp("127.0.0.1", free_port(), SETTINGS, "test")


async def test_a_name_that_is_none() -> None:
    with pytest.raises(OpenFailedError, match="host name not known"):
        await open_tcp("not a name", 502, SETTINGS, "test")


def test_a_name_whose_resolution_hangs_delays_neither_the_next_attempt_nor_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    answer, answered = threading.Event(), threading.Event()

    def hanging(host: str, *_args: object, **_more: object) -> NoReturn:
        asked.append(host)
        answer.wait(PATIENCE)
        answered.set()
        raise socket.gaierror(-3, "Temporary failure in name resolution")

    monkeypatch.setattr("drivers.transport.resolve.socket.getaddrinfo", hanging)

    async def attempts() -> None:
        for _ in range(3):
            with pytest.raises(OpenFailedError, match="no answer within"):
                await open_tcp("gateway.example", 502, SETTINGS, "test", open_timeout=0.05)

    asyncio.run(attempts())  # ends while the thread still hangs
    assert asked == ["gateway.example"]
    assert not answered.is_set()
    answer.set()
    assert answered.wait(PATIENCE)


async def test_the_second_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(_host: str, *_args: object, **_more: object) -> list[object]:
        return [(0, 0, 0, "", (address, 0)) for address in ("127.0.0.2", "127.0.0.1")]

    async with far_end("tcp") as end:
        port = int(end.address.rpartition(":")[2])
        monkeypatch.setattr("drivers.transport.resolve.socket.getaddrinfo", both)
        link = await open_tcp("meter.example", port, SETTINGS, "test")
        await link.close()


@pytest.mark.parametrize("host", ["." * 70, "a..b"])
async def test_a_name_that_cannot_be_one(host: str) -> None:
    with pytest.raises(OpenFailedError, match="502: "):
        await open_tcp(host, 502, SETTINGS, "test")


async def test_a_port_number_that_cannot_be_one() -> None:
    with pytest.raises(OpenFailedError):
        await open_tcp("127.0.0.1", 70000, SETTINGS, "test")


async def test_a_server_that_does_not_accept_is_given_up() -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        port = int(server.getsockname()[1])
        for _ in range(4):  # the queue of the listening socket overflows, then nothing answers
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(("127.0.0.1", port))
        with pytest.raises(OpenFailedError, match="no answer within"):
            await open_tcp("127.0.0.1", port, SETTINGS, "test", open_timeout=0.2)
