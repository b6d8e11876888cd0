"""Registers into values: types, orders, scale, sentinels, status registers."""

import math
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client.mixin import ModbusClientMixin

from drivers.modbus.convert import TINY
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.raw import swap_bytes
from drivers.model import Status, Value
from tests.modbus_lab import Refusal, Say, answer, make_profile, memory_link

TYPES = ModbusClientMixin.DATATYPE
NUMBERS: dict[str, tuple[TYPES, st.SearchStrategy[Any]]] = {
    "int16": (TYPES.INT16, st.integers(-(2**15), 2**15 - 1)),
    "uint16": (TYPES.UINT16, st.integers(0, 2**16 - 1)),
    "int32": (TYPES.INT32, st.integers(-(2**31), 2**31 - 1)),
    "uint32": (TYPES.UINT32, st.integers(0, 2**32 - 1)),
    "int64": (TYPES.INT64, st.integers(-(2**63), 2**63 - 1)),
    "uint64": (TYPES.UINT64, st.integers(0, 2**64 - 1)),
    "float32": (TYPES.FLOAT32, st.floats(width=32, allow_nan=False, allow_infinity=False)),
    "float64": (TYPES.FLOAT64, st.floats(allow_nan=False, allow_infinity=False)),
}
ORDERS = [(byte, word) for byte in ("big", "little") for word in ("big", "little")]


async def read(
    channels: dict[str, dict[str, object]], data: bytes, **modbus: object
) -> dict[str, tuple[Value, Status]]:
    """Read all channels from a device whose registers or bits from 0 on hold ``data``."""
    profile = make_profile(channels, {"max_gap": 124, **modbus})
    words = struct.unpack(f">{len(data) // 2}H", data)

    def registers(_function: int, address: int, count: int) -> list[int] | Refusal:
        found = [*words[address : address + count]]
        return found if len(found) == count else Refusal(2)

    def far(request: bytes, say: Say) -> None:
        say(answer(request, registers), 0.0)

    link, _ = memory_link(far)
    driver = ModbusDriver(profile, 1)
    sample = await driver.read(link, driver.plan(list(channels)))
    await link.close()
    return dict(zip(channels, zip(sample.values, sample.statuses, strict=True), strict=True))


async def one(spec: dict[str, object], data: bytes, **modbus: object) -> tuple[Value, Status]:
    found = await read({"x": {"function": 3, "register": 0, **spec}}, data, **modbus)
    return found["x"]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("byte_order", "word_order"), ORDERS)
@given(data=st.data())
async def test_every_type_in_every_order_as_pymodbus_writes_it(
    name: str, byte_order: str, word_order: str, data: st.DataObject
) -> None:
    datatype, values = NUMBERS[name]
    value = data.draw(values)
    little = "little" if word_order == "little" else "big"
    registers = ModbusClientMixin.convert_to_registers(value, datatype, word_order=little)
    wire = struct.pack(f">{len(registers)}H", *registers)
    if byte_order == "little":
        wire = swap_bytes(wire)
    found = await one({"type": name}, wire, byte_order=byte_order, word_order=word_order)
    assert found == (value, Status.IMPLAUSIBLE if 0 < abs(value) < TINY else Status.GOOD)


@pytest.mark.parametrize(
    ("order", "wire"),
    [
        (("big", "big"), "43663334"),
        (("big", "little"), "33344366"),
        (("little", "big"), "66433433"),
        (("little", "little"), "34336643"),
    ],
)
async def test_four_orders_of_one_float(order: tuple[str, str], wire: str) -> None:
    byte_order, word_order = order
    value, status = await one(
        {"type": "float32"}, bytes.fromhex(wire), byte_order=byte_order, word_order=word_order
    )
    assert isinstance(value, float)
    assert math.isclose(value, 230.2, rel_tol=1e-7)
    assert status is Status.GOOD


async def test_a_channel_may_have_an_order_of_its_own_and_channels_may_overlap() -> None:
    channels: dict[str, dict[str, object]] = {
        "a": {"function": 3, "register": 0, "type": "uint32"},
        "b": {"function": 3, "register": 0, "type": "uint32", "word_order": "little"},
        "high": {"function": 3, "register": 0, "type": "uint16"},
        "low": {"function": 3, "register": 1, "type": "uint16", "byte_order": "little"},
        "bit": {"function": 3, "register": 1, "type": "bit", "bit": 2},
    }
    found = await read(channels, bytes.fromhex("00010004"))
    assert [value for value, _ in found.values()] == [0x10004, 0x40001, 1, 0x0400, True]


@pytest.mark.parametrize(("byte_order", "wire"), [("big", b"AB12\0x"), ("little", b"BA21x\0")])
async def test_strings_end_at_a_null(byte_order: str, wire: bytes) -> None:
    spec: dict[str, object] = {"type": "string", "length": 6}
    assert await one(spec, wire, byte_order=byte_order) == ("AB12", Status.GOOD)


async def test_a_string_of_odd_length_and_what_follows_it() -> None:
    channels: dict[str, dict[str, object]] = {
        "s": {"function": 3, "register": 0, "type": "string", "length": 3},
        "n": {"function": 3, "register": 2, "type": "uint16"},
    }
    found = await read(channels, b"ab c\x12\x34")
    assert found == {"s": ("ab", Status.GOOD), "n": (0x1234, Status.GOOD)}


@pytest.mark.parametrize("function", [1, 2])
async def test_bits_are_counted_from_the_lowest(function: int) -> None:
    channels = {f"b{i}": {"function": function, "register": i, "type": "bit"} for i in (0, 1, 8, 9)}
    profile = make_profile(channels, {"max_gap": 20})
    driver = ModbusDriver(profile, 1)
    plan = driver.plan(list(channels))
    (decoder,) = plan.decoders
    assert decoder.request.byte_count == 2
    slots = plan.blank()
    decoder.unpack(bytes([0b01, 0b10]), slots)
    assert slots == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("raw", "scale", "offset", "value"),
    [(253, 0.1, 0.0, 25.3), (3, 0.1, 0.0, 0.3), (7, 0.01, 0.0, 0.07), (5, 2.5, -10, 2.5)],
)
async def test_scaled_values_are_the_decimal_ones(
    raw: int, scale: float, offset: float, value: float
) -> None:
    spec: dict[str, object] = {"type": "uint16", "scale": scale, "offset": offset}
    assert await one(spec, raw.to_bytes(2, "big")) == (value, Status.GOOD)


@pytest.mark.parametrize(
    ("spec", "wire", "expected"),
    [
        ({"type": "int16", "sentinels": {"0x8000": "sensor break"}}, "8000", Status.SENSOR_BREAK),
        ({"type": "int16", "sentinels": {"-32768": "off"}}, "8000", Status.OFF),
        ({"type": "int16", "sentinels": {"32767": "over range"}}, "7fff", Status.OVER_RANGE),
        ({"type": "float32", "sentinels": {"9.9e37": "over range"}}, "7e94f56a", Status.OVER_RANGE),
        ({"type": "float32", "sentinels": {"nan": "off"}}, "7fc00001", Status.OFF),
        ({"type": "float32", "sentinels": {"0x7F7FFFFF": "off"}}, "7f7fffff", Status.OFF),
        ({"type": "float32"}, "7fc00000", Status.NOT_A_NUMBER),
        ({"type": "float32"}, "7f800000", Status.OVER_RANGE),
        ({"type": "float32"}, "ff800000", Status.UNDER_RANGE),
        ({"type": "int16", "scale": 0.1, "under_range": -40}, "fe6f", Status.UNDER_RANGE),
        ({"type": "int16", "scale": 0.1, "over_range": 500}, "1389", Status.OVER_RANGE),
    ],
)
async def test_what_is_no_measurement_has_no_value(
    spec: dict[str, object], wire: str, expected: Status
) -> None:
    assert await one(spec, bytes.fromhex(wire)) == (None, expected)


async def test_an_implausible_value_is_kept_and_marked() -> None:
    spec: dict[str, object] = {"type": "int16", "scale": 0.1, "low": 0, "high": 50}
    assert await one(spec, b"\x01\xf5") == (50.1, Status.IMPLAUSIBLE)
    assert await one(spec, b"\x01\xf4") == (50.0, Status.GOOD)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (0, (20.0, Status.GOOD)),
        (1, (None, Status.SENSOR_BREAK)),
        (2, (20.0, Status.UNSTABLE)),
        (3, (20.0, Status.GOOD)),
    ],
)
async def test_a_status_register_judges_the_value(
    state: int, expected: tuple[Value, Status]
) -> None:
    spec: dict[str, object] = {
        "type": "int16",
        "scale": 0.1,
        "status": {
            "function": 3,
            "register": 9,
            "values": {"1": "sensor break", "2": "unstable"},
        },
    }
    data = b"\x00\xc8" + bytes(16) + state.to_bytes(2, "big")
    assert await one(spec, data) == expected


async def test_a_status_bit_and_a_value_that_is_worse_itself() -> None:
    status = {"function": 3, "register": 1, "type": "bit", "bit": 5, "values": {"1": "unstable"}}
    spec: dict[str, object] = {"type": "int16", "high": 100, "status": status}
    assert await one(spec, bytes.fromhex("0001 0020")) == (1, Status.UNSTABLE)
    assert await one(spec, bytes.fromhex("0001 ffdf")) == (1, Status.GOOD)
    broken: dict[str, object] = {**spec, "sentinels": {"1": "off"}}
    assert await one(broken, bytes.fromhex("0001 0020")) == (None, Status.OFF)


@pytest.mark.parametrize(
    ("spec", "wire", "value"),
    [
        ({"type": "uint16", "kind": "boolean"}, "0002", True),
        ({"type": "uint16", "kind": "float"}, "0002", 2.0),
        ({"type": "float32", "kind": "integer"}, "40400000", 3),
        ({"type": "uint16", "address_base": 1}, "0002", 2),
    ],
)
async def test_the_kind_of_value_is_the_profiles(
    spec: dict[str, object], wire: str, value: Value
) -> None:
    base = spec.pop("address_base", 0)
    found, status = await one({**spec, "register": base}, bytes.fromhex(wire), address_base=base)
    assert (found, status) == (value, Status.GOOD)
    assert type(found) is type(value)


@given(data=st.binary(min_size=24, max_size=24))
async def test_any_data_gives_a_value_or_a_status(data: bytes) -> None:
    channels: dict[str, dict[str, object]] = {
        name: {"function": 3, "register": address, "type": name, "scale": scale}
        for address, (name, scale) in enumerate((n, s) for n in NUMBERS for s in (3.0,))
    }
    channels["text"] = {"function": 3, "register": 0, "type": "string", "length": 20}
    for value, status in (await read(channels, data)).values():
        assert (value is None) == (status.quality.name == "BAD")
        assert not isinstance(value, float) or math.isfinite(value)
