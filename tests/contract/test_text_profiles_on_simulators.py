"""The driver of every text profile against the simulator of its name, on ptys and over TCP."""

import asyncio
from collections.abc import Mapping

import pytest

from drivers.errors import ReplyTimeoutError
from drivers.model import Quality, Status, Value
from drivers.registry import available_profiles, load_profile
from simulators import models
from tests.contract.text_bench import ADDRESSES, IMPATIENT, WIRES, Bench, Found, bench_of

SIMULATED = {name for name, _ in models()}
PROFILES = [
    name
    for name in available_profiles()
    if name in SIMULATED and load_profile(name).profile.protocol == "text"
]
ALIKE = {"julabo-circulator", "mark10-gauge", "weiss-simserv"}
"""Replies to different questions look alike. It takes an instrument that answers in order, as these
do, to know which is which; a gateway that does not can not be told."""

each_wire = pytest.mark.parametrize("wire", WIRES)
each_profile = pytest.mark.parametrize("name", PROFILES)
each_telling_profile = pytest.mark.parametrize("name", [n for n in PROFILES if n not in ALIKE])


def test_there_are_profiles() -> None:
    assert {case[0] for case in FAILURES} | set(ADDRESSES) < set(PROFILES)


@each_wire
@each_profile
async def test_what_is_read_is_what_the_simulator_told(name: str, wire: str) -> None:
    async with bench_of(name, wire) as bench:
        await bench.driver.identify(bench.link)
        for _ in range(3):
            found = await bench.read()
            told = bench.told()
            assert told
            assert set(told) <= set(found)
            for channel, (value, status) in found.items():
                assert (value is None) == (status.quality is Quality.BAD), channel
                if channel in told:
                    assert value == _as_read(told[channel]), channel


def _as_read(told: Value) -> object:
    exact = told is None or isinstance(told, (str, bool))
    return told if exact else pytest.approx(told, rel=1e-6, abs=1e-9)


@each_profile
async def test_values_follow_the_physics(name: str) -> None:
    async with bench_of(name, "tcp", speed=200.0) as bench:
        await bench.driver.identify(bench.link)
        first = later = await bench.read()
        async with asyncio.timeout(30):
            while later == first:
                await asyncio.sleep(0.02)
                later = await bench.read()
        assert later != first


@each_profile
async def test_silence_is_a_timeout_until_it_ends(name: str) -> None:
    async with bench_of(name) as bench:
        bench.hurry()
        await bench.driver.identify(bench.link)
        with await asyncio.to_thread(bench.sim.inject, "silence"):
            assert await bench.outcome() == {Status.TIMEOUT}
            assert await bench.outcome() == {Status.TIMEOUT}
        assert Status.TIMEOUT not in await bench.outcome()


@each_profile
async def test_a_reply_that_comes_in_two_parts_is_no_answer_to_another_question(name: str) -> None:
    async with bench_of(name) as bench:
        bench.hurry()
        await bench.driver.identify(bench.link)
        with await asyncio.to_thread(bench.sim.inject, "split", delay=2 * IMPATIENT, count=1):
            assert (await bench.outcome()) & {Status.MALFORMED_REPLY, Status.TIMEOUT}
        reads: list[Found] = []
        while len(reads) < 3:
            reads += await bench.attempt()
        _assert_told(reads, bench)


@each_telling_profile
async def test_a_reply_that_others_overtake_is_no_answer_to_another_question(name: str) -> None:
    async with bench_of(name) as bench:
        bench.hurry()
        await bench.driver.identify(bench.link)
        with await asyncio.to_thread(bench.sim.inject, "late", delay=2 * IMPATIENT, count=1):
            assert Status.TIMEOUT in await bench.outcome()
        reads: list[Found] = []
        async with asyncio.timeout(30):
            while not (bench.late and len(reads) > 2):
                reads += await bench.attempt()
        _assert_told(reads, bench)


def _assert_told(reads: list[Found], bench: Bench) -> None:
    """Whatever has a value is what the simulator has told of that channel at some time."""
    told = bench.ever_told()
    for channel, (value, status) in (pair for each in reads for pair in each.items()):
        if status.quality is not Quality.BAD and channel in told:
            assert any(value == _as_read(one) for one in told[channel]), channel


FAILURES: list[tuple[str, str, str, Mapping[str, Status]]] = [
    ("keithley-2000", "overflow", "", {"voltage": Status.OVER_RANGE}),
    ("keysight-34401a", "overload", "", {"voltage": Status.OVER_RANGE}),
    ("keysight-34970a", "sensor-break", "ch102", {"ch102": Status.OVER_RANGE}),
    ("keysight-34970a", "overload", "ch103", {"ch103": Status.OVER_RANGE}),
    ("weiss-simserv", "sensor-break", "", {"temperature": Status.DEVICE_ERROR}),
    ("weiss-simserv", "humidity-sensor-break", "", {"humidity": Status.DEVICE_ERROR}),
    ("julabo-circulator", "sensor-break", "", {"temperature": Status.SENSOR_BREAK}),
    ("julabo-circulator", "external-sensor-break", "", {"external_temperature": Status.OFF}),
    ("lakeshore-218", "under-range", "t2", {"t2": Status.UNDER_RANGE}),
    ("lakeshore-218", "over-range", "t3", {"t3": Status.OVER_RANGE}),
    ("lakeshore-218", "sensor-short", "t4", {"t4": Status.UNDER_RANGE}),
    ("lakeshore-218", "sensor-break", "t8", {"t8": Status.OVER_RANGE}),
    ("lakeshore-336", "invalid", "ta", {"ta": Status.DEVICE_ERROR}),
    ("lakeshore-336", "under-range", "tb", {"tb": Status.UNDER_RANGE}),
    ("lakeshore-336", "over-range", "tc", {"tc": Status.OVER_RANGE}),
    ("lakeshore-336", "sensor-short", "td", {"td": Status.UNDER_RANGE}),
    ("lakeshore-336", "sensor-break", "ta", {"ta": Status.OVER_RANGE}),
    (
        "yokogawa-wt310e-scpi",
        "over-range",
        "",
        dict.fromkeys(
            ("current", "power", "apparent_power", "reactive_power", "power_factor", "phase"),
            Status.OVER_RANGE,
        ),
    ),
]


@pytest.mark.parametrize(
    ("name", "event", "channel", "expected"),
    FAILURES,
)
async def test_what_the_instrument_cannot_measure_is_bad_and_the_rest_is_not(
    name: str, event: str, channel: str, expected: Mapping[str, Status]
) -> None:
    async with bench_of(name) as bench:
        await bench.driver.identify(bench.link)
        await bench.operate(event, channel or True)
        found = await bench.read()
        bad = {each: status for each, (_, status) in found.items() if status}
        assert bad == dict(expected)
        assert all(found[each][0] is None for each in bad)
        await bench.operate(event, value=False)
        assert not any(status for _, status in (await bench.read()).values())


@pytest.mark.parametrize(
    ("options", "off"),
    [
        ({"humidity": None}, {"humidity_setpoint"}),
        ({"humid": False}, {"humidity", "humidity_setpoint"}),
    ],
)
async def test_humidity_of_a_chamber_that_is_off_or_not_there(
    options: Mapping[str, object], off: set[str]
) -> None:
    async with bench_of("espec-p300", options=options) as bench:
        await bench.driver.identify(bench.link)
        found = await bench.read()
        assert {each for each, (_, status) in found.items() if status is Status.OFF} == off
        assert not any(status for each, (_, status) in found.items() if each not in off)


@pytest.mark.parametrize(
    "name", ["julabo-circulator", "keysight-34401a", "lakeshore-218", "lakeshore-336"]
)
async def test_an_instrument_that_insists_on_its_delays_and_on_remote_control(name: str) -> None:
    async with bench_of(name, options={"strict": True}) as bench:
        await bench.driver.identify(bench.link)
        for _ in range(3):
            assert not any(status for _, status in (await bench.read()).values())


async def test_a_chamber_with_an_address_among_others() -> None:
    async with bench_of("espec-p300", options={"address": 3}, address="3") as bench:
        await bench.driver.identify(bench.link)
        assert (await bench.read("mode"))["mode"] == ("CONSTANT", Status.GOOD)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("adam-4000", "02"),
        ("alicat-mc", "B"),
        ("bronkhorst-propar", "04"),
        ("samwon-temi", "02"),
    ],
)
async def test_another_address_is_silent(name: str, address: str) -> None:
    async with bench_of(name, address=address) as bench:
        bench.hurry()
        with pytest.raises(ReplyTimeoutError):
            await bench.driver.identify(bench.link)
