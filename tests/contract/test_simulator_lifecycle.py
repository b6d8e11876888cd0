"""Labs start, survive their clients, and leave nothing behind."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest

from simulators import (
    Lab,
    WireError,
    WireInfo,
    parse_scenario,
    run_lab,
    running_lab,
)
from tests.contract.simulator_clients import (
    LAB,
    Port,
    TcpPort,
    ask,
    modbus_client,
    serial_port,
)

BALANCE = """
[lab]
[lab.wire.line]
{wire}
[lab.device.it]
model = "mettler-sics"
wire = "line"
"""


def balance(tmp_path: Path, wire: str = 'pty = "deep/er/port"') -> Lab:
    return running_lab(parse_scenario(BALANCE.format(wire=wire), folder=tmp_path))


async def identify(path: str) -> bytes:
    def run() -> bytes:
        with closing(serial_port(path)) as port:
            return ask(port, b"I4\r\n")

    return await asyncio.to_thread(run)


async def test_link_and_folders_are_gone_after_the_stop(tmp_path: Path) -> None:
    async with balance(tmp_path) as lab:
        link = tmp_path / "deep" / "er" / "port"
        assert lab.address("it") == str(link)
        assert link.is_symlink()
        assert str(link.readlink()).startswith("/dev/pts/")
        assert await identify(str(link)) == b'I4 A "1126493049"\r\n'
    assert list(tmp_path.iterdir()) == []


async def test_folders_with_other_things_in_them_stay(tmp_path: Path) -> None:
    async with balance(tmp_path):
        (tmp_path / "deep" / "notes").write_text("mine")
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == [
        "deep",
        "deep/notes",
    ]


async def test_a_client_may_close_and_open_the_pty_again(tmp_path: Path) -> None:
    async with balance(tmp_path) as lab:
        for _ in range(5):
            assert await identify(lab.address("it")) == b'I4 A "1126493049"\r\n'


async def test_what_a_client_left_unread_does_not_reach_the_next(tmp_path: Path) -> None:
    async with balance(tmp_path) as lab:
        path = lab.address("it")
        first = os.open(path, os.O_RDWR | os.O_NOCTTY)
        os.write(first, b"I2\r\nI3\r\n")
        await asyncio.sleep(0.5)
        os.close(first)
        await asyncio.sleep(0.2)
        second = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            await asyncio.sleep(0.2)
            with pytest.raises(BlockingIOError):
                os.read(second, 100)
            os.write(second, b"I4\r\n")
            async with asyncio.timeout(10):
                heard = b""
                while not heard.endswith(b"\n"):
                    await asyncio.sleep(0.02)
                    with suppress(BlockingIOError):
                        heard += os.read(second, 100)
            assert heard == b'I4 A "1126493049"\r\n'
        finally:
            os.close(second)


async def test_seven_bits_and_parity_are_tolerated_where_the_kernel_does(tmp_path: Path) -> None:
    def run(path: str) -> bytes:
        with closing(serial_port(path, bytesize=7, parity="E")) as port:
            return ask(port, b"I4\r\n")

    async with balance(tmp_path) as lab:
        # A pty takes 7E1 at the first opening and keeps 8N1; a later one it may refuse.
        assert await asyncio.to_thread(run, lab.address("it")) == b'I4 A "1126493049"\r\n'
        assert await identify(lab.address("it")) == b'I4 A "1126493049"\r\n'


async def test_a_stale_link_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "port").symlink_to("/dev/pts/9999")
    async with balance(tmp_path, 'pty = "port"') as lab:
        assert await identify(lab.address("it")) == b'I4 A "1126493049"\r\n'
    assert list(tmp_path.iterdir()) == []


async def test_a_file_in_the_way_stays_and_is_named(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("important")
    with pytest.raises(WireError, match=r"port: exists and is no link"):
        async with balance(tmp_path, 'pty = "port"'):
            pytest.fail("must not start")
    assert (tmp_path / "port").read_text() == "important"


async def test_somebody_elses_link_is_left_alone(tmp_path: Path) -> None:
    async with balance(tmp_path, 'pty = "port"') as lab:
        link = Path(lab.address("it"))
        link.unlink()
        link.symlink_to("/dev/null")
    assert link.readlink() == Path("/dev/null")


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    async with balance(tmp_path, 'tcp = "127.0.0.1:0"') as lab:
        address = lab.address("it")
        with pytest.raises(WireError, match=address):
            async with balance(tmp_path, f'tcp = "{address}"'):
                pytest.fail("must not start")


async def test_a_lab_that_cannot_start_takes_down_what_it_had_started(tmp_path: Path) -> None:
    (tmp_path / "second").write_text("in the way")
    text = BALANCE.format(wire='pty = "first"') + (
        '[lab.wire.other]\npty = "second"\n'
        '[lab.device.other]\nmodel = "keithley-2000"\nwire = "other"\n'
    )
    with pytest.raises(WireError):
        async with running_lab(parse_scenario(text, folder=tmp_path)):
            pytest.fail("must not start")
    assert [path.name for path in tmp_path.iterdir()] == ["second"]


async def test_an_error_in_the_block_comes_through_and_the_lab_stops(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with balance(tmp_path):
            raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


async def test_stop_is_quick_with_clients_connected_and_replies_held_back(tmp_path: Path) -> None:
    wire = 'tcp = "127.0.0.1:0"\nbaud = 300'
    async with balance(tmp_path, wire) as lab:
        port: Port = await asyncio.to_thread(TcpPort, lab.address("it"))
        lab.inject("it", "late", delay=60.0, count=1)
        port.write(b"I2\r\nI0\r\nSIR\r\n")
        await asyncio.sleep(0.3)
        begin = time.monotonic()
    assert time.monotonic() - begin < 20  # the reply would have been held back for 60
    port.close()


async def test_a_lab_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    stop, heard = asyncio.Event(), list[WireInfo]()
    scenario = parse_scenario(LAB.format(wire='pty = "line"'), folder=tmp_path)

    def ready(lab: Lab) -> None:
        heard.extend(lab.wires)
        stop.set()

    await run_lab(running_lab(scenario), ready=ready, stop=stop)
    assert heard == [
        WireInfo("line", "pty", str(tmp_path / "line"), "rtu", ("mains", "furnace", "probes"))
    ]


async def test_a_cancelled_lab_leaves_nothing_behind(tmp_path: Path) -> None:
    ready = asyncio.Event()
    scenario = parse_scenario(LAB.format(wire='pty = "line"'), folder=tmp_path)
    task = asyncio.create_task(run_lab(running_lab(scenario), ready=lambda _: ready.set()))
    await ready.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(tmp_path.iterdir()) == []


async def test_a_lab_cancelled_while_it_starts_leaves_nothing_behind(tmp_path: Path) -> None:
    task = asyncio.create_task(balance(tmp_path).__aenter__())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(tmp_path.iterdir()) == []


async def test_what_is_no_modbus_tcp_is_disconnected(tmp_path: Path) -> None:
    scenario = parse_scenario(LAB.format(wire='tcp = "127.0.0.1:0"'), folder=tmp_path)
    async with running_lab(scenario) as lab:
        port = await asyncio.to_thread(TcpPort, lab.address("mains"))
        port.write(b"GET / HTTP/1.1\r\n\r\n")
        heard = await asyncio.to_thread(port.read, 1)
        port.close()
    assert heard == b""


async def test_a_lab_can_run_several_times_from_one_scenario(tmp_path: Path) -> None:
    scenario = parse_scenario(LAB.format(wire='tcp = "127.0.0.1:0"'), folder=tmp_path)

    def read(address: str) -> Sequence[int]:
        with closing(modbus_client(address, "tcp")) as client:
            return client.read_holding_registers(2, count=1, device_id=2).registers

    for _ in range(2):
        async with running_lab(scenario) as lab:
            assert await asyncio.to_thread(read, lab.address("furnace")) == [2000]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_process_that_serves_ends_at_a_signal(number: signal.Signals, tmp_path: Path) -> None:
    path = tmp_path / "lab.toml"
    path.write_text(LAB.format(wire='pty = "ports/line"'))
    served = tmp_path / "served.jsonl"
    program = (
        "import sys, pathlib, simulators\n"
        "scenario, served = map(pathlib.Path, sys.argv[1:])\n"
        "lab = simulators.running_lab(scenario, served=served)\n"
        "simulators.serve(lab, ready=lambda lab: print(lab.wires[0].address, flush=True))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(served)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            address = process.stdout.readline().strip()
            assert address == str(tmp_path / "ports" / "line")
            with closing(modbus_client(address, "pty")) as client:
                assert client.read_holding_registers(0, count=4, device_id=3).registers
            process.send_signal(number)
            assert process.wait(30) == 0
            assert process.stdout.read() == process.stderr.read() == ""
        finally:
            process.kill()
    assert sorted(each.name for each in tmp_path.iterdir()) == ["lab.toml", "served.jsonl"]
    assert served.read_bytes().count(b"\n") == 1


async def test_clients_that_come_while_it_is_cancelled_are_turned_away(tmp_path: Path) -> None:
    wrong: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: wrong.append(context))
    lab = balance(tmp_path, 'tcp = "127.0.0.1:0"')
    opened: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def open_house() -> None:
        async with lab:
            opened.set_result(lab.address("it"))
            await asyncio.sleep(3600)

    house = asyncio.create_task(open_house())
    host, _, port = (await opened).rpartition(":")
    # Not awaited: they are accepted in the same turn of the loop in which the lab is cancelled.
    guests = [socket.create_connection((host, int(port)), 5) for _ in range(20)]
    for turn in range(3):
        if turn == 1:
            house.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([house])
    for guest in guests:
        guest.close()
    assert not wrong
