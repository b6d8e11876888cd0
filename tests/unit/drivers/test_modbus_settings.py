"""What a device says about its values: bits and codes of status, decimals, settings on connect."""

import struct
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import IdentityError
from drivers.modbus.driver import ModbusDriver
from drivers.model import Identity, Sample, Status, Value
from tests.modbus_lab import Refusal, Say, answer, make_profile, memory_link
from tests.virtual_time import run_virtual

Registers = Mapping[int, int]


def driver_of(spec: dict[str, object], identify: dict[str, object] | None = None) -> ModbusDriver:
    channel = {"function": 3, "register": 0, "type": "int16", **spec}
    return ModbusDriver(make_profile({"x": channel}, identify=identify or {}), 1)


def far_end(held: Registers):  # noqa: ANN201 - what memory_link takes
    def registers(_function: int, address: int, count: int) -> list[int] | Refusal:
        wanted = range(address, address + count)
        return [held[each] for each in wanted] if set(wanted) <= set(held) else Refusal(2)

    def far(request: bytes, say: Say) -> None:
        say(answer(request, registers), 0.0)

    return far


def read(spec: dict[str, object], held: Registers) -> tuple[Value, Status]:
    async def talk() -> Sample:
        link, _ = memory_link(far_end(held))
        driver = driver_of(spec)
        sample = await driver.read(link, driver.plan(["x"]))
        await link.close()
        return sample

    sample = run_virtual(talk())
    return sample.values[0], sample.statuses[0]


def identify(match: dict[str, object], held: Registers) -> Identity:
    async def talk() -> Identity:
        link, _ = memory_link(far_end({0: 0} | dict(held)))
        try:
            return await driver_of({}, {"match": [match]}).identify(link)
        finally:
            await link.close()

    return run_virtual(talk())


BITS: dict[str, object] = {
    "function": 3,
    "register": 9,
    "bits": {"6": "sensor break", "5": "over range", "1": "unstable"},
}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (0x0000, (7, Status.GOOD)),
        (0x8100, (7, Status.GOOD)),
        (0x0002, (7, Status.UNSTABLE)),
        (0x0040, (None, Status.SENSOR_BREAK)),
        (0x0022, (None, Status.OVER_RANGE)),
        (0x0062, (None, Status.SENSOR_BREAK)),
    ],
)
def test_the_worst_bit_of_a_status_counts(state: int, expected: tuple[Value, Status]) -> None:
    assert read({"status": BITS}, {0: 7, 9: state}) == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (61, (7, Status.GOOD)),
        (65, (None, Status.SENSOR_BREAK)),
        (32, (None, Status.DEVICE_ERROR)),
    ],
)
def test_codes_that_are_not_listed_mean_what_other_says(
    state: int, expected: tuple[Value, Status]
) -> None:
    status: dict[str, object] = {
        "function": 3,
        "register": 9,
        "values": {"61": "good", "65": "sensor break"},
        "other": "device error",
    }
    assert read({"status": status}, {0: 7, 9: state}) == expected


@pytest.mark.parametrize("optional", [True, False])
def test_only_an_optional_status_may_be_missing(optional: bool) -> None:  # noqa: FBT001
    expected = (7, Status.GOOD) if optional else (None, Status.ILLEGAL_ADDRESS)
    assert read({"status": {**BITS, "optional": optional}}, {0: 7}) == expected


@pytest.mark.parametrize(
    ("decimals", "expected"),
    [
        (0, (253.0, Status.GOOD)),
        (1, (25.3, Status.GOOD)),
        (3, (0.253, Status.GOOD)),
        (6, (0.000253, Status.GOOD)),
        (7, (None, Status.MALFORMED_REPLY)),
        (0xFFFF, (None, Status.MALFORMED_REPLY)),
    ],
)
def test_the_decimal_point_is_where_the_device_says(
    decimals: int, expected: tuple[Value, Status]
) -> None:
    spec: dict[str, object] = {"decimals": {"function": 3, "register": 606}}
    assert read(spec, {0: 253, 606: decimals}) == expected


def test_without_the_register_of_decimals_there_is_no_value() -> None:
    spec: dict[str, object] = {"decimals": {"function": 3, "register": 606}}
    assert read(spec, {0: 253}) == (None, Status.ILLEGAL_ADDRESS)


def test_decimals_come_before_scale_sentinels_before_both() -> None:
    decimals: dict[str, object] = {"function": 3, "register": 1, "type": "int16"}
    spec: dict[str, object] = {"decimals": decimals, "scale": 2, "offset": 1, "high": 50}
    assert read(spec, {0: 253, 1: 2}) == (6.06, Status.GOOD)
    assert read(spec, {0: 253, 1: 0}) == (507.0, Status.IMPLAUSIBLE)
    broken: dict[str, object] = {**spec, "sentinels": {"253": "sensor break"}}
    assert read(broken, {0: 253, 1: 2}) == (None, Status.SENSOR_BREAK)


@given(value=st.floats(0.5, 2000, width=32))
def test_a_float_with_its_words_swapped_is_not_taken_for_good(value: float) -> None:
    high, low = struct.unpack(">HH", struct.pack(">f", value))
    spec: dict[str, object] = {
        "type": "float32",
        "scale": 0.5555555555555556,
        "offset": -17.77777777777778,
        "low": -200,
        "high": 1400,
    }
    swapped: float = struct.unpack(">f", struct.pack(">HH", low, high))[0]
    found, status = read(spec, {0: low, 1: high})
    if 0 < abs(swapped) < 1e-30:
        assert status is Status.IMPLAUSIBLE
    if low == 0:
        assert status is Status.IMPLAUSIBLE, "whole numbers swap to the smallest of all"
    assert (found is None) == (status.quality.name == "BAD")


@pytest.mark.parametrize("orders", [{}, {"scale": 0.1}])
def test_zero_is_a_measurement(orders: dict[str, object]) -> None:
    assert read({"type": "float32", **orders}, {0: 0, 1: 0}) == (0.0, Status.GOOD)


def test_only_an_optional_register_may_be_missing() -> None:
    match: dict[str, object] = {"function": 3, "register": 7, "type": "uint16", "equals": [5]}
    with pytest.raises(IdentityError, match="holds None, not 5"):
        identify(match, {})
    assert identify({**match, "optional": True}, {}).model == "M1"
    with pytest.raises(IdentityError, match="holds 6, not 5"):
        identify({**match, "optional": True}, {7: 6})


NEVER: dict[str, object] = {"function": 3, "register": 5, "type": "uint16", "never": [30]}
MOST: dict[str, object] = {"function": 3, "register": 6, "type": "uint32", "at_most": 0xFFFF}


@pytest.mark.parametrize("held", [{}, {5: 15}, {5: 0}])
def test_a_setting_that_does_not_contradict_passes(held: Registers) -> None:
    assert identify({**NEVER, "what": "units"}, held).model == "M1"


def test_a_setting_that_contradicts_is_refused_with_what_it_is() -> None:
    with pytest.raises(IdentityError, match="units 5 holds 30, which must not be"):
        identify({**NEVER, "what": "units"}, {5: 30})


def test_a_number_too_large_tells_that_the_words_are_swapped() -> None:
    assert identify(MOST, {6: 0, 7: 28}).model == "M1"
    assert identify(MOST, {}).model == "M1"
    with pytest.raises(IdentityError, match="holds 1835008, more than 65535"):
        identify(MOST, {6: 28, 7: 0})


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"status": {"function": 3, "register": 1}}, "one of them is needed"),
        ({"status": {**BITS, "values": {"1": "off"}}}, "one of them is needed"),
        ({"status": {**BITS, "bits": {"16": "off"}}}, "bits 0 to 15"),
        ({"status": {**BITS, "bits": {"1": "good"}}}, "good"),
        ({"status": {**BITS, "type": "float32"}}, "integer or a bit"),
        ({"decimals": {"function": 3, "register": 1, "type": "float32"}}, "is an integer"),
        (
            {"type": "string", "length": 2, "decimals": {"function": 3, "register": 1}},
            "not for type 'string'",
        ),
    ],
)
def test_what_cannot_be_is_refused(spec: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        driver_of(spec)


def test_a_match_has_to_demand_something() -> None:
    match = {"function": 3, "register": 1, "type": "uint16"}
    with pytest.raises(ValueError, match="one of them is needed"):
        driver_of({}, {"match": [match]})
