"""Ports and addresses that cannot be opened, and what the user is told."""

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from drivers.errors import OpenFailedError
from drivers.transport.link import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from tests.far_end import far_end

SETTINGS = Settings()


async def serial_error(port: str | Path, serial: SerialSettings | None = None) -> str:
    with pytest.raises(OpenFailedError) as caught:
        await open_serial(str(port), serial or SerialSettings(), SETTINGS, "test")
    assert str(caught.value).startswith(f"{port}: ")
    return str(caught.value)


async def test_a_port_that_is_not_there() -> None:
    assert "no such port; present:" in await serial_error("/dev/ttyNOT0")


async def test_a_port_another_program_holds() -> None:
    async with far_end("pty") as end:
        link = await end.open(SETTINGS)
        assert "held by another program (fuser" in await serial_error(end.address)
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
