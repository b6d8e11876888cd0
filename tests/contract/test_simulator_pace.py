"""The wire is exact: pace, gaps between characters, turnaround, and who keeps silent."""

import asyncio
import os
import select
import time
from contextlib import closing
from pathlib import Path

import pytest
from pymodbus.exceptions import ModbusIOException

import simulators
from simulators import parse_scenario, running_lab
from tests.contract.simulator_clients import LAB, ModbusClient, TcpPort, modbus_client


def arrivals(port: str, request: bytes, size: int) -> list[tuple[float, int]]:
    """When each read found how many bytes, in seconds after the request was written."""
    line = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    found: list[tuple[float, int]] = []
    try:
        time.sleep(0.1)  # the lab looks for a new client 50 times a second
        os.write(line, request)
        begin, heard = time.monotonic(), 0
        while heard < size:
            assert select.select([line], [], [], 10)[0], f"{heard} of {size} bytes came"
            data = os.read(line, 4096)
            heard += len(data)
            found.append((time.monotonic() - begin, len(data)))
    finally:
        os.close(line)
    return found


REPLY = len(b'I4 A "1126493049"\r\n')


def test_a_reply_comes_in_pieces_at_the_pace_of_the_line() -> None:
    with simulators.simulated("mettler-sics", "pty", wire={"baud": 1200}) as sim:
        found = arrivals(sim.port, b"I4\r\n", REPLY)
    request, turnaround, character = 4, 0.01, 10 / 1200
    assert found[-1][0] >= (request - 1 + REPLY) * character + turnaround
    assert 5 <= len(found) <= REPLY / 2 + 1


def test_exact_pacing_sends_every_character_at_its_time() -> None:
    wire = {"baud": 300, "pacing": "exact"}
    with simulators.simulated("mettler-sics", "pty", wire=wire) as sim:
        found = arrivals(sim.port, b"I4\r\n", REPLY)
    # A busy machine may see two characters at once; it never sees one early.
    assert len(found) >= 0.6 * REPLY
    character, heard = 10 / 300, 0
    for when, count in found:
        heard += count
        assert when >= (3 + heard) * character


def test_a_gap_is_made_between_characters_also_on_tcp() -> None:
    wire = {"character_gap": "30ms", "turnaround": "0ms"}
    with (
        simulators.simulated("mettler-sics", wire=wire) as sim,
        closing(TcpPort(sim.port)) as port,
    ):
        port.write(b"I4\r\n")
        begin = time.monotonic()
        assert port.readline() == b'I4 A "1126493049"\r\n'
        assert time.monotonic() - begin >= (REPLY - 1) * 0.03


@pytest.mark.parametrize(
    ("wire", "options", "least"),
    [
        ({"turnaround": "300ms"}, {}, 0.3),
        ({"turnaround": "10s"}, {"turnaround": "400ms"}, 0.4),
        ({}, {"turnaround": 0.2}, 0.2),
    ],
)
def test_a_device_takes_its_time(
    wire: dict[str, object], options: dict[str, object], least: float
) -> None:
    with (
        simulators.simulated("keithley-2000", wire=wire, **options) as sim,  # pyright: ignore[reportArgumentType]
        closing(TcpPort(sim.port)) as port,
    ):
        port.write(b"*OPC?\n")
        begin = time.monotonic()
        assert port.readline() == b"1\n"
        assert least <= time.monotonic() - begin < 9


def test_a_character_has_the_bits_of_its_line() -> None:
    scenario = parse_scenario(
        '[lab.wire.a]\npty = "a"\nbaud = 2400\nparity = "even"\n'
        '[lab.wire.b]\npty = "b"\nbaud = 9600\nstop_bits = 2\ndata_bits = 7\n'
        '[lab.device.a]\nmodel = "mettler-sics"\nwire = "a"\n'
        '[lab.device.b]\nmodel = "mettler-sics"\nwire = "b"\n'
    )
    assert [wire.pace.character for wire in scenario.wires] == [11 / 2400, 10 / 9600]


@pytest.mark.parametrize("kind", ["pty", "rtu"])
async def test_units_on_rs485_answer_for_themselves_and_others_are_silent(
    kind: str, tmp_path: Path
) -> None:
    wires = {"pty": 'pty = "line"', "rtu": 'tcp = "127.0.0.1:0"\nframing = "rtu"'}

    def answers(client: ModbusClient, unit: int) -> bool:
        try:
            return not client.read_holding_registers(2, count=2, device_id=unit).isError()
        except ModbusIOException:
            return False

    def ask(address: str) -> list[bool]:
        with closing(modbus_client(address, kind, timeout=0.5)) as client:
            return [answers(client, unit) for unit in (1, 2, 3, 4, 247)]

    scenario = parse_scenario(LAB.format(wire=wires[kind]), folder=tmp_path)
    async with running_lab(scenario) as lab:
        found = await asyncio.to_thread(ask, lab.address("mains"))
        assert found == [True, True, True, False, False]
        assert sum(tally.replies for tally in lab.tallies.values()) == 3


async def test_a_scenario_says_how_fast_its_physics_runs() -> None:
    text = LAB.format(wire='tcp = "127.0.0.1:0"').replace("seed = 11", "seed = 11\nspeed = 7200")
    async with running_lab(parse_scenario(text)) as lab:
        async with asyncio.timeout(20):
            before = lab.device("mains").state()["energy_total"]
            while lab.device("mains").state()["energy_total"] == before:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.02)
    async with running_lab(parse_scenario(text), speed=0) as lab:
        before = [lab.device(name).state() for name in ("mains", "furnace", "probes")]
        await asyncio.sleep(0.5)
        assert [lab.device(name).state() for name in ("mains", "furnace", "probes")] == before
        lab.speed = 1
        async with asyncio.timeout(20):
            while lab.state("mains").channels == before[0]:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.02)
