"""The driver of every Modbus profile against the simulator of its name, on ptys and over TCP."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest

from drivers.errors import IdentityError, ReplyTimeoutError
from drivers.model import Status, Value
from drivers.registry import Framing, available_profiles, build_driver, load_profile
from drivers.transport.link import Link, Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp
from simulators import simulated
from simulators.standalone import Simulated
from tests.contract.simulator_clients import modbus_client

UNIT = 3
PROFILES = [
    name for name in available_profiles() if load_profile(name).profile.protocol == "modbus"
]
WIRES: Mapping[str, tuple[str, Framing, Mapping[str, object]]] = {
    "pty": ("pty", "rtu", {"baud": 115200}),
    "tcp": ("tcp", "tcp", {}),
    "rtu through tcp": ("tcp", "rtu", {"framing": "rtu"}),
}

each_wire = pytest.mark.parametrize("wire", WIRES)
each_profile = pytest.mark.parametrize("name", PROFILES)

PATIENT = Settings(timeout=2.0, quiet=0.05)


class Bench:
    """A simulated instrument whose physics stand still, and the driver of its profile."""

    def __init__(self, name: str, sim: Simulated, link: Link, framing: Framing) -> None:
        self.sim = sim
        self.link = link
        self.profile = load_profile(name)
        self.driver = build_driver(self.profile, unit=UNIT, framing=framing)

    async def read(self, *channels: str) -> dict[str, tuple[Value, Status]]:
        """Read some channels, or all."""
        plan = self.driver.plan(channels or tuple(self.profile.channel))
        sample = await self.driver.read(self.link, plan)
        pairs = zip(sample.values, sample.statuses, strict=True)
        return dict(zip([each.name for each in plan.channels], pairs, strict=True))

    def told(self) -> dict[str, Value]:
        """What the simulator told last, by channel."""
        found: dict[str, Value] = {}
        for served in self.sim.device.served:
            found |= served.values
        return found


@asynccontextmanager
async def bench_of(
    name: str, wire: str = "pty", *, speed: float = 0.0, options: Mapping[str, Any] | None = None
) -> AsyncGenerator[Bench]:
    transport, framing, keys = WIRES[wire]
    kind = "pty" if transport == "pty" else "tcp"
    lab = {"seed": 5, "speed": speed}
    sim = simulated(name, kind, wire=keys, lab=lab, unit=UNIT, **(options or {}))
    await asyncio.to_thread(sim.__enter__)
    try:
        link = await _open(sim)
        try:
            yield Bench(name, sim, link, framing)
        finally:
            await link.close()
    finally:
        await asyncio.to_thread(sim.__exit__, None, None, None)


async def _open(sim: Simulated) -> Link:
    settings = PATIENT
    if sim.transport == "pty":
        return await open_serial(sim.port, SerialSettings(baud=115200), settings, "line")
    return await open_tcp(sim.host, sim.tcp_port, settings, "line")


def test_there_are_profiles() -> None:
    assert {"eastron-sdm630", "watlow-ezzone", "watlow-f4t", "omron-e5cc"} < set(PROFILES)


@each_wire
@each_profile
async def test_what_is_read_is_what_the_simulator_told(name: str, wire: str) -> None:
    async with bench_of(name, wire) as bench:
        await bench.driver.identify(bench.link)
        for _ in range(3):
            found = await bench.read()
            told = bench.told()
            assert set(found) == set(told) == set(bench.sim.device.state())
            for channel, (value, status) in found.items():
                assert status is Status.GOOD, channel
                assert value == pytest.approx(told[channel], rel=1e-6, abs=1e-5), channel


@each_profile
async def test_the_identity_is_the_profiles(name: str) -> None:
    async with bench_of(name) as bench:
        identity = await bench.driver.identify(bench.link)
        assert identity.manufacturer == bench.profile.profile.manufacturer


@each_profile
async def test_values_follow_the_physics(name: str) -> None:
    async with bench_of(name, "tcp", speed=200.0) as bench:
        first = later = await bench.read()
        async with asyncio.timeout(20):
            while later == first:
                await asyncio.sleep(0.02)
                later = await bench.read()
        assert all(status is Status.GOOD for _, status in later.values())


@each_profile
async def test_another_unit_is_silent(name: str) -> None:
    async with bench_of(name) as bench:
        bench.link.settings = Settings(timeout=0.2, quiet=0.02)
        stranger = build_driver(bench.profile, unit=UNIT + 1)
        with pytest.raises(ReplyTimeoutError):
            await stranger.read(bench.link, stranger.plan(list(bench.profile.channel)[:1]))
        bench.link.settings = PATIENT
        assert (await bench.read())[next(iter(bench.profile.channel))][1] is Status.GOOD


FAILURES = [
    ("watlow-ezzone", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("watlow-ezzone", "sensor-short", "", {"temperature": Status.SENSOR_BREAK}),
    ("watlow-ezzone-lohi", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("watlow-f4", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("watlow-f4t", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("watlow-f4t", "measurement-error", "", {"temperature": Status.DEVICE_ERROR}),
    ("binder-mb1", "sensor-break", "temperature", {"temperature": Status.SENSOR_BREAK}),
    ("binder-mb1", "sensor-break", "humidity", {"humidity": Status.OFF}),
    ("omron-e5cc", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("omron-e5cc", "converter-error", "", {"temperature": Status.DEVICE_ERROR}),
    ("eurotherm-3000", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("pta8c04", "sensor-break", "t2", {"t2": Status.UNDER_RANGE, "r2": Status.UNDER_RANGE}),
    (
        "yokogawa-wt310e",
        "over-range",
        "",
        {
            "current": Status.OVER_RANGE,
            "power": Status.OVER_RANGE,
            "apparent_power": Status.OVER_RANGE,
            "reactive_power": Status.OVER_RANGE,
            "power_factor": Status.OFF,
            "phase": Status.OFF,
        },
    ),
    (
        "yokogawa-wt310e",
        "no-signal",
        "",
        dict.fromkeys(
            ("power_factor", "phase", "voltage_frequency", "current_frequency"), Status.OFF
        ),
    ),
    (
        "vaisala-hmt330-modbus",
        "sensor-break",
        "humidity",
        {"humidity": Status.DEVICE_ERROR, "dewpoint": Status.DEVICE_ERROR},
    ),
]


@pytest.mark.parametrize(("name", "event", "channel", "expected"), FAILURES)
async def test_what_the_instrument_cannot_measure_is_bad_and_the_rest_is_not(
    name: str, event: str, channel: str, expected: Mapping[str, Status]
) -> None:
    async with bench_of(name) as bench:
        await asyncio.to_thread(bench.sim.device.operate, event, channel or True)
        found = await bench.read()
        bad = {each: status for each, (_, status) in found.items() if status}
        assert bad == dict(expected)
        assert all(found[each][0] is None for each in bad)
        await asyncio.to_thread(bench.sim.device.operate, event, False)  # noqa: FBT003
        assert not any(status for _, status in (await bench.read()).values())


SETTINGS = [
    ("watlow-ezzone", {"word_order": "low-high"}, "hardware id .* other order"),
    ("watlow-ezzone-lohi", {"word_order": "high-low"}, "hardware id .* other order"),
    ("watlow-ezzone", {"units": "C"}, "units"),
    ("watlow-f4t", {"word_order": "high-low"}, "hardware id"),
    ("watlow-f4t", {"units": "F"}, "units of Modbus RTU"),
]


@pytest.mark.parametrize(("name", "options", "text"), SETTINGS)
async def test_a_setting_that_would_falsify_the_values_is_refused(
    name: str, options: Mapping[str, object], text: str
) -> None:
    async with bench_of(name, options=options) as bench:
        with pytest.raises(IdentityError, match=text):
            await bench.driver.identify(bench.link)


@pytest.mark.parametrize(
    ("name", "order"), [("watlow-ezzone", "low-high"), ("watlow-f4t", "high-low")]
)
async def test_swapped_words_are_never_good_values(name: str, order: str) -> None:
    async with bench_of(name, options={"word_order": order}) as bench:
        assert (await bench.read("setpoint"))["setpoint"][1] is Status.IMPLAUSIBLE


@pytest.mark.parametrize(
    ("name", "decimals"),
    [*(("watlow-f4", each) for each in range(3)), ("omron-e5cc", 0), ("omron-e5cc", 1)],
)
async def test_the_decimal_point_follows_the_instrument(name: str, decimals: int) -> None:
    async with bench_of(name, options={"decimals": decimals, "setpoints": [85.0]}) as bench:
        found = await bench.read()
        assert found["setpoint"] == (85.0, Status.GOOD)
        truth = bench.sim.device.state()["temperature"]
        assert found["temperature"] == (truth, Status.GOOD)


async def test_a_decimal_point_that_moves_is_seen_in_the_next_scan() -> None:
    async with bench_of("watlow-f4", options={"setpoints": [85.0]}) as bench:
        assert (await bench.read("setpoint"))["setpoint"] == (85.0, Status.GOOD)
        await asyncio.to_thread(bench.sim.device.operate, "decimals", 2)
        assert (await bench.read("setpoint"))["setpoint"] == (85.0, Status.GOOD)


WRITES = [
    ("watlow-ezzone", 2160, [0x4354, 0x0000], 100.0),
    ("watlow-ezzone-lohi", 2160, [0x0000, 0x4354], 100.0),
    ("watlow-f4", 300, [0xFFCE], -5.0),
    ("watlow-f4t", 2782, [0x0000, 0x41F0], 30.0),
    ("binder-mb1", 0x1581, [0x0000, 0x4248], 50.0),
    ("omron-e5cc", 0x2103, [1505], 150.5),
]


@pytest.mark.parametrize(("name", "register", "words", "expected"), WRITES)
async def test_a_set_point_that_another_master_writes_is_read(
    name: str, register: int, words: list[int], expected: float
) -> None:
    async with bench_of(name, "tcp") as bench:

        def write() -> None:
            with closing(modbus_client(bench.sim.port, "tcp")) as client:
                assert not client.write_registers(register, words, device_id=UNIT).isError()

        await asyncio.to_thread(write)
        value, status = (await bench.read("setpoint"))["setpoint"]
        assert (value, status) == (pytest.approx(expected), Status.GOOD)
