"""The text simulators against pyserial and a plain socket."""

import asyncio
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from simulators import Lab, Served, parse_scenario, running_lab
from simulators.devices.mettler_sics import MettlerSics
from tests.contract.simulator_clients import (
    Port,
    TcpPort,
    ask,
    lines_of,
    serial_port,
)

T = TypeVar("T")

WIRES = {"pty": 'pty = "port"\nbaud = 19200', "tcp": 'tcp = "127.0.0.1:0"'}


def lab_text(wire: str, device: str) -> str:
    return f'[lab]\nseed = 3\n[lab.wire.line]\n{wire}\n[lab.device.it]\nwire = "line"\n{device}\n'


class Bench:
    """A lab with one text device, and how to reach it."""

    def __init__(self, folder: Path, kind: str, device: str) -> None:
        scenario = parse_scenario(lab_text(WIRES[kind], device), folder=folder)
        self.log = folder / "served.jsonl"
        self.lab: Lab = running_lab(scenario, served=self.log)
        self._open = serial_port if kind == "pty" else TcpPort

    async def use(self, work: Callable[[Port], T]) -> T:
        def run() -> T:
            with closing(self._open(self.lab.address("it"))) as port:
                return work(port)

        return await asyncio.to_thread(run)

    def served(self) -> list[Served]:
        self.lab.flush()
        return [msgspec.json.decode(line, type=Served) for line in lines_of(self.log)]


@pytest.mark.parametrize("kind", WIRES)
async def test_a_multimeter(kind: str, tmp_path: Path) -> None:
    def talk(port: Port) -> list[bytes]:
        port.write(b":FOO?\r\n")
        return [ask(port, line) for line in (b"*IDN?\n", b":READ?\r\n", b":SYST:ERR?\r")]

    bench = Bench(tmp_path, kind, 'model = "keithley-2000"')
    async with bench.lab:
        identity, reading, error = await bench.use(talk)
        log = bench.served()
    assert identity.startswith(b"KEITHLEY INSTRUMENTS INC.,MODEL 2000,")
    assert error == b'-113,"Undefined header"\n'
    assert [line.values for line in log] == [{}, {"voltage": float(reading)}, {}]
    assert log[1].request == ":READ?"


@pytest.mark.parametrize("kind", WIRES)
async def test_a_balance(kind: str, tmp_path: Path) -> None:
    device = 'model = "mettler-sics"\nsamples = false\nserial_number = "4711"'

    def talk(port: Port) -> list[bytes]:
        return [ask(port, line) for line in (b"I4\r\n", b"S\r\n", b"SI\r\n", b"?\r\n")]

    def weigh(port: Port) -> list[bytes]:
        return [ask(port, b"SI\r\n"), ask(port, b"S\r\n")]

    bench = Bench(tmp_path, kind, device)
    async with bench.lab as lab:
        serial_number, stable, immediate, unknown = await bench.use(talk)
        assert serial_number == b'I4 A "4711"\r\n'
        assert stable.startswith(b"S S ")
        assert immediate.startswith(b"S S ")
        assert unknown == b"ES\r\n"
        balance = lab.device("it")
        assert isinstance(balance, MettlerSics)
        balance.cell.put(50.0)
        moving, settled = await bench.use(weigh)
        assert moving.startswith(b"S D ")
        assert settled.startswith(b"S S ")
        assert float(settled[4:14]) == pytest.approx(50, abs=0.005)
        assert bench.served()[-1].values == {"weight": float(settled[4:14])}


@pytest.mark.parametrize("kind", WIRES)
async def test_a_balance_repeats_until_it_is_reset(kind: str, tmp_path: Path) -> None:
    def talk(port: Port) -> list[bytes]:
        lines = [ask(port, b"SIR\r\n"), *(port.readline() for _ in range(4))]
        port.write(b"@\r\n")
        while not lines[-1].startswith(b"I4 A"):
            lines.append(port.readline())
        return lines

    bench = Bench(tmp_path, kind, 'model = "mettler-sics"')
    async with bench.lab:
        lines = await bench.use(talk)
    assert all(line[:4] in (b"S S ", b"S D ") for line in lines[:-1])


@pytest.mark.parametrize("kind", WIRES)
async def test_a_balance_gets_over_a_client_that_left_while_it_waited(
    kind: str, tmp_path: Path
) -> None:
    def leave(port: Port) -> None:
        port.write(b"S\r\n")
        time.sleep(0.2)

    bench = Bench(tmp_path, kind, 'model = "mettler-sics"\nsamples = false\npatience = 0.5')
    async with bench.lab as lab:
        with lab.inject("it", "unstable"):
            await bench.use(leave)
            balance = lab.device("it")
            assert isinstance(balance, MettlerSics)
            assert balance.talking
            async with asyncio.timeout(10):
                while balance.talking:  # noqa: ASYNC110 - state of a device has no event
                    await asyncio.sleep(0.02)
        reply = await bench.use(lambda port: ask(port, b"SI\r\n"))
    assert reply[:4] in (b"S S ", b"S D ")


@pytest.mark.parametrize("kind", WIRES)
async def test_a_transmitter(kind: str, tmp_path: Path) -> None:
    def talk(port: Port) -> list[bytes]:
        return [ask(port, line) for line in (b"SEND\r\n", b"seri\r", b"ERRS\r\n")]

    device = 'model = "vaisala-hmt330"\necho = false'
    bench = Bench(tmp_path, kind, device)
    async with bench.lab:
        reading, settings, errors = await bench.use(talk)
        values = bench.served()[0].values
    assert reading.decode() == (
        f"RH= {values['humidity']} %RH T= {values['temperature']} 'C "
        f"Td= {values['dewpoint']} 'C\r\n"
    )
    assert settings == b"Baud P D S     : 4800 E 7 1\r\n"
    assert errors == b"No errors\r\n"


async def test_a_transmitter_greets_and_runs(tmp_path: Path) -> None:
    def talk(port: Port) -> bytes:
        greeting = port.read(18)
        port.write(b"R\r")
        heard = b""
        while heard.count(b"RH=") < 3:
            heard += port.read(64)
        port.write(b"S\r")
        while not heard.endswith(b">"):
            heard += port.read(64)
        return greeting + heard

    bench = Bench(tmp_path, "tcp", 'model = "vaisala-hmt330"')
    async with bench.lab:
        heard = await bench.use(talk)
        assert len(bench.served()) >= 3
    assert heard.startswith(b"\r\nHMT330 / 5.16\r\n>R\r\nRH= ")
