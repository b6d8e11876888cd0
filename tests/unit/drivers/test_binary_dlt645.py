"""DL/T 645 frames: published ones, damaged ones, any bytes at all."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.binary.dlt645 import Dlt645, Dlt645Reply
from drivers.errors import (
    ChecksumError,
    DeviceError,
    DriverError,
    ForeignReplyError,
    IllegalAddressError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.shown import NOISE_LIMIT
from tests.binary_lab import meter_answer, meter_frame

METER = "000000000161"
VOLTAGE, CURRENT, POWER, ENERGY = 0x02010100, 0x02020100, 0x02030000, 0x00010000
SIZES = {VOLTAGE: 2, CURRENT: 3, POWER: 3, ENERGY: 4}
WAKE = b"\xfe" * 4

# Published requests and answers of one meter (hwhale.com article 138066), and what they tell.
HEAD = "68 61 01 00 00 00 00 68"
PUBLISHED = {
    ENERGY: ("11 04 33 33 34 33 14 16", "91 08 33 33 34 33 59 33 33 33 8A 16", 26),
    VOLTAGE: ("11 04 33 34 34 35 17 16", "91 06 33 34 34 35 34 43 10 16", 1001),
    CURRENT: ("11 04 33 34 35 35 18 16", "91 07 33 34 35 35 CC 7C 33 16 16", 4999),
    POWER: ("11 04 33 33 36 35 18 16", "91 07 33 33 36 35 45 58 33 6B 16", 2512),
}


def codec(address: str = METER) -> Dlt645:
    return Dlt645(address, SIZES)


def expected(item: int = VOLTAGE, *, alone: bool = True) -> Dlt645Reply:
    return codec().expected(item, alone=alone)


@pytest.mark.parametrize("item", PUBLISHED)
def test_published_frames(item: int) -> None:
    request, answer, number = PUBLISHED[item]
    assert codec().request(item) == WAKE + bytes.fromhex(HEAD + request)
    reply = bytes.fromhex(HEAD + answer)
    for place in range(len(reply)):
        assert expected(item).find(bytearray(reply[:place])) is None
    assert expected(item).find(bytearray(reply)) == (0, len(reply))
    assert int(codec().unpack(item, reply)[::-1].hex()) == number
    assert codec().length(item) == len(reply)


def test_an_answer_is_found_behind_an_echo_noise_and_other_frames() -> None:
    before = b"".join(
        [
            codec().request(VOLTAGE),
            b"\x00\x68\x16\xfe",
            meter_answer(VOLTAGE, "2301", "000000000162"),
            meter_answer(CURRENT, "001500"),
            meter_answer(VOLTAGE, "2302")[:-2] + b"\0\x16",
            WAKE,
        ]
    )
    data = before + meter_answer(VOLTAGE, "2300")
    for place in range(len(data)):
        assert expected().find(bytearray(data[:place])) is None
    assert expected().find(bytearray(data)) == (len(before), len(data))


def test_a_beginning_that_announces_more_than_comes_hides_no_answer() -> None:
    torn = meter_answer(VOLTAGE, "2300")[:11]
    data = torn + meter_answer(VOLTAGE, "2310")
    assert expected().find(bytearray(data)) == (11, len(data))


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (2, IllegalAddressError, "no such data"),
        (5, DeviceError, "other error, wrong password"),
        (0, DeviceError, "0x00"),
    ],
)
def test_refusals(error: int, kind: type[DriverError], text: str) -> None:
    refusal = meter_frame(0xD1, bytes([error]))
    assert expected().find(bytearray(refusal)) == (0, len(refusal))
    assert expected(alone=False).find(bytearray(refusal)) is None
    with pytest.raises(kind, match=text) as caught:
        codec().unpack(VOLTAGE, refusal)
    assert type(caught.value) is kind


def test_a_published_refusal() -> None:
    frame = bytes.fromhex("FEFEFEFE 68 18 55 60 06 00 00 68 D1 01 35 AA 16")
    meter = codec("000006605518")
    start, end = meter.expected(VOLTAGE, alone=True).find(bytearray(frame)) or (0, 0)
    with pytest.raises(IllegalAddressError):
        meter.unpack(VOLTAGE, frame[start:end])


@pytest.mark.parametrize("digits", ["", "23", "023001"])
def test_a_number_of_another_length_is_malformed(digits: str) -> None:
    with pytest.raises(ReplyError, match="02010100 has"):
        codec().unpack(VOLTAGE, meter_answer(VOLTAGE, digits))


@pytest.mark.parametrize(
    ("came", "error"),
    [
        (b"", ReplyTimeoutError),
        (WAKE, ReplyTimeoutError),
        (codec().request(VOLTAGE), ReplyTimeoutError),
        (meter_answer(CURRENT, "001500"), ForeignReplyError),
        (meter_answer(VOLTAGE, "2300", "000000000162"), ForeignReplyError),
        (meter_frame(0xB1, bytes.fromhex("00010102 0023")), ForeignReplyError),
        (meter_answer(VOLTAGE, "2300")[:-2] + b"\0\x16", ChecksumError),
        (b"hello", ReplyError),
    ],
)
def test_what_went_wrong(came: bytes, error: type[DriverError]) -> None:
    assert expected().find(bytearray(came)) is None
    assert type(expected().explain(came)) is error


@given(st.binary(max_size=60), st.booleans())
def test_any_bytes_are_a_reply_or_an_error(came: bytes, alone: bool) -> None:  # noqa: FBT001
    reply = expected(alone=alone)
    found = reply.find(bytearray(came))
    if found is None:
        assert isinstance(reply.explain(came), DriverError)


@given(st.binary(max_size=40), st.sampled_from([0x91, 0xD1, 0xB1]))
def test_any_data_in_a_right_frame_are_a_value_or_an_error(data: bytes, control: int) -> None:
    frame = meter_frame(control, data)
    found = expected().find(bytearray(frame))
    if found is None:
        assert isinstance(expected().explain(frame), DriverError)
        return
    with contextlib.suppress(DriverError):
        assert len(codec().unpack(VOLTAGE, frame)) == 2


@given(st.integers(0, 17), st.integers(0, 7))
def test_an_answer_with_a_flipped_bit_is_never_taken(place: int, bit: int) -> None:
    reply = bytearray(meter_answer(VOLTAGE, "2300"))
    reply[place] ^= 1 << bit
    assert expected().find(reply) is None


def test_noise_without_end_is_no_reply_and_shown_in_part() -> None:
    assert expected().find(bytearray(b"\x55" * NOISE_LIMIT)) is None
    with pytest.raises(ReplyError, match=r"2049 bytes and no reply: 55 55 .* \.\.\."):
        expected().find(bytearray(b"\x55" * (NOISE_LIMIT + 1)))
    assert len(str(expected().explain(b"\x55" * 60_000))) < 200
