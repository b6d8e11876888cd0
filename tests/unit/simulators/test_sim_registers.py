import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.registers import (
    Bank,
    Encoded,
    ModbusRefusal,
    Point,
    float32,
    int16,
    signed,
    uint16,
    uint32,
)


def bank(*, whole: bool = False) -> Bank:
    points = [
        Point(2, 2, lambda: float32(230.5), "voltage"),
        Point(4, 1, lambda: int16(-12.34, 1), "t1"),
        Point(6, 1, lambda: uint16(7)),
    ]
    return Bank(points, [range(10), range(20, 22)], limit=10, filler=0x8000, whole=whole)


def code(refusal: pytest.ExceptionInfo[ModbusRefusal]) -> int:
    return refusal.value.code


def test_float_is_high_word_first() -> None:
    assert float32(230.2).words == (0x4366, 0x3333)
    assert float32(230.2).value == struct.unpack(">f", bytes.fromhex("43663333"))[0]


@given(st.floats(allow_nan=False, width=32))
def test_a_single_survives_encoding(value: float) -> None:
    assert float32(value).value == value


@given(st.floats(-1e6, 1e6), st.integers(0, 3))
def test_a_scaled_register_means_what_it_says(value: float, decimals: int) -> None:
    encoded = int16(value, decimals)
    assert isinstance(encoded.value, float | int)
    assert signed(encoded.words[0]) == round(encoded.value * 10**decimals)
    if abs(value) * 10**decimals < 32767:
        assert math.isclose(encoded.value, value, abs_tol=0.5001 / 10**decimals)


def test_long_numbers() -> None:
    assert uint32(21040537) == Encoded((0x0141, 0x0D99), 21040537)
    assert int16(99999).words == (0x7FFF,)
    assert int16(-99999).words == (0x8000,)


def test_channels_within_a_read_are_told() -> None:
    reading = bank().read(2, 5)
    assert reading.words == [0x4366, 0x8000, 0xFF85, 0x8000, 7]
    assert reading.values == {"voltage": 230.5, "t1": -12.3}


def test_half_a_parameter_is_read_but_not_told() -> None:
    assert bank().read(3, 1).values == {}
    assert bank().read(3, 1).words == [0x8000]
    assert bank().read(1, 2).words == [0x8000, 0x4366]
    assert bank().read(1, 2).values == {}


@pytest.mark.parametrize(("address", "count"), [(2, 1), (3, 2), (3, 1)])
def test_half_a_parameter_is_refused_where_the_device_is_strict(address: int, count: int) -> None:
    with pytest.raises(ModbusRefusal) as refusal:
        bank(whole=True).read(address, count)
    assert code(refusal) == 2


@pytest.mark.parametrize(("address", "count"), [(9, 2), (10, 1), (19, 1), (65535, 2)])
def test_what_is_not_there(address: int, count: int) -> None:
    with pytest.raises(ModbusRefusal) as refusal:
        bank().read(address, count)
    assert code(refusal) == 2


@pytest.mark.parametrize("count", [0, 11])
def test_too_many_or_none(count: int) -> None:
    with pytest.raises(ModbusRefusal) as refusal:
        bank().read(0, count)
    assert code(refusal) == 3


def test_writing_takes_whole_parameters_that_can_be_written() -> None:
    written: list[tuple[int, ...]] = []
    points = [
        Point(0, 2, lambda: float32(0.0), write=lambda words: written.append(tuple(words))),
        Point(2, 1, lambda: uint16(0), write=lambda words: written.append(tuple(words))),
        Point(3, 1, lambda: uint16(0)),
    ]
    registers = Bank(points, [range(4)])
    registers.write(0, [1, 2, 3])
    assert written == [(1, 2), (3,)]
    for address, words in ((0, [1]), (1, [1]), (3, [1]), (4, [1])):
        with pytest.raises(ModbusRefusal) as refusal:
            registers.write(address, words)
        assert code(refusal) == 2
