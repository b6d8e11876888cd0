"""The registers of each Modbus instrument, what can be written, and what it says of errors."""

import math
import struct
from collections.abc import Sequence
from random import Random

import pytest

from simulators.devices import MODELS
from simulators.devices.binder_mb1 import NO_INPUT
from simulators.devices.eastron_sdm120 import EastronSdm120
from simulators.registers import ModbusDevice, ModbusRefusal

HOLDING, INPUT, ONE, MANY = 3, 4, 6, 16
MODBUS = [name for name, model in MODELS.items() if issubclass(model, ModbusDevice)]


def make(name: str, seconds: float = 5.0, **options: object) -> ModbusDevice:
    device = MODELS[name].create(options, Random(7))
    assert isinstance(device, ModbusDevice)
    device.let_pass(seconds)
    return device


def words(device: ModbusDevice, address: int, count: int, function: int = HOLDING) -> list[int]:
    return device.readable[function].read(address, count).words


def high_first(pair: Sequence[int]) -> float:
    return struct.unpack(">f", struct.pack(">HH", *pair))[0]


def low_first(pair: Sequence[int]) -> float:
    return high_first(pair[::-1])


def two(value: float) -> list[int]:
    return list(struct.unpack(">HH", struct.pack(">f", value)))


def signed(word: int) -> int:
    return word - 0x10000 if word & 0x8000 else word


def refusal(device: ModbusDevice, function: int, address: int, values: Sequence[int]) -> int:
    with pytest.raises(ModbusRefusal) as caught:
        device.writable[function].write(address, values)
    return caught.value.code


@pytest.mark.parametrize("name", MODBUS)
def test_a_register_that_is_not_there_is_refused(name: str) -> None:
    for bank in make(name).readable.values():
        with pytest.raises(ModbusRefusal) as caught:
            bank.read(0xFFF0, 2)
        assert caught.value.code == 2


@pytest.mark.parametrize("name", MODBUS)
def test_too_many_registers_are_refused(name: str) -> None:
    for bank in make(name).readable.values():
        with pytest.raises(ModbusRefusal) as caught:
            bank.read(0, 126)
        assert caught.value.code == 3


# Watlow EZ-ZONE.


@pytest.mark.parametrize(("order", "decode"), [("high-low", high_first), ("low-high", low_first)])
def test_ezzone_sends_fahrenheit_in_either_order(order: str, decode: object) -> None:
    assert callable(decode)
    device = make("watlow-ezzone", word_order=order)
    truth = device.state()
    assert isinstance(truth["temperature"], float)
    fahrenheit = decode(words(device, 360, 2))
    assert fahrenheit == pytest.approx(truth["temperature"] * 1.8 + 32, abs=1e-3)
    assert words(device, 362, 1) == [61]
    assert decode(words(device, 2160, 2)) == pytest.approx(180 * 1.8 + 32)


def test_ezzone_takes_set_points_and_units() -> None:
    device = make("watlow-ezzone")
    device.writable[MANY].write(2160, two(212.0))
    assert device.state()["setpoint"] == pytest.approx(100.0)
    device.writable[ONE].write(2490, [15])
    assert high_first(words(device, 2160, 2)) == pytest.approx(100.0)
    assert refusal(device, MANY, 2160, two(9999.0)) == 3
    assert refusal(device, ONE, 2490, [16]) == 3
    assert refusal(device, MANY, 360, two(1.0)) == 2


def test_ezzone_says_what_is_wrong_with_its_sensor() -> None:
    device = make("watlow-ezzone")
    before = words(device, 360, 2)
    device.begin("sensor-break")
    device.let_pass(20)
    assert words(device, 362, 1) == [65]
    assert words(device, 360, 2) == before
    assert device.state()["output"] == 0
    device.end("sensor-break")
    device.begin("sensor-short")
    assert words(device, 362, 1) == [127]


# Watlow F4.


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_f4_sends_integers_with_its_decimals(decimals: int) -> None:
    device = make("watlow-f4", decimals=decimals)
    assert words(device, 606, 1) == [decimals]
    assert words(device, 0, 1) == [5270]
    assert signed(words(device, 300, 1)[0]) == 60 * 10**decimals
    device.writable[ONE].write(300, [(-10 * 10**decimals) & 0xFFFF])
    assert device.state()["setpoint"] == -10


def test_f4_errors() -> None:
    device = make("watlow-f4")
    assert words(device, 101, 1) == [0]
    device.begin("sensor-break")
    device.let_pass(1)
    assert words(device, 101, 1) == [1]
    assert words(device, 104, 2) == [0, 0]
    assert refusal(device, ONE, 300, [9000]) == 3
    assert refusal(device, ONE, 319, [500]) == 2


def test_f4d_has_humidity() -> None:
    device = make("watlow-f4", humidity=60.0)
    assert 0 < words(device, 104, 1)[0] <= 1000
    device.writable[ONE].write(319, [450])
    assert words(device, 319, 1) == [450]
    assert refusal(device, ONE, 319, [1200]) == 3


# Watlow F4T.


def test_f4t_sends_low_words_first_in_loops_160_apart() -> None:
    device = make("watlow-f4t")
    assert low_first(words(device, 2782, 2)) == 85.0
    assert low_first(words(device, 2820, 2)) == device.state()["temperature"]
    assert low_first(words(device, 2782 + 160, 2)) == 60.0
    assert words(device, 0, 2) == [124, 0]
    assert "".join(map(chr, words(device, 16, 3))) == "F4T"
    device.writable[MANY].write(2782, two(-20.0)[::-1])
    assert device.state()["setpoint"] == -20
    assert refusal(device, MANY, 2782, two(500.0)[::-1]) == 3


@pytest.mark.parametrize(
    ("event", "code"), [("sensor-break", 65), ("sensor-short", 127), ("measurement-error", 140)]
)
def test_f4t_input_error(event: str, code: int) -> None:
    device = make("watlow-f4t")
    device.begin(event)
    device.let_pass(5)
    assert words(device, 27588, 1) == [code]
    assert words(device, 2814, 1) == [62]
    device.end(event)
    assert words(device, 27588, 1) == [61]


# Binder MB1.


def test_binder_sends_low_words_first() -> None:
    device = make("binder-mb1")
    assert low_first(words(device, 0x11A9, 2)) == device.state()["temperature"]
    assert low_first(words(device, 0x1077, 2)) == 45.0
    for place, value in ((0x1581, 30.0), (0x156F, 31.0)):
        device.writable[MANY].write(place, two(value)[::-1])
        assert low_first(words(device, 0x1077, 2)) == value


def test_binder_refuses() -> None:
    device = make("binder-mb1")
    assert refusal(device, MANY, 0x1581, two(300.0)[::-1]) == 3
    assert refusal(device, MANY, 0x11A9, two(30.0)[::-1]) == 5
    assert refusal(device, ONE, 0x1007, [1]) == 5
    assert refusal(device, ONE, 0x1A22, [3]) == 3


def test_binder_tells_a_broken_sensor_and_an_open_door() -> None:
    device = make("binder-mb1")
    device.begin("sensor-break", "temperature")
    assert words(device, 0x11A9, 2) == [0x50C0, 0x4843]
    assert low_first(words(device, 0x11A9, 2)) == NO_INPUT
    assert low_first(words(device, 0x11CD, 2)) <= 100
    device.begin("door-open")
    assert words(device, 0x1007, 1) == words(device, 0x123E, 1) == [1]
    assert "".join(map(chr, words(device, 0x1228, 0x14))).strip() == "DOOR OPEN"


def test_binder_without_humidity() -> None:
    device = make("binder-mb1", humidity=None)
    assert low_first(words(device, 0x11CD, 2)) == NO_INPUT
    assert refusal(device, MANY, 0x1583, two(50.0)[::-1]) == 3


# Omron E5CC.


def test_e5cc_has_two_sets_of_addresses() -> None:
    device = make("omron-e5cc")
    (short,) = words(device, 0x2000, 1)
    long = words(device, 0x0000, 2)
    assert long == [0, short]
    assert short / 10 == device.state()["temperature"]
    assert words(device, 0x2103, 1) == [1200]
    assert words(device, 0x0106, 2) == [0, 1200]
    assert words(device, 0x2410, 1) == [1]


def test_e5cc_takes_set_points_in_both_modes() -> None:
    device = make("omron-e5cc")
    device.writable[ONE].write(0x2103, [1500])
    assert device.state()["setpoint"] == 150
    device.writable[MANY].write(0x0106, [0xFFFF, 0xFFFF - 99])
    assert device.state()["setpoint"] == -10
    assert refusal(device, ONE, 0x2103, [9000]) == 3


def test_e5cc_refuses_while_communications_writing_is_off() -> None:
    device = make("omron-e5cc", communications_writing=False)
    assert refusal(device, ONE, 0x2103, [1500]) == 4
    assert refusal(device, ONE, 0x0000, [0x0101]) == 4
    device.writable[ONE].write(0x0000, [0x0001])
    device.writable[ONE].write(0x2103, [1500])
    device.writable[ONE].write(0xFFFF, [0x0101])
    assert words(device, 0x2407, 1) == [0x0300]
    assert refusal(device, ONE, 0x0000, [0x7700]) == 3


def test_e5cc_status_bits() -> None:
    device = make("omron-e5cc")
    assert not words(device, 0x2001, 1)[0] & 0x44
    device.begin("sensor-break")
    device.let_pass(5)
    status = words(device, 0x2001, 1)[0]
    assert status & 0x40
    assert words(device, 0x0002, 2)[1] == status
    assert words(device, 0x2000, 1) == [5520]
    device.end("sensor-break")
    device.begin("converter-error")
    assert words(device, 0x2001, 1)[0] & 0x04


# Yokogawa WT310E.


def test_wt310e_items_are_the_default_ones() -> None:
    device = make("yokogawa-wt310e")
    found = words(device, 0x7D0, 18, INPUT)
    values = [high_first(found[i : i + 2]) for i in range(0, 18, 2)]
    voltage, current, power, apparent, reactive, factor, phase, *frequencies = values
    assert voltage * current == pytest.approx(apparent, rel=1e-5)
    assert power**2 + reactive**2 == pytest.approx(apparent**2, rel=1e-5)
    assert power / apparent == pytest.approx(factor, rel=1e-5)
    assert math.cos(math.radians(phase)) == pytest.approx(factor, rel=1e-5)
    assert frequencies == pytest.approx([50, 50], abs=0.1)
    assert words(device, 0x64, 2, INPUT) == found[:2]
    assert math.isnan(high_first(words(device, 0x7D0 + 18, 2, INPUT)))


def test_wt310e_over_range_and_no_signal() -> None:
    device = make("yokogawa-wt310e")
    device.begin("over-range")
    assert high_first(words(device, 0x7D2, 2, INPUT)) == math.inf
    assert device.state()["current"] is None
    device.end("over-range")
    device.begin("no-signal")
    assert math.isnan(high_first(words(device, 0x7DE, 2, INPUT)))
    device.writable[ONE].write(0, [1])
    assert words(device, 0, 1) == [1]
    assert refusal(device, ONE, 10, [1]) == 2
    assert refusal(device, ONE, 0, [2]) == 3


# Eastron SDM120.


def test_sdm120_energy_is_the_integral_of_power() -> None:
    device = EastronSdm120.create({}, Random(3))
    begin, joule = device.phase.energy, 0.0
    for _ in range(6000):
        device.step(0.1)
        joule += device.phase.power * 0.1
    assert device.phase.energy - begin == pytest.approx(joule / 3.6e6)
    energy = high_first(words(device, 0x156, 2, INPUT))
    assert energy == pytest.approx(device.phase.energy, rel=1e-6)
    assert energy == high_first(words(device, 0x48, 2, INPUT))


def test_sdm120_settings_are_floats() -> None:
    device = make("eastron-sdm120")
    device.writable[MANY].write(0x1C, [0x4000, 0])
    assert words(device, 0x1C, 2) == [0x4000, 0]
    assert refusal(device, MANY, 0x1C, two(7.0)) == 3
    assert refusal(device, MANY, 0x1C, [0x4000]) == 2


# Vaisala HMT330 on Modbus.


def test_hmt330_sends_floats_low_word_first_and_integers() -> None:
    device = make("vaisala-hmt330-modbus")
    truth = device.state()
    for place, integer, name in (
        (0, 256, "humidity"),
        (2, 257, "temperature"),
        (6, 259, "dewpoint"),
    ):
        value = low_first(words(device, place, 2))
        assert value == truth[name]
        assert signed(words(device, integer, 1)[0]) / 100 == pytest.approx(value, abs=0.006)
    assert words(device, 512, 2) == [1, 1]


def test_hmt330_failed_sensor() -> None:
    device = make("vaisala-hmt330-modbus")
    device.begin("sensor-break", "humidity")
    assert math.isnan(low_first(words(device, 0, 2)))
    assert math.isnan(low_first(words(device, 6, 2)))
    assert not math.isnan(low_first(words(device, 2, 2)))
    assert words(device, 256, 1) == [0x8000]
    assert words(device, 512, 1) == [0]
    assert words(device, 515, 1) == [1]


def test_hmt330_ignores_a_pressure_out_of_range() -> None:
    device = make("vaisala-hmt330-modbus")
    device.writable[MANY].write(768, two(950.0)[::-1])
    assert words(device, 1024, 1) == [950]
    device.writable[MANY].write(768, two(-5.0)[::-1])
    assert words(device, 1024, 1) == [950]
