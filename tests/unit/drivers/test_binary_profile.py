"""Profiles of the binary family: what is refused, how values are decoded, and the driver."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.binary.convert import converter, text_of
from drivers.binary.keys import BinaryChannel, IdentityField
from drivers.binary.profile import BinaryProfile
from drivers.binary.raw import pattern_of, raw_of
from drivers.driver import Exchange
from drivers.errors import (
    DriverError,
    IdentityError,
    ProfileError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.model import Channel, Quality, Status, Value
from drivers.registry import build_driver, load_profile
from drivers.transcript import ScriptedLink
from tests.binary_lab import (
    aibus_reply,
    aibus_request,
    controller,
    meter,
    meter_answer,
    meter_frame,
)

METER = "000000000161"
AIBUS = """
[profile]
name = "x1"
manufacturer = "Maker"
model = "X1"
protocol = "binary"
source = ["made up"]
[binary]
codec = "aibus"
[marker.decimals]
item = 0x0C
values = [[0, 3]]
[marker.model]
item = 0x15
values = [[0x5000, 0x5FFF]]
[channel.a]
type = "int16"
position = 2
"""
DLT645 = """
[profile]
name = "x1"
manufacturer = "Maker"
model = "X1"
protocol = "binary"
source = ["made up"]
[binary]
codec = "dlt645-2007"
[identify.serial_number]
item = 0x04000402
type = "digits"
size = 6
[channel.a]
item = 0x02010100
type = "bcd"
size = 2
"""


def load(tmp_path: Path, text: str) -> BinaryProfile:
    path = tmp_path / "x1.toml"
    path.write_text(text, "utf-8")
    profile = load_profile(path)
    assert isinstance(profile, BinaryProfile)
    return profile


def test_profiles_of_ones_own_are_loaded_by_path(tmp_path: Path) -> None:
    assert load(tmp_path, AIBUS).channels == (Channel(name="a", kind="integer"),)
    assert load(tmp_path, DLT645).address_form == "[0-9]{12}"


@pytest.mark.parametrize(
    ("text", "old", "new", "place", "said"),
    [
        (AIBUS, '"aibus"', '"aibuss"', ":9:", "dlt645-2007"),
        (AIBUS, "position = 2", "position = 7", ":18:", "beyond the 8 bytes"),
        (AIBUS, "position = 2", "item = 256", ":18:", "at most 0xff"),
        (AIBUS, "position = 2", "size = 2", ":16:", "size"),
        (AIBUS, "[[0x5000, 0x5FFF]]", "[[3, 9]]", ":15:", "overlap with those of decimals"),
        (AIBUS, "[[0x5000, 0x5FFF]]", "[[9, 3]]", ":13:", "[first, last]"),
        (AIBUS, "values = [[0, 3]]", "values = [[0, 3]]\nexpect = [4]", ":10:", "within values"),
        (AIBUS, "[marker.model]\nitem = 0x15\nvalues = [[0x5000, 0x5FFF]]\n", "", ":10:", "two"),
        (AIBUS, "position = 2", "scale = 0", ":16:", "scale"),
        (AIBUS, "position = 2", 'kind = "text"', ":16:", "kind"),
        (AIBUS, "position = 2", 'sentinels = { 0x12345 = "off" }', ":16:", "more than 2 bytes"),
        (AIBUS, "position = 2", 'sentinels = { 0x1234 = "good" }', ":18:", "good"),
        (AIBUS, "position = 2", 'status = { type = "uint8" }', ":18:", "values, bits"),
        (
            AIBUS,
            "position = 2",
            'status = { type = "uint8", bits = { 8 = "off" } }',
            ":18:",
            "bits 0 to 7",
        ),
        (
            DLT645,
            "item = 0x04000402",
            "item = 0x02010100",
            ":14:",
            "one data item is too few",
        ),
        (
            AIBUS,
            "position = 2",
            'status = { type = "uint8", position = 8, bits = { 1 = "off" } }',
            ":18:",
            "beyond the 8 bytes",
        ),
        (
            AIBUS,
            "position = 2",
            'status = { type = "uint8", item = 3, bits = { 1 = "off" } }',
            ":18:",
            "no item",
        ),
        (DLT645, "size = 2\n", "", ":14:", "size: needed"),
        (DLT645, "item = 0x02010100\n", "", ":14:", "one data item"),
        (
            DLT645,
            "[channel.a]",
            "[marker.m]\nitem = 1\nvalues = [[1, 1]]\n[channel.a]",
            ":14:",
            "only AIBUS",
        ),
        (DLT645, 'type = "bcd"', 'type = "ascii"\nscale = 2', ":14:", "not for type 'ascii'"),
        (
            DLT645,
            "[channel.a]",
            '[identify.model]\ntype = "uint8"\n[channel.a]',
            ":14:",
            "item: is missing",
        ),
    ],
)
def test_what_is_refused_and_where(
    tmp_path: Path, text: str, old: str, new: str, place: str, said: str
) -> None:
    assert old in text
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, text.replace(old, new))
    assert place in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        (AIBUS, ["0", "1", "9", "42", "80"], ["", "81", "01", "100", "a", None]),
        (DLT645, [METER, "000000000000"], ["161", "AAAAAAAAAAAA", "", None]),
    ],
)
def test_addresses(tmp_path: Path, text: str, good: list[str], bad: list[str | None]) -> None:
    profile = load(tmp_path, text)
    for address in good:
        build_driver(profile, address=address)
    for address in bad:
        with pytest.raises(ProfileError, match="address"):
            build_driver(profile, address=address)
    with pytest.raises(ProfileError, match="not a unit"):
        build_driver(profile, unit=1)


@pytest.mark.parametrize(
    ("data", "kind", "value"),
    [
        ("85FF", "int16", -123),
        ("85FF", "uint16", 0xFF85),
        ("F1", "int8", -15),
        ("F1", "uint8", 0xF1),
        ("78563412", "uint32", 0x12345678),
        ("FFFFFFFF", "int32", -1),
        ("785634", "bcd", 345678),
        ("785684", "signed-bcd", -45678),
        ("785604", "signed-bcd", 45678),
        ("8055000000", "digits", "0000005580"),
        ("00563034352000", "ascii", "540V"),
    ],
)
def test_raw_values(data: str, kind: str, value: int | str) -> None:
    channel = BinaryChannel.model_validate({"type": kind, **sized(kind, data)})
    assert raw_of(bytes.fromhex(data), channel.type) == value


def sized(kind: str, data: str) -> dict[str, int]:
    return {} if "int" in kind else {"size": len(data) // 2}


def convert(data: str, **keys: object) -> tuple[Value, Status]:
    spec = BinaryChannel.model_validate(keys)
    return converter(spec.channel("x"), spec)(bytes.fromhex(data))


STATUS = {"type": "uint8", "position": 2, "bits": {0: "unstable", 4: "over range"}}


@pytest.mark.parametrize(
    ("data", "keys", "value", "status"),
    [
        ("0110", {"type": "bcd", "size": 2, "scale": 0.1}, 100.1, Status.GOOD),
        ("0A10", {"type": "bcd", "size": 2}, None, Status.MALFORMED_REPLY),
        ("FFFF", {"type": "bcd", "size": 2, "sentinels": {"0xFFFF": "off"}}, None, Status.OFF),
        (
            "0080",
            {"type": "int16", "sentinels": {"-32768": "sensor break"}},
            None,
            Status.SENSOR_BREAK,
        ),
        ("0100", {"type": "int16", "sentinels": {"1": "unstable"}}, 1, Status.UNSTABLE),
        ("6C0100", {"type": "int16", "scale": 0.1, "status": STATUS}, 36.4, Status.GOOD),
        ("6C0101", {"type": "int16", "scale": 0.1, "status": STATUS}, 36.4, Status.UNSTABLE),
        ("6C0111", {"type": "int16", "scale": 0.1, "status": STATUS}, None, Status.OVER_RANGE),
        ("64", {"type": "int8", "high": 50}, 100, Status.IMPLAUSIBLE),
        ("01", {"type": "uint8", "kind": "boolean"}, True, Status.GOOD),
        ("4231", {"type": "ascii", "size": 2}, "1B", Status.GOOD),
        ("FF31", {"type": "ascii", "size": 2}, None, Status.MALFORMED_REPLY),
        (
            "02",
            {"type": "uint8", "status": {"type": "uint8", "values": {2: "off"}}},
            None,
            Status.OFF,
        ),
        (
            "03",
            {
                "type": "uint8",
                "status": {"type": "uint8", "values": {2: "good"}, "other": "device error"},
            },
            None,
            Status.DEVICE_ERROR,
        ),
        (
            "00",
            {
                "type": "uint8",
                "status": {"type": "uint8", "bits": {1: "off"}, "other": "unstable"},
            },
            0,
            Status.UNSTABLE,
        ),
        (
            "0A",
            {"type": "uint8", "status": {"type": "bcd", "size": 1, "bits": {1: "off"}}},
            None,
            Status.MALFORMED_REPLY,
        ),
    ],
)
def test_values_and_statuses(
    data: str, keys: Mapping[str, object], value: Value, status: Status
) -> None:
    assert convert(data, **keys) == (value, status)


@given(
    st.binary(min_size=8, max_size=8),
    st.sampled_from(["int8", "uint16", "int32", "bcd", "signed-bcd", "digits", "ascii"]),
)
def test_any_data_are_a_value_or_a_bad_status(data: bytes, kind: str) -> None:
    keys: dict[str, object] = {"type": kind, "position": 1, **sized(kind, "00" * 3)}
    value, status = convert(data.hex(), **keys)
    assert (value is None) == (status.quality is Quality.BAD)


def test_names_of_codes() -> None:
    spec = IdentityField.model_validate(
        {"item": 1, "type": "uint16", "names": {"0x5180": "AI-518"}}
    )
    assert text_of(spec, bytes.fromhex("8051"), spec.names) == "AI-518"
    assert text_of(spec, bytes.fromhex("9051"), spec.names) == "0x5190"
    assert text_of(spec, bytes.fromhex("9051"), {}) == "20880"


@pytest.mark.parametrize("written", ["0x10000", "-32769", "x", "1.5"])
def test_patterns_that_are_none(written: str) -> None:
    with pytest.raises(ValueError, match=r"takes more|invalid literal"):
        pattern_of(written, 2)


# The driver.

VOLTAGE, OTHER = 0x02010100, 0x02010200


def play(steps: list[tuple[bytes, bytes]]) -> ScriptedLink:
    return ScriptedLink(steps)


def ask_meter(item: int) -> bytes:
    return b"\xfe" * 4 + meter_frame(0x11, item.to_bytes(4, "little"))


async def test_a_plan_asks_for_each_item_once() -> None:
    driver = build_driver(
        controller(
            setpoint={"type": "int16", "position": 2},
            limit={"item": 1, "type": "int16", "position": 6},
        ),
        address="1",
    )
    plan = driver.plan(["limit", "temperature", "setpoint"])
    assert plan.exchanges == [Exchange(8, 10, 0.02)] * 2
    with pytest.raises(ProfileError, match="did you mean 'limit'"):
        driver.plan(["limits"])
    link = play(
        [(aibus_request(1), aibus_reply(-30)), (aibus_request(0x0C), aibus_reply(1, pv=-5))]
    )
    sample = await driver.read(link, plan)
    assert sample.values == (-30, -0.5, 300)


async def test_a_refused_item_costs_only_its_channel() -> None:
    driver = build_driver(meter(VOLTAGE, OTHER), address=METER)
    plan = driver.plan(["c02010100", "c02010200"])
    assert plan.exchanges == [Exchange(20, 18, 0.02)] * 2
    link = play(
        [
            (ask_meter(VOLTAGE), meter_frame(0xD1, b"\x02")),
            (ask_meter(OTHER), meter_answer(OTHER, "2301")),
        ]
    )
    sample = await driver.read(link, plan)
    assert sample.values == (None, 230.1)
    assert sample.statuses == (Status.ILLEGAL_ADDRESS, Status.GOOD)


async def test_after_silence_the_rest_is_not_asked_for() -> None:
    driver = build_driver(meter(VOLTAGE, OTHER, 0x02010300), address=METER)
    plan = driver.plan(["c02010100", "c02010200", "c02010300"])
    link = play([(ask_meter(VOLTAGE), meter_answer(VOLTAGE, "2300")), (ask_meter(OTHER), b"")])
    sample = await driver.read(link, plan)
    assert sample.values == (230.0, None, None)
    assert sample.statuses == (Status.GOOD, Status.TIMEOUT, Status.TIMEOUT)
    with pytest.raises(ReplyTimeoutError):
        await driver.read(play([(ask_meter(VOLTAGE), b"")]), plan)


async def test_one_malformed_item_is_bad_and_a_whole_scan_of_them_an_error() -> None:
    driver = build_driver(meter(VOLTAGE, OTHER), address=METER)
    wrong = (ask_meter(VOLTAGE), meter_answer(VOLTAGE, "230012"))
    link = play([wrong, (ask_meter(OTHER), meter_answer(OTHER, "2301"))])
    sample = await driver.read(link, driver.plan(["c02010100", "c02010200"]))
    assert sample.statuses == (Status.MALFORMED_REPLY, Status.GOOD)
    with pytest.raises(ReplyError):
        await driver.read(play([wrong]), driver.plan(["c02010100"]))


async def test_other_decimals_fail_a_scan_though_the_limit_was_read() -> None:
    limit = {"item": 1, "type": "int16", "position": 6}
    driver = build_driver(controller(limit=limit), address="1")
    link = play([(aibus_request(1), aibus_reply(800)), (aibus_request(0x0C), aibus_reply(2))])
    with pytest.raises(IdentityError):
        await driver.read(link, driver.plan(["limit", "temperature"]))


async def test_identification_leaves_empty_what_is_refused() -> None:
    fields = {
        "serial_number": {"item": 0x04000402, "type": "digits", "size": 6},
        "model": {"item": 0x0400040B, "type": "ascii", "size": 10},
        "firmware": {"item": 0x0400040D, "type": "bcd", "size": 1},
    }
    driver = build_driver(meter(VOLTAGE, identify=fields), address=METER)
    name = "DTZ 645".ljust(10, "\0").encode().hex()
    link = play(
        [
            (ask_meter(VOLTAGE), meter_frame(0xD1, b"\x02")),
            (ask_meter(0x04000402), meter_answer(0x04000402, "000000123456")),
            (ask_meter(0x0400040B), meter_answer(0x0400040B, name)),
            (ask_meter(0x0400040D), meter_frame(0xD1, b"\x02")),
        ]
    )
    found = await driver.identify(link)
    assert (found.model, found.serial_number, found.firmware) == ("DTZ 645", "000000123456", "")
    bad = [
        (ask_meter(VOLTAGE), meter_answer(VOLTAGE, "2300")),
        (ask_meter(0x04000402), meter_answer(0x04000402, "00000012345A")),
    ]
    with pytest.raises(ReplyError, match="not decimal"):
        await driver.identify(play(bad))


@given(st.binary(max_size=40), st.booleans())
def test_any_reply_is_a_sample_or_a_driver_error(came: bytes, aibus: bool) -> None:  # noqa: FBT001
    async def read() -> None:
        if aibus:
            driver = build_driver(controller(), address="1")
            link = play([(aibus_request(0x0C), came)])
        else:
            driver = build_driver(meter(VOLTAGE, OTHER), address=METER)
            link = play([(ask_meter(VOLTAGE), came)])
        plan = driver.plan(["temperature" if aibus else "c02010100"])
        try:
            sample = await driver.read(link, plan)
        except DriverError:
            return
        bad = sample.statuses[0].quality is Quality.BAD
        assert (sample.values[0] is None) == bad

    asyncio.run(read())
