"""What a broker sends, written by paho and amqtt, and what breaks the protocol."""

from collections.abc import Callable
from typing import Any

import pytest
from amqtt.mqtt.connack import ConnackPacket  # pyright: ignore[reportMissingTypeStubs]
from amqtt.mqtt.puback import PubackPacket  # pyright: ignore[reportMissingTypeStubs]
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from daq.deliver.mqtt_wire.answers import (
    Connack,
    Disconnect,
    decode_connack,
    decode_disconnect,
    decode_puback,
)
from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.fields import encode_length
from daq.deliver.mqtt_wire.frames import LARGEST, Framer, Kind

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50)
codes = st.integers(0, 255)
shorts = st.integers(1, 65_535)
pairs = st.lists(st.tuples(texts, texts), max_size=3)
limits = st.fixed_dictionaries(
    {},
    optional={
        "SessionExpiryInterval": st.integers(0, 2**32 - 1),
        "AssignedClientIdentifier": texts,
        "ServerKeepAlive": st.integers(0, 65_535),
        "AuthenticationMethod": texts,
        "AuthenticationData": st.binary(max_size=50),
        "ResponseInformation": texts,
        "ServerReference": texts,
        "ReasonString": texts,
        "ReceiveMaximum": shorts,
        "TopicAliasMaximum": st.integers(0, 65_535),
        "MaximumQoS": st.integers(0, 1),
        "RetainAvailable": st.integers(0, 1),
        "UserProperty": pairs,
        "MaximumPacketSize": st.integers(1, 268_435_455),
        "WildcardSubscriptionAvailable": st.integers(0, 1),
        "SubscriptionIdentifierAvailable": st.integers(0, 1),
        "SharedSubscriptionAvailable": st.integers(0, 1),
    },
)


def packed(kind: int, values: dict[str, Any]) -> bytes:
    """Properties as paho writes them."""
    properties: Any = Properties(kind)
    for name, value in values.items():
        setattr(properties, name, value)
    return properties.pack()


@given(st.integers(0, 1), st.just(0) | st.integers(0x80, 0xFF), limits)
def test_every_property_of_a_connack_is_read(flags: int, code: int, values: dict[str, Any]) -> None:
    body = bytes((flags, code)) + packed(PacketTypes.CONNACK, values)
    assert decode_connack(body, five=True) == Connack(
        code,
        values.get("ReasonString", ""),
        window=values.get("ReceiveMaximum"),
        largest=values.get("MaximumPacketSize"),
        keepalive=values.get("ServerKeepAlive"),
        acknowledges=values.get("MaximumQoS") != 0,
        retains=values.get("RetainAvailable") != 0,
    )


@given(shorts, codes, st.none() | texts, pairs)
def test_every_puback_is_read(packet_id: int, code: int, reason: str | None, own: Any) -> None:  # noqa: ANN401 - pairs
    values = {} if reason is None else {"ReasonString": reason}
    whole = packed(PacketTypes.PUBACK, {**values, "UserProperty": own} if own else values)
    head = packet_id.to_bytes(2, "big")
    assert decode_puback(head, five=True) == (packet_id, 0)
    assert decode_puback(head + bytes((code,)), five=True) == (packet_id, code)
    assert decode_puback(head + bytes((code,)) + whole, five=True) == (packet_id, code)


@given(codes, texts, texts)
def test_every_disconnect_is_read(code: int, reason: str, where: str) -> None:
    values = {"ReasonString": reason, "ServerReference": where}
    body = bytes((code,)) + packed(PacketTypes.DISCONNECT, values)
    assert decode_disconnect(b"", five=True) == Disconnect(0)
    assert decode_disconnect(body[:1], five=True) == Disconnect(code)
    assert decode_disconnect(body, five=True) == Disconnect(code, reason)


def framed(packet: bytes) -> tuple[int, bytearray]:
    (found,) = Framer().feed(packet)
    return found


@given(st.integers(0, 1), st.sampled_from([0, 1, 2, 3, 4, 5]))
def test_a_connack_of_3_1_1_is_what_amqtt_writes(session: int, code: int) -> None:
    kind, body = framed(bytes(ConnackPacket.build(session, code).to_bytes()))
    assert kind == Kind.CONNACK
    found = decode_connack(body, five=False).code
    assert found == {0: 0, 1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x87}[code]


@given(shorts)
def test_a_puback_of_3_1_1_is_what_amqtt_writes(packet_id: int) -> None:
    kind, body = framed(bytes(PubackPacket.build(packet_id).to_bytes()))
    assert kind == Kind.PUBACK
    assert decode_puback(body, five=False) == (packet_id, 0)


def test_a_broker_of_3_1_1_that_refuses_5_is_understood() -> None:
    assert decode_connack(b"\x00\x01", five=True) == Connack(0x84)


Decode = Callable[..., object]
WRONG: list[tuple[Decode, str, bool, str]] = [
    (decode_connack, "", True, "ends too early"),
    (decode_connack, "0000", True, "ends too early"),
    (decode_connack, "007f00", True, "unknown code 127"),
    (decode_connack, "020000", True, "unknown flags"),
    (decode_connack, "00000000", True, "longer than what it says"),
    (decode_connack, "000006", True, "ends too early"),
    (decode_connack, "000003210000", True, "limit of 0"),
    (decode_connack, "0000052700000000", True, "limit of 0"),
    (decode_connack, "00000621000121 0001", True, "0x21 twice"),
    (decode_connack, "000002 0100", True, "0x01 that has no place"),
    (decode_connack, "0000022500 25", True, "longer"),
    (decode_connack, "000004 1f0001ff", True, "not UTF-8"),
    (decode_connack, "000004 1f000100", True, "a zero in it"),
    (decode_connack, "0000058080808080", True, "no place|four bytes"),
    (decode_connack, "0000 8000", True, "more bytes than it needs"),
    (decode_connack, "0006", False, "unknown code 6"),
    (decode_connack, "000000", False, "longer"),
    (decode_puback, "00", True, "ends too early"),
    (decode_puback, "0000", True, "PUBACK of nothing"),
    (decode_puback, "00018703", True, "ends too early"),
    (decode_puback, "000187 03210001", True, "0x21 that has no place"),
    (decode_puback, "000100", False, "longer"),
    (decode_disconnect, "00 0511 00000001", True, "0x11 that has no place"),
    (decode_disconnect, "", False, "3.1.1 does not have"),
]


@pytest.mark.parametrize(("decode", "body", "five", "why"), WRONG)
def test_what_breaks_the_protocol_is_told(
    decode: Decode, body: str, *, five: bool, why: str
) -> None:
    with pytest.raises(MalformedError, match=why):
        decode(bytes.fromhex(body), five=five)


@given(st.lists(st.tuples(st.sampled_from(Kind), st.binary(max_size=300))), st.data())
def test_packets_are_the_same_however_the_bytes_are_cut(
    packets: list[tuple[Kind, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(bytes((kind,)) + encode_length(len(b)) + b for kind, b in packets)
    framer, found = Framer(), list[tuple[int, bytes]]()
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += [(first, bytes(body)) for first, body in framer.feed(stream[:size])]
        stream = stream[size:]
    assert found == packets


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ("30", ""),
        ("3005", "a message"),
        ("3f80", "a message"),
        ("2080", ""),
        ("20818004", f"a packet of {LARGEST + 1} bytes"),
        ("20808004", ""),
        ("20ffffff7f", "a packet of 268435455 bytes"),
        ("20ffffffff", "more than four bytes"),
        ("4102", "begins with 0x41"),
        ("f000", "begins with 0xf0"),
        ("0000", "begins with 0x00"),
    ],
)
def test_what_can_be_no_packet_is_known_by_its_first_bytes(data: str, why: str) -> None:
    framer = Framer()
    if not why:
        assert not list(framer.feed(bytes.fromhex(data)))
        return
    with pytest.raises(MalformedError, match=why):
        list(framer.feed(bytes.fromhex(data)))
