"""What we send, byte for byte what paho sends, and read by amqtt as what it was."""

import asyncio
from typing import Any, Literal

import msgspec
import pytest
from amqtt.adapters import BufferReader  # pyright: ignore[reportMissingTypeStubs]
from amqtt.mqtt.connect import ConnectPacket  # pyright: ignore[reportMissingTypeStubs]
from amqtt.mqtt.publish import PublishPacket  # pyright: ignore[reportMissingTypeStubs]
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import Client, MQTTv5, MQTTv311
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from daq.deliver.mqtt_wire.fields import LARGEST_LENGTH, decode_length, encode_length
from daq.deliver.mqtt_wire.frames import LARGEST
from daq.deliver.mqtt_wire.requests import Connect, Will, encode_connect, encode_publish

CANARY = "canary-4711"

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
topics = texts.filter(lambda text: bool(text) and not set(text) & set("+#"))
wills = st.builds(Will, topics, st.binary(max_size=300), st.booleans())
connects = st.builds(
    Connect,
    five=st.booleans(),
    client_id=texts.filter(bool),
    keepalive=st.integers(0, 65_535),
    clean_start=st.booleans(),
    will=wills,
    user=texts,
    password=st.none() | texts,
)


class Paho:
    """A paho client that is connected to nothing, and what it would have sent."""

    def __init__(self, connect: Connect) -> None:
        version: Literal[4, 5] = 5 if connect.five else 4
        self.sent = b""
        self.client: Any = Client(
            CallbackAPIVersion.VERSION2,
            connect.client_id,
            protocol=MQTTv5 if version == 5 else MQTTv311,
            clean_session=None if connect.five else connect.clean_start,
        )
        self.client._clean_start = connect.clean_start
        self.client._sock = self
        self.client._packet_queue = self._queue
        if connect.five:
            self.client._connect_properties = Properties(PacketTypes.CONNECT)
            self.client._connect_properties.MaximumPacketSize = LARGEST
        will = connect.will
        self.client.will_set("topic", will.payload, 1, will.retain)
        self.client._will_topic = will.topic.encode()
        self.client.username_pw_set(connect.user, connect.password)

    def _queue(self, _command: int, packet: bytearray, *_: object) -> None:
        self.sent += bytes(packet)

    def close(self) -> None:
        self.client._sock = None


@given(connects)
def test_connect_is_what_paho_sends(connect: Connect) -> None:
    paho = Paho(connect)
    paho.client._send_connect(connect.keepalive)
    paho.close()
    assert encode_connect(connect) == paho.sent


@given(connects, wills, st.integers(1, 65_535))
def test_publish_is_what_paho_sends(connect: Connect, message: Will, packet_id: int) -> None:
    topic, payload, retain = message.topic, message.payload, message.retain
    paho = Paho(connect)
    paho.client._send_publish(packet_id, topic.encode(), payload, 1, retain)
    paho.close()
    ours = encode_publish(topic, payload, packet_id, retain=retain, five=connect.five)
    assert ours == paho.sent


def through_amqtt(packet: bytes, kind: Any) -> Any:  # noqa: ANN401 - its packets
    async def read() -> Any:  # noqa: ANN401 - same
        found = await kind.from_stream(BufferReader(packet))
        assert bytes(found.to_bytes()) == packet
        return found

    return asyncio.run(read())


@given(connects)
def test_connect_of_3_1_1_is_understood_by_amqtt(connect: Connect) -> None:
    packet = encode_connect(msgspec.structs.replace(connect, five=False))
    found = through_amqtt(packet, ConnectPacket)
    assert (found.client_id, found.keep_alive) == (connect.client_id, connect.keepalive)
    assert (found.username, found.password) == (connect.user, connect.password)
    assert (found.will_topic, found.will_message) == (connect.will.topic, connect.will.payload)
    assert (found.will_qos, found.will_retain_flag) == (1, connect.will.retain)
    assert found.clean_session_flag == connect.clean_start


@given(wills.filter(lambda will: bool(will.payload)), st.integers(1, 65_535))
def test_publish_of_3_1_1_is_understood_by_amqtt(message: Will, packet_id: int) -> None:
    topic, payload, retain = message.topic, message.payload, message.retain
    packet = encode_publish(topic, payload, packet_id, retain=retain, five=False)
    found = through_amqtt(packet, PublishPacket)
    assert (found.topic_name, bytes(found.data), found.packet_id) == (topic, payload, packet_id)
    assert (found.qos, found.retain_flag, found.dup_flag) == (1, retain, False)


@given(st.integers(0, LARGEST_LENGTH), st.binary(max_size=3))
def test_a_length_comes_back(number: int, before: bytes) -> None:
    encoded = encode_length(number)
    data = before + encoded
    assert decode_length(data, len(before)) == (number, len(data))
    assert all(decode_length(data[:cut], len(before)) is None for cut in range(len(data)))


@pytest.mark.parametrize("number", [-1, LARGEST_LENGTH + 1])
def test_what_is_no_length_is_not_written_as_one(number: int) -> None:
    with pytest.raises(ValueError, match="no length"):
        encode_length(number)


@pytest.mark.parametrize("topic", ["", "a/+", "#", "a\0b", "a" * 65_536, "\udc80"])
def test_a_topic_nothing_can_be_published_to_is_an_error(topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        encode_publish(topic, b"", 1, retain=False, five=True)


@pytest.mark.parametrize("field", ["client_id", "user", "password"])
@pytest.mark.parametrize("value", [CANARY + "x" * 65_536, CANARY + "\udc80"])
def test_what_is_too_long_or_no_text_is_named_and_not_shown(field: str, value: str) -> None:
    fields = {"client_id": "daq", "user": "me", "password": "secret", field: value}
    connect = Connect(
        five=True, keepalive=1, clean_start=True, will=Will("t", b"", retain=False), **fields
    )
    with pytest.raises(ValueError, match=field.replace("_", " ")) as caught:
        encode_connect(connect)
    assert CANARY not in str(caught.value)
    assert "secret" not in repr(connect)
