"""The packets we send: CONNECT, PUBLISH, PINGREQ, DISCONNECT. Pure."""

import msgspec

from daq.deliver.mqtt_wire.fields import encode_binary, encode_length, encode_text
from daq.deliver.mqtt_wire.frames import LARGEST

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
"""Normal disconnection (3.14): the broker forgets the will."""

_NO_PROPERTIES = b"\x00"
_LARGEST_PACKET = b"\x27" + LARGEST.to_bytes(4, "big")

_CLEAN_START = 0x02
_WILL = 0x04
_WILL_QOS_1 = 0x08
_WILL_RETAIN = 0x20
_PASSWORD = 0x40
_USER = 0x80

_PUBLISH_QOS_1 = 0x32
_RETAIN = 0x01
_SHORT = 0x80


class Will(msgspec.Struct, frozen=True):
    """What the broker publishes, with QoS 1, when the connection is lost (3.1.3.2)."""

    topic: str
    payload: bytes
    retain: bool


class Connect(msgspec.Struct, frozen=True, kw_only=True):
    """Who connects, and how (3.1). ``keepalive`` is in seconds; it prints without secrets."""

    five: bool
    client_id: str
    keepalive: int
    clean_start: bool
    will: Will
    user: str | None
    password: str | None

    def __repr__(self) -> str:
        return f"Connect(client_id={self.client_id!r}, five={self.five})"


def encode_connect(connect: Connect) -> bytes:
    """The first packet. It tells MQTT 5 brokers the largest packet we take.

    Raises:
        ValueError: a field is too long or has a character MQTT does not allow; it is not shown.
    """
    five, will = connect.five, connect.will
    none = _NO_PROPERTIES if five else b""
    parts = [
        encode_text("MQTT", "the protocol"),
        bytes((5 if five else 4, _flags(connect))),
        connect.keepalive.to_bytes(2, "big"),
        encode_length(len(_LARGEST_PACKET)) + _LARGEST_PACKET if five else b"",
        encode_text(connect.client_id, "the client id"),
        none + encode_topic(will.topic) + encode_binary(will.payload, "the will"),
    ]
    if connect.user is not None:
        parts.append(encode_text(connect.user, "the user"))
    if connect.password is not None:
        parts.append(encode_text(connect.password, "the password"))
    body = b"".join(parts)
    return b"\x10" + encode_length(len(body)) + body


def encode_publish(
    topic: str, payload: bytes, packet_id: int, *, retain: bool, five: bool
) -> bytes:
    """A message with QoS 1 (3.3).

    Raises:
        ValueError: nothing can be published to such a topic, or the packet would be too large.
    """
    name, identifier = encode_topic(topic), packet_id.to_bytes(2, "big")
    first = _PUBLISH_QOS_1 | _RETAIN if retain else _PUBLISH_QOS_1
    none = _NO_PROPERTIES if five else b""
    length = len(name) + len(identifier) + len(none) + len(payload)
    size = bytes((first, length)) if length < _SHORT else bytes((first,)) + encode_length(length)
    return b"".join((size, name, identifier, none, payload))


def encode_topic(topic: str) -> bytes:
    """A topic to publish to (4.7).

    Raises:
        ValueError: it is empty, too long, has a wildcard, or a character MQTT does not allow.
    """
    if not topic or "+" in topic or "#" in topic:
        raise ValueError("a topic to publish to is not empty and has no wildcard")
    return encode_text(topic, "the topic")


def _flags(connect: Connect) -> int:
    flags = _WILL | _WILL_QOS_1
    flags |= _WILL_RETAIN if connect.will.retain else 0
    flags |= _CLEAN_START if connect.clean_start else 0
    flags |= _USER if connect.user is not None else 0
    flags |= _PASSWORD if connect.password is not None else 0
    return flags
