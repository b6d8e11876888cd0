"""What is said on one connection, from our side: which packet means what, and when. Pure."""

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from daq.deliver.mqtt_codes import PACKET_TOO_LARGE, TOPIC_INVALID, is_success
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import UnsendableError
from daq.deliver.mqtt_wire.answers import (
    Connack,
    Disconnect,
    decode_connack,
    decode_disconnect,
    decode_puback,
)
from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.frames import Framer, Kind
from daq.deliver.mqtt_wire.requests import encode_publish

LAST_ID = 65_535
"""The greatest packet identifier (2.2.1)."""


class Answer(msgspec.Struct, frozen=True, gc=False):
    """The message with this tag is answered."""

    tag: int
    code: int


class Pong(msgspec.Struct, frozen=True, gc=False):
    """The broker lives."""


Said: TypeAlias = Connack | Answer | Pong | Disconnect

_PONG = Pong()


class Conversation:
    """Gives messages their packet identifiers, and reads what the broker says.

    ``retains`` is whether messages may be retained at all. The limits of CONNACK hold from then
    on, except that of messages unanswered, which whoever sends has to keep.
    """

    def __init__(self, *, five: bool, retains: bool) -> None:
        self._five = five
        self._retains = retains
        self._largest: int | None = None
        self._framer = Framer()
        self._welcomed = False
        self._tags: dict[int, int] = {}
        self._last_id = 0

    def publish(self, tag: int, message: Message) -> bytes:
        """The packet to send. ``tag`` comes back with the answer.

        Raises:
            UnsendableError: the broker takes no such message.
        """
        packet_id = self._free_id()
        retain = message.retain and self._retains
        try:
            packet = encode_publish(
                message.topic, message.payload, packet_id, retain=retain, five=self._five
            )
        except ValueError:
            raise UnsendableError(TOPIC_INVALID) from None
        if self._largest is not None and len(packet) > self._largest:
            raise UnsendableError(PACKET_TOO_LARGE)
        self._tags[packet_id] = tag
        self._last_id = packet_id
        return packet

    def hear(self, data: bytes | memoryview) -> Iterator[Said]:
        """What the broker says with these bytes; answers to what we did not ask are left out.

        Raises:
            MalformedError: it may not say that, or not now.
        """
        tags = self._tags
        for first, body in self._framer.feed(data):
            if first == Kind.PUBACK and self._welcomed:
                packet_id, code = decode_puback(body, five=self._five)
                if (tag := tags.pop(packet_id, None)) is not None:
                    yield Answer(tag, code)
            else:
                yield self._other(first, body)

    def _other(self, first: int, body: bytearray) -> Said:
        if first == Kind.DISCONNECT:
            return decode_disconnect(body, five=self._five)
        if (first == Kind.CONNACK) is self._welcomed:
            raise MalformedError(f"a {Kind(first).name} at the wrong time")
        if first == Kind.CONNACK:
            return self._welcome(decode_connack(body, five=self._five))
        if body:
            raise MalformedError("a PINGRESP that is longer than it may be")
        return _PONG

    def _welcome(self, connack: Connack) -> Connack:
        self._welcomed = is_success(connack.code)
        self._largest = connack.largest
        self._retains = self._retains and connack.retains
        return connack

    def _free_id(self) -> int:
        """The next identifier that waits for no answer; there are more of them than may wait."""
        packet_id = self._last_id
        while True:
            packet_id = packet_id % LAST_ID + 1
            if packet_id not in self._tags:
                return packet_id
