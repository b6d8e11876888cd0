"""The simulators with binary frames, against frames from manuals and public code."""

import struct
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.devices.dlt645_2007 import Dlt645Meter
from simulators.devices.yudian_ai import YudianAi
from simulators.faults import garble, spoil_checksum
from simulators.frames import FrameDevice, FrameReply
from simulators.wire.binary import BinaryFrontEnd, Member
from simulators.wire.message import Station

METER = "000000000161"
VOLTAGE = bytes.fromhex("68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 16")
"""A published request: voltage of phase A."""


def controller(**options: object) -> YudianAi:
    return YudianAi.create(options, Random(1))


def meter(**options: object) -> Dlt645Meter:
    return Dlt645Meter.create({"address": METER, **options}, Random(1))


def sealed(body: str) -> str:
    """A frame with its sum and end."""
    return f"{body} {sum(bytes.fromhex(body)) % 256:02x} 16"


def asked(device: FrameDevice, request: str, unit: int = 1) -> FrameReply | None:
    frame = bytes.fromhex(request)
    found = device.find(frame)
    return device.take(frame[found[0] : found[1]], unit) if found else None


def aibus(device: YudianAi, request: str, unit: int = 1) -> tuple[int, ...]:
    """PV, SV, MV, alarm and value of a reply whose sum is right."""
    reply = asked(device, request, unit)
    assert reply is not None
    words = struct.unpack("<5H", reply.data)
    assert (sum(words[:4]) + unit) % 65536 == words[4]
    return struct.unpack("<hhbBH", reply.data[:8])


# AIBUS


def test_requests_of_public_code_are_understood() -> None:
    device = controller(alarm_high=100.0)
    assert aibus(device, "81 81 52 01 00 00 53 01")[4] == 1000
    pv, sv, mv, alarm, value = aibus(device, "81 81 52 00 00 00 53 00")
    assert (pv, sv) == (round(device.furnace.measured * 10), round(device.furnace.working * 10))
    assert (mv, value) == (device.output, 2000)
    assert alarm == 0x41, "above 100 degrees: HIAL, and the output AL1 acts"
    assert aibus(device, "81 81 43 01 B8 0B FC 0C")[3:] == (0x60, 3000)
    assert device.alarm_high == 300.0
    aibus(device, "81 81 43 1B 01 00 45 1B")
    assert device.stopped
    aibus(device, "81 81 43 1B 00 00 44 1B")
    assert not device.stopped


def test_values_told_are_those_in_the_frame() -> None:
    reply = asked(controller(), "81 81 52 02 00 00 53 02")
    assert reply is not None
    assert reply.values["alarm_low"] == -50.0
    pv, sv = struct.unpack_from("<hh", reply.data)
    assert (reply.values["temperature"], reply.values["setpoint"]) == (pv / 10, sv / 10)


def test_a_set_point_is_written_and_one_out_of_range_is_not_taken() -> None:
    device = controller()
    assert aibus(device, "81 81 43 00 E8 03 2C 04")[4] == 1000
    assert device.furnace.target == 100.0
    assert aibus(device, "81 81 43 00 FF 7F 43 80")[4] == 1000


def test_decimals_model_and_a_parameter_that_is_not_there() -> None:
    device = controller()
    assert aibus(device, "81 81 52 0C 00 00 53 0C")[4] == 1
    assert aibus(device, "81 81 52 15 00 00 53 15")[4] == 0x5180
    assert aibus(device, "81 81 43 15 00 00 44 15")[4] == 0x5180, "read only"
    assert aibus(device, "81 81 52 FE 00 00 53 FE")[4] == 0x7FFF


def test_a_broken_sensor_looks_as_recorded() -> None:
    device = controller()
    device.begin("sensor-break")
    pv, _, _, alarm, _ = aibus(device, "81 81 52 00 00 00 53 00")
    assert pv == 0x333B
    assert alarm & 0x11 == 0x11
    reply = asked(device, "81 81 52 00 00 00 53 00")
    assert reply is not None
    assert reply.values["temperature"] is None


@pytest.mark.parametrize(
    "request_",
    ["82 82 52 00 00 00 54 00", "81 81 52 00 00 00 53 01", "81 82 52 00 00 00 53 00", "81 81 53"],
)
def test_a_controller_is_silent_to_others_requests_and_damaged_ones(request_: str) -> None:
    assert asked(controller(), request_) is None


# DL/T 645


def test_a_published_request_gets_an_answer_of_the_published_form() -> None:
    device = meter()
    reply = asked(device, VOLTAGE.hex())
    assert reply is not None
    assert reply.data[:18] == bytes.fromhex("FEFEFEFE 68610100000000 68 91 06 33343435")
    digits = bytes(byte - 0x33 for byte in reply.data[18:20])[::-1].hex()
    assert reply.values == {"voltage_l1": int(digits) / 10}
    assert sum(reply.data[4:-2]) % 256 == reply.data[-2]
    assert (reply.data[-1], reply.checksum) == (0x16, len(reply.data) - 2)


@pytest.mark.parametrize(
    ("item", "digits", "told"),
    [
        ("33333333", "00183425", {"energy_total": 1834.25}),
        ("33333433", "00183425", {"energy_import": 1834.25}),
        ("33333533", "00000000", {"energy_export": 0.0}),
        ("35373337", "000006605518", {}),
        ("34373337", "000000000161", {}),
    ],
)
def test_what_items_hold(item: str, digits: str, told: dict[str, float]) -> None:
    body = "68 61 01 00 00 00 00 68 11 04" + item
    reply = asked(meter(preamble=0), sealed(body))
    assert reply is not None
    assert bytes((byte - 0x33) % 256 for byte in reply.data[14:-2])[::-1].hex() == digits
    assert reply.values == told


def test_a_block_holds_all_phases() -> None:
    body = "68 61 01 00 00 00 00 68 11 04 33 32 34 35"
    reply = asked(meter(preamble=0), sealed(body))
    assert reply is not None
    assert list(reply.values) == ["voltage_l1", "voltage_l2", "voltage_l3"]
    assert reply.data[9] == 10


def test_refusals() -> None:
    unknown = asked(meter(preamble=0), sealed("68 61 01 00 00 00 00 68 11 04 33 33 33 55"))
    assert unknown is not None
    assert unknown.data[8:11] == b"\xd1\x01\x35"
    device = meter(preamble=0)
    device.begin("no-data")
    refused = asked(device, VOLTAGE.hex())
    assert refused is not None
    assert refused.data[8:11] == b"\xd1\x01\x35"
    body = "68 61 01 00 00 00 00 68 14 04 33 33 33 33"
    write = asked(device, sealed(body))
    assert write is not None
    assert write.data[8:11] == b"\xd4\x01\x37", "no permission without a password"


def test_addresses_with_wildcards_and_reading_the_address() -> None:
    device = Dlt645Meter.create({"address": "123456789012", "preamble": 1}, Random(1))
    reply = asked(device, "FE FE FE FE 68 AA AA AA AA AA AA 68 13 00 DF 16")
    assert reply is not None
    published = "FE 68 12 90 78 56 34 12 68 93 06 45 C3 AB 89 67 45 07 16"
    assert reply.data == bytes.fromhex(published)
    body = "68 61 01 AA AA AA AA 68 11 04 33 34 34 35"
    shortened = asked(meter(preamble=0), sealed(body))
    assert shortened is not None
    assert shortened.data[1:7].hex() == "610100000000"


@pytest.mark.parametrize(
    "request_",
    [
        "68 62 01 00 00 00 00 68 11 04 33 34 34 35 18 16",
        "68 61 01 00 00 00 00 68 11 04 33 34 34 35 18 16",
        "68 61 01 00 00 00 00 68 11 04 33 34 34 35 17 17",
        sealed("68 99 99 99 99 99 99 68 08 06 33 33 33 33 33 33"),
        sealed("68 61 01 00 00 00 00 68 91 04 33 34 34 35"),
    ],
)
def test_a_meter_is_silent_to_others_requests_damaged_ones_and_broadcasts(request_: str) -> None:
    assert asked(meter(), request_) is None


def test_a_negative_number_has_its_sign_in_the_highest_bit() -> None:
    device = meter(preamble=0)
    for phase in device.phases:
        phase.power = -1234.5
    body = "68 61 01 00 00 00 00 68 11 04 33 33 36 35"
    reply = asked(device, sealed(body))
    assert reply is not None
    assert bytes((byte - 0x33) % 256 for byte in reply.data[14:-2])[::-1].hex() == "837035"
    assert reply.values == {"power_total": -3703.5}


# The front end


def front(device: FrameDevice, unit: int = 1) -> BinaryFrontEnd:
    return BinaryFrontEnd([Member(Station("one", unit, device), device)])


def test_noise_and_a_request_cut_off_are_passed_over() -> None:
    end = front(meter())
    assert end.feed(b"\xfe\x68\x00" + VOLTAGE[:12]) == []
    requests = [*end.feed(VOLTAGE[:9]), *end.feed(VOLTAGE[9:] + VOLTAGE)]
    assert len(requests) == 2
    answers = [request.answer() for request in requests]
    assert all(answer is not None and answer.request == "read 02010100" for answer in answers)


def test_each_device_of_a_line_answers_for_itself() -> None:
    first, second = controller(), controller(model_code=0x7190)
    members = [Member(Station("a", 1, first), first), Member(Station("b", 2, second), second)]
    (request,) = BinaryFrontEnd(members).feed(bytes.fromhex("82 82 52 15 00 00 54 15"))
    answer = request.answer()
    assert answer is not None
    assert answer.station.name == "b"
    assert answer.data[6:8] == b"\x90\x71"


@given(st.binary(max_size=700), st.sampled_from([controller, meter]))
def test_any_bytes_are_survived(data: bytes, make: Callable[[], FrameDevice]) -> None:
    for request in front(make()).feed(data):
        request.answer()


def test_what_is_garbled_is_under_the_checksum() -> None:
    reply = asked(meter(), VOLTAGE.hex())
    assert reply is not None
    for seed in range(60):
        damaged = garble(reply.data, "binary", Random(seed))
        assert damaged[:4] == reply.data[:4]
        assert damaged != reply.data
    spoiled = spoil_checksum(reply.data, reply.checksum)
    assert (spoiled[:-2], spoiled[-1]) == (reply.data[:-2], 0x16)
    assert spoiled != reply.data
