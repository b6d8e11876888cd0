"""The drivers of the binary family against their simulators, on ptys and over TCP."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from drivers.errors import ChecksumError, DriverError, IdentityError, ReplyTimeoutError
from drivers.model import Sample, Status, Value
from drivers.registry import build_driver, load_profile
from drivers.transport.link import Link, Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from simulators import Lab, Served, parse_scenario, running_lab

if TYPE_CHECKING:
    from drivers.driver import Driver

TIMEOUT = 0.5
LAB = """
[lab]
seed = 5

[lab.wire.heaters]
{wire}1"{baud}
turnaround = "1ms"

[lab.wire.meters]
{wire}2"{baud}
turnaround = "1ms"

[lab.device.heater]
model = "yudian-ai"
wire = "heaters"
unit = 1

[lab.device.second]
model = "yudian-ai"
wire = "heaters"
unit = 42
model_code = 0x7190

[lab.device.meter]
model = "dlt645-2007"
wire = "meters"
unit = 1
address = "000000000161"

[lab.device.other]
model = "dlt645-2007"
wire = "meters"
unit = 2
address = "223002000066"
preamble = 0
"""
WIRES = {"pty": ('pty = "line', "\nbaud = 115200"), "tcp": ('tcp = "127.0.0.1:0', "")}
INSTRUMENTS = {
    "heater": ("yudian-ai", "1"),
    "second": ("yudian-ai", "42"),
    "meter": ("dlt645-2007", "000000000161"),
    "other": ("dlt645-2007", "223002000066"),
}


class Bench:
    """A lab with two lines, and the drivers of what is on them."""

    def __init__(self, lab: Lab, served: Path) -> None:
        self.lab = lab
        self.quiet = 0.05
        self._served = served
        self._links: dict[str, Link] = {}
        self.drivers: dict[str, Driver] = {
            name: build_driver(load_profile(profile), address=address)
            for name, (profile, address) in INSTRUMENTS.items()
        }

    async def link(self, name: str) -> Link:
        """The line an instrument is on, opened once."""
        address = self.lab.address(name)
        if address not in self._links:
            settings = Settings(timeout=TIMEOUT, quiet=self.quiet)
            if address.startswith("/"):
                line = SerialSettings(baud=115200)
                self._links[address] = await open_serial(address, line, settings, name)
            else:
                host, _, port = address.rpartition(":")
                self._links[address] = await open_tcp(host, int(port), settings, name)
        return self._links[address]

    async def read(self, name: str, *channels: str) -> dict[str, tuple[Value, Status]]:
        """Read some channels, or all."""
        driver = self.drivers[name]
        profile = load_profile(INSTRUMENTS[name][0])
        plan = driver.plan(channels or tuple(profile.channel))
        sample: Sample = await driver.read(await self.link(name), plan)
        pairs = zip(sample.values, sample.statuses, strict=True)
        return dict(zip([c.name for c in plan.channels], pairs, strict=True))

    def told(self, name: str) -> Mapping[str, list[Value]]:
        """What the device has told, by channel."""
        self.lab.flush()
        found: dict[str, list[Value]] = {}
        for line in self._served.read_bytes().splitlines():
            served = msgspec.json.decode(line, type=Served)
            if served.device == name:
                for channel, value in served.values.items():
                    found.setdefault(channel, []).append(value)
        return found

    async def close(self) -> None:
        for link in self._links.values():
            await link.close()


@asynccontextmanager
async def bench_on(kind: str, folder: Path) -> AsyncGenerator[Bench]:
    wire, baud = WIRES[kind]
    tcp = kind == "tcp"
    text = LAB.format(wire=wire, baud=baud)
    if tcp:
        text = text.replace(':01"', ':0"').replace(':02"', ':0"')
    served = folder / "served.jsonl"
    async with running_lab(parse_scenario(text, folder=folder), served=served) as lab:
        bench = Bench(lab, served)
        try:
            yield bench
        finally:
            await bench.close()


kinds = pytest.mark.parametrize("kind", WIRES)
names = pytest.mark.parametrize("name", INSTRUMENTS)
one_of_each = pytest.mark.parametrize("name", ["heater", "meter"])


@kinds
@names
async def test_every_value_is_one_the_device_told(kind: str, name: str, tmp_path: Path) -> None:
    async with bench_on(kind, tmp_path) as bench:
        for _ in range(2):
            found = await bench.read(name)
            told = bench.told(name)
            assert set(found) == set(bench.lab.device(name).channels)
            for channel, (value, status) in found.items():
                assert status is Status.GOOD
                assert value in told[channel]


@kinds
async def test_identification(kind: str, tmp_path: Path) -> None:
    async with bench_on(kind, tmp_path) as bench:
        found = {
            name: await driver.identify(await bench.link(name))
            for name, driver in bench.drivers.items()
        }
        assert (found["heater"].manufacturer, found["heater"].model) == ("Yudian", "AI-518")
        assert found["second"].model == "AI-719"
        assert found["meter"].serial_number == "000006605518"


@kinds
@one_of_each
@pytest.mark.parametrize("fault", ["late", "silence"])
async def test_after_a_reply_that_failed_or_came_late_values_are_new(
    kind: str, name: str, fault: str, tmp_path: Path
) -> None:
    """The channel is read again and again; the device's values move in between."""
    channel = "temperature" if "yudian" in INSTRUMENTS[name][0] else "voltage_l1"
    async with bench_on(kind, tmp_path) as bench:
        # The simulated device answers others before a late reply, which a real one never does, so
        # the late one has to come while the line is drained.
        bench.quiet = 0.5
        await bench.read(name, channel)
        with bench.lab.inject(name, fault, delay=TIMEOUT + 0.2, count=1) as injection:
            with pytest.raises(ReplyTimeoutError):
                await bench.read(name, channel)
            assert injection.hits == 1
        for _ in range(3):
            bench.lab.device(name).let_pass(30)
            value, status = (await bench.read(name, channel))[channel]
            assert status is Status.GOOD
            assert value == bench.told(name)[channel][-1]


@kinds
@one_of_each
@pytest.mark.parametrize("fault", ["checksum", "garble"])
async def test_a_damaged_reply_is_an_error_and_the_next_is_read(
    kind: str, name: str, fault: str, tmp_path: Path
) -> None:
    channel = "temperature" if "yudian" in INSTRUMENTS[name][0] else "voltage_l1"
    async with bench_on(kind, tmp_path) as bench:
        with bench.lab.inject(name, fault, count=1):
            with pytest.raises(DriverError) as caught:
                await bench.read(name, channel)
            assert fault != "checksum" or isinstance(caught.value, ChecksumError)
        value, _ = (await bench.read(name, channel))[channel]
        assert value == bench.told(name)[channel][-1]


@kinds
@one_of_each
async def test_a_reply_in_two_pieces(kind: str, name: str, tmp_path: Path) -> None:
    async with bench_on(kind, tmp_path) as bench:
        with bench.lab.inject(name, "split", delay=0.1):
            found = await bench.read(name)
        assert all(status is Status.GOOD for _, status in found.values())


@kinds
async def test_one_dead_device_does_not_disturb_the_other_on_its_line(
    kind: str, tmp_path: Path
) -> None:
    async with bench_on(kind, tmp_path) as bench:
        for dead, alive in (("heater", "second"), ("meter", "other")):
            with bench.lab.inject(dead, "silence"):
                for _ in range(2):
                    with pytest.raises(ReplyTimeoutError):
                        await bench.read(dead)
                    found = await bench.read(alive)
                    assert all(status is Status.GOOD for _, status in found.values())
            found = await bench.read(dead)
            assert all(status is Status.GOOD for _, status in found.values())


async def test_a_broken_sensor_and_a_meter_that_refuses(tmp_path: Path) -> None:
    async with bench_on("tcp", tmp_path) as bench:
        bench.lab.device("heater").begin("sensor-break")
        found = await bench.read("heater", "temperature", "setpoint", "alarm")
        assert found["temperature"] == (None, Status.OVER_RANGE)
        assert found["setpoint"][1] is Status.GOOD
        bench.lab.device("meter").begin("no-data")
        refused = await bench.read("meter", "voltage_l1", "frequency")
        assert set(refused.values()) == {(None, Status.ILLEGAL_ADDRESS)}
        bench.lab.device("meter").end("no-data")
        assert (await bench.read("meter", "frequency"))["frequency"][1] is Status.GOOD


async def test_nobody_at_an_address(tmp_path: Path) -> None:
    async with bench_on("tcp", tmp_path) as bench:
        for name, address in (("heater", "7"), ("meter", "000000000999")):
            profile = load_profile(INSTRUMENTS[name][0])
            driver = build_driver(profile, address=address)
            with pytest.raises(ReplyTimeoutError):
                await driver.identify(await bench.link(name))


async def test_a_model_code_that_is_none_is_no_instrument_of_this_profile(tmp_path: Path) -> None:
    text = LAB.format(wire='pty = "line', baud="").replace("0x7190", "0xFFFE")
    async with running_lab(parse_scenario(text, folder=tmp_path)) as lab:
        bench = Bench(lab, tmp_path / "none")
        try:
            with pytest.raises(DriverError, match="another model") as caught:
                await bench.drivers["second"].identify(await bench.link("second"))
            assert not isinstance(caught.value, IdentityError)
        finally:
            await bench.close()
