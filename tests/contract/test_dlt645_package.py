"""The meter's simulator and driver against the package dlt645 of PyPI, written by others.

It runs in a process of its own: it writes logs and keeps threads. It takes an address in the order
of the wire, low byte first, where a plate has it the other way round.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from drivers.model import Status
from drivers.registry import build_driver, load_profile
from drivers.transport.link import Settings
from drivers.transport.tcp import open_tcp
from simulators import parse_scenario, running_lab

HERE = Path(__file__).parent
METER = "000000000161"
WIRED = "610100000000"
PATIENCE = 60.0
LAB = """
[lab]
seed = 8

[lab.wire.line]
{wire}

[lab.device.meter]
model = "dlt645-2007"
wire = "line"
address = "000000000161"
"""
ITEMS = {
    "00000000": "energy_total",
    "00010000": "energy_import",
    "00020000": "energy_export",
    "02010100": "voltage_l1",
    "02010300": "voltage_l3",
    "02020200": "current_l2",
    "02030000": "power_total",
    "02030300": "power_l3",
    "02060000": "power_factor",
    "02800002": "frequency",
}
WATTS = ("power_total", "power_l3")
"""Channels that are kilowatts on the wire."""


async def python(script: str, *arguments: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    path = str(HERE / script)
    return await asyncio.create_subprocess_exec(
        sys.executable, path, *arguments, stdin=pipe, stdout=pipe, stderr=pipe
    )


async def client_reads(place: str, *items: str) -> dict[str, object]:
    child = await python("dlt645_client.py", place, WIRED, *items)
    async with asyncio.timeout(PATIENCE):
        said, complaints = await child.communicate(b"")
    assert child.returncode == 0, complaints.decode()
    return msgspec.json.decode(said.splitlines()[-1], type=dict[str, object])


@pytest.mark.parametrize("wire", ['pty = "line"', 'tcp = "127.0.0.1:0"'], ids=["pty", "tcp"])
async def test_its_client_reads_our_simulator(wire: str, tmp_path: Path) -> None:
    async with running_lab(parse_scenario(LAB.format(wire=wire), folder=tmp_path)) as lab:
        device = lab.device("meter")
        device.speed = 0.0
        found = await client_reads(lab.address("meter"), *ITEMS, "04000402")
        state = device.state()
        for item, channel in ITEMS.items():
            factor = 1000 if channel in WATTS else 1
            value = found[item]
            assert isinstance(value, float)
            assert value * factor == pytest.approx(state[channel])
        assert found["04000402"] == "000006605518"
        assert found["address"] == WIRED


async def test_its_client_understands_our_refusal(tmp_path: Path) -> None:
    scenario = parse_scenario(LAB.format(wire='tcp = "127.0.0.1:0"'), folder=tmp_path)
    async with running_lab(scenario) as lab:
        lab.device("meter").begin("no-data")
        found = await client_reads(lab.address("meter"), "02010100")
        assert found["02010100"] is None
        assert found["address"] == WIRED


@asynccontextmanager
async def its_meter(*items: str) -> AsyncGenerator[int]:
    child = await python("dlt645_server.py", WIRED, *items)
    assert child.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            while not (line := await child.stdout.readline()).strip().isdigit():
                assert line, "it has ended"
        yield int(line)
    finally:
        async with asyncio.timeout(PATIENCE):
            await child.communicate(b"")


async def test_our_driver_reads_its_meter() -> None:
    values = {
        "00000000": ("energy_total", "-12.34", -12.34),
        "00010000": ("energy_import", "123456.78", 123456.78),
        "02010100": ("voltage_l1", "230.5", 230.5),
        "02020100": ("current_l1", "-1.234", -1.234),
        "02030000": ("power_total", "-0.2512", -251.2),
        "02060000": ("power_factor", "0.501", 0.501),
        "02800002": ("frequency", "49.98", 49.98),
    }
    items = [f"{item}={written}" for item, (_, written, _) in values.items()]
    async with its_meter(*items, "04000402=000006605518") as port:
        link = await open_tcp("127.0.0.1", port, Settings(timeout=5.0), "its meter")
        try:
            driver = build_driver(load_profile("dlt645-2007"), address=METER)
            identity = await driver.identify(link)
            plan = driver.plan([channel for channel, _, _ in values.values()])
            sample = await driver.read(link, plan)
        finally:
            await link.close()
    assert identity.serial_number == "000006605518"
    assert sample.values == tuple(value for _, _, value in values.values())
    assert set(sample.statuses) == {Status.GOOD}
