"""Text drivers against simulated instruments in the moods that need more than a question.

The simulators run in a thread of their own; each is written from its manual, not from the profile.
"""

import asyncio
from typing import Literal, TypeAlias, get_args

import pytest

from drivers.driver import Driver
from drivers.errors import ReplyTimeoutError
from drivers.model import Quality, Sample, Status
from drivers.profile import Profile
from drivers.registry import build_driver, load_profile
from drivers.text.driver import TextDriver
from drivers.text.profile import TextProfile
from drivers.transport.link import Link
from drivers.transport.reply import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from simulators import simulated
from simulators.standalone import Simulated

PATIENT = Settings(timeout=5.0, quiet=0.1, drain_limit=20.0)
HASTY = Settings(timeout=1.5, quiet=0.1, drain_limit=20.0)
Transport: TypeAlias = Literal["pty", "tcp"]
pytestmark = pytest.mark.parametrize("transport", get_args(Transport))


async def open_line(sim: Simulated, settings: Settings = PATIENT) -> Link:
    if sim.transport == "tcp":
        return await open_tcp(sim.host, sim.tcp_port, settings, "tcp")
    return await open_serial(sim.port, SerialSettings(baud=115200), settings, "pty")


async def read_all(driver: Driver, profile: Profile, link: Link) -> Sample:
    return await driver.read(link, driver.plan(list(profile.channel)))


def good(sample: Sample) -> bool:
    return all(status.quality is Quality.GOOD for status in sample.statuses)


@pytest.mark.parametrize("checksum", [True, False])
async def test_a_module_with_and_without_checksums(transport: Transport, *, checksum: bool) -> None:
    profile = load_profile("adam-4000")
    driver = build_driver(profile, address="01")
    with simulated("adam-4000", transport, checksum=checksum) as sim:
        link = await open_line(sim, HASTY)
        try:
            assert (await driver.identify(link)).model == "4017"
            assert good(await read_all(driver, profile, link))
            assert good(await read_all(driver, profile, link))
        finally:
            await link.close()


async def test_a_controller_that_was_left_streaming(transport: Transport) -> None:
    profile = load_profile("alicat-mc")
    driver = build_driver(profile, address="A")
    with simulated("alicat-mc", transport) as sim:
        link = await open_line(sim)
        try:
            await link.send(b"A@ @\r")
            await asyncio.sleep(0.3)
            assert (await driver.identify(link)).model.startswith("MC")
            assert good(await read_all(driver, profile, link))
        finally:
            await link.close()


async def test_a_gauge_that_streams_from_power_up(transport: Transport) -> None:
    profile = load_profile("pfeiffer-tpg26x")
    driver = build_driver(profile)
    with simulated("pfeiffer-tpg26x", transport) as sim:
        link = await open_line(sim)
        try:
            await asyncio.sleep(1.2)
            await driver.identify(link)
            sample = await read_all(driver, profile, link)
            assert sample.statuses[0] in {Status.GOOD, Status.OVER_RANGE}
        finally:
            await link.close()


STREAMING = TextProfile.model_validate(
    {
        "profile": {
            "name": "mettler-sir",
            "manufacturer": "Mettler Toledo",
            "model": "MT-SICS balance",
            "protocol": "text",
            "source": ["drivers/profiles/mettler-sics.toml, and SIR"],
        },
        "text": {"wake": ["@"], "startup": ["SIR"]},
        "identify": {"queries": ["serial"]},
        "query": {
            "serial": {"send": "I4", "reply": [{"pattern": 'I4 A "(?P<serial_number>[^"]*)"'}]}
        },
        "stream": {
            "weights": {
                "stale": 10.0,
                "reply": [
                    {"pattern": r"S (?P<state>[SD]) +(?P<weight>[-0-9.]+) +g"},
                    {"pattern": r"S \+", "status": "over range"},
                ],
            }
        },
        "channel": {
            "weight": {
                "query": "weights",
                "unit": "g",
                "status": [{"field": "state", "map": {"S": "good", "D": "unstable"}}],
            }
        },
    }
)


async def test_a_balance_that_sends_without_being_asked(transport: Transport) -> None:
    driver = TextDriver(STREAMING)
    plan = driver.plan(["weight"])
    with simulated("mettler-sics", transport) as sim:
        link = await open_line(sim)
        try:
            assert (await driver.identify(link)).serial_number
            samples = [await driver.read(link, plan) for _ in range(5)]
            await driver.probe(link)  # stopped, asked, started again
            samples += [await driver.read(link, plan) for _ in range(5)]
        finally:
            await link.close()
    times = [sample.time for sample in samples]
    assert times == sorted(set(times)), "each line once, in order"
    assert all(sample.statuses[0].quality is not Quality.BAD for sample in samples)


async def test_a_stream_that_has_ended(transport: Transport) -> None:
    stream = STREAMING.stream["weights"].model_copy(update={"stale": 0.5})
    driver = TextDriver(STREAMING.model_copy(update={"stream": {"weights": stream}}))
    plan = driver.plan(["weight"])
    with simulated("mettler-sics", transport) as sim:
        link = await open_line(sim)
        try:
            await driver.identify(link)
            await link.send(b"@\r\n", regardless=True)
            await asyncio.sleep(0.7)
            with pytest.raises(ReplyTimeoutError, match="nothing heard"):
                await driver.read(link, plan)
            await driver.probe(link)
            assert (await driver.read(link, plan)).values[0] is not None
        finally:
            await link.close()
