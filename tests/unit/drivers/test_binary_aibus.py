"""AIBUS frames: recorded ones, damaged ones, any bytes at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.binary.aibus import Aibus, AibusReply
from drivers.errors import (
    ChecksumError,
    DriverError,
    ForeignReplyError,
    IdentityError,
    ReplyError,
    ReplyTimeoutError,
)
from tests.binary_lab import MODEL_CODE, aibus_reply, aibus_request, controller

# Recorded, both with their requests; see the profile yudian-ai.
SETPOINT = (bytes.fromhex("8181520000005300"), bytes.fromhex("6C017201186072016964"))
HIGH_ALARM = (bytes.fromhex("8181520100005301"), bytes.fromhex("3B33E8030051E8030C8C"))
DECIMALS, MODEL = 0x0C, 0x15


def codec(address: str = "1") -> Aibus:
    return Aibus(address, controller().marker, [0x00, 0x01])


def expected(item: int, address: str = "1") -> AibusReply:
    return codec(address).expected(item, alone=True)


@pytest.mark.parametrize(("item", "recorded"), [(0, SETPOINT), (1, HIGH_ALARM)])
def test_recorded_frames(item: int, recorded: tuple[bytes, bytes]) -> None:
    request, reply = recorded
    assert codec().request(item) == request
    for place in range(10):
        assert expected(item).find(bytearray(reply[:place])) is None
    assert expected(item).find(bytearray(reply)) == (0, 10)
    assert codec().unpack(item, reply) == reply[:8]


@pytest.mark.parametrize("recorded", [SETPOINT, HIGH_ALARM])
def test_the_sum_tells_the_address(recorded: tuple[bytes, bytes]) -> None:
    reply = recorded[1]
    assert expected(1, "2").find(bytearray(reply)) is None
    assert isinstance(expected(1, "2").explain(reply), ChecksumError)


@pytest.mark.parametrize("address", ["0", "1", "80"])
def test_addresses(address: str) -> None:
    request = codec(address).request(DECIMALS)
    assert request == aibus_request(DECIMALS, int(address))
    reply = aibus_reply(1, address=int(address))
    assert expected(DECIMALS, address).find(bytearray(reply)) == (0, 10)


def test_a_marker_is_found_behind_an_echo_noise_and_other_replies() -> None:
    before = aibus_request(DECIMALS) + b"\xff" + aibus_reply(MODEL_CODE) + aibus_reply(1000)
    data = before + aibus_reply(128)
    for place in range(len(data)):
        assert expected(DECIMALS).find(bytearray(data[:place])) is None
    assert expected(DECIMALS).find(bytearray(data)) == (len(before), len(data))


def test_any_other_parameter_has_to_come_first_though_an_echo_may_precede() -> None:
    reply = aibus_reply(1000)
    assert expected(1).find(bytearray(aibus_request(1) + reply)) == (8, 18)
    assert expected(1).find(bytearray(b"\xff" + reply)) is None
    assert isinstance(expected(1).explain(b"\xff" + reply), ChecksumError)


def test_a_reply_is_not_looked_for_in_a_stream() -> None:
    """Among thousands of bytes a sum of 16 bits, and a value, are right by chance."""
    for stream in (bytes(100) + aibus_reply(128), aibus_reply(128) + b"\0"):
        with pytest.raises(ReplyError, match="more than a reply"):
            expected(DECIMALS).find(bytearray(stream))


def test_the_reply_of_one_marker_is_none_of_the_other() -> None:
    assert expected(DECIMALS).find(bytearray(aibus_reply(MODEL_CODE))) is None
    error = expected(DECIMALS).explain(aibus_reply(MODEL_CODE))
    assert isinstance(error, ForeignReplyError)
    assert "0x5180" in str(error)


@pytest.mark.parametrize(
    ("came", "error"),
    [
        (b"", ReplyTimeoutError),
        (aibus_request(DECIMALS), ReplyTimeoutError),
        (aibus_reply(1)[:9], ReplyTimeoutError),
        (aibus_reply(1)[:-1] + b"\0", ChecksumError),
    ],
)
def test_what_went_wrong(came: bytes, error: type[DriverError]) -> None:
    assert expected(DECIMALS).find(bytearray(came)) is None
    assert type(expected(DECIMALS).explain(came)) is error


def test_another_number_of_decimals_is_another_instrument() -> None:
    aibus = codec()
    aibus.verify(DECIMALS, aibus_reply(128))
    aibus.verify(MODEL, aibus_reply(MODEL_CODE))
    aibus.verify(0x01, aibus_reply(2))
    with pytest.raises(IdentityError, match=r"decimals \(parameter 0x0c\) is 2"):
        aibus.verify(DECIMALS, aibus_reply(2))


@given(st.sampled_from([0x01, DECIMALS, MODEL]), st.binary(max_size=60))
def test_any_bytes_are_a_reply_or_an_error(item: int, came: bytes) -> None:
    reply = expected(item)
    found = reply.find(bytearray(came))
    if found is None:
        assert isinstance(reply.explain(came), DriverError)
    else:
        start, end = found
        assert end - start == 10
        assert len(codec().unpack(item, came[start:end])) == 8


@given(st.binary(max_size=30), st.integers(0, 9))
def test_a_reply_with_a_flipped_bit_is_never_taken(noise: bytes, place: int) -> None:
    reply = bytearray(aibus_reply(1))
    reply[place] ^= 0x10
    data = bytes(reply) + noise
    found = expected(DECIMALS).find(bytearray(data))
    assert found is None or found[0] > 0
