"""What our own MQTT takes a broker's bytes for, without any socket.

Invariants. Bytes are packets or a ``MalformedError`` in printable words, the same however they are
cut. No more is kept than one unfinished packet of the largest size. An answer is to a message that
waits for one, each at most once. What is published afterwards is a packet the broker takes.
"""

from collections.abc import Iterator
from typing import Any

from daq.deliver.mqtt_codes import is_our_fault, judge, words_for
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import UnsendableError
from daq.deliver.mqtt_wire.answers import Connack, Disconnect
from daq.deliver.mqtt_wire.conversation import Answer, Conversation
from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.fields import decode_length
from daq.deliver.mqtt_wire.frames import LARGEST
from tests.fuzz import mqtt_packets
from tests.fuzz.choices import Choices

CONNACKS = (bytes.fromhex("2003000000"), bytes.fromhex("20020000"))
HEAD = 5
MESSAGES = 5
REMAINDER = Message("lab/a", b"{}", retain=True)


def target(data: bytes) -> None:
    """Hear bytes in one piece and in several, and publish."""
    choices = Choices(data)
    old, welcomed, size = choices.below(2), choices.below(2), 1 + choices.below(64)
    rest = choices.rest()
    whole = _told(Conversation(five=not old, retains=True), [rest], welcomed, old)
    pieces = [rest[place : place + size] for place in range(0, len(rest), size)]
    assert whole == _told(Conversation(five=not old, retains=True), pieces, welcomed, old)
    assert all(text.isprintable() for text in whole if isinstance(text, str)), whole


def _told(talk: Conversation, pieces: list[bytes], welcomed: int, old: int) -> list[object]:
    told: list[object] = []
    inside: Any = talk
    waiting = set[int]()
    if welcomed:
        told += talk.hear(CONNACKS[old])
        waiting = _publish(talk, range(MESSAGES))
    try:
        for piece in pieces:
            for said in talk.hear(piece):
                _look(said, waiting)
                told.append(said)
            assert len(inside._framer._data) < LARGEST + HEAD
    except MalformedError as error:
        told.append(str(error))
    _publish(talk, range(MESSAGES, 2 * MESSAGES))
    return told


def _look(said: object, waiting: set[int]) -> None:
    if isinstance(said, Answer):
        waiting.remove(said.tag)
        assert judge(said.code)[1]
    elif isinstance(said, Connack | Disconnect):
        assert words_for(said.code).isprintable()
        assert is_our_fault(said.code) in (True, False)


def _publish(talk: Conversation, tags: range) -> set[int]:
    inside: Any = talk
    largest: int | None = inside._largest
    sent = set[int]()
    for tag in tags:
        try:
            packet = talk.publish(tag, REMAINDER)
        except UnsendableError:
            assert largest is not None
            continue
        sent.add(tag)
        assert largest is None or len(packet) <= largest
        assert decode_length(packet, 1) == (len(packet) - 2, 2)
    return sent


def seeds() -> Iterator[bytes]:
    """The same answers as through a socket, before and after CONNACK, in pieces of some sizes."""
    for answer in mqtt_packets.ANSWERS:
        for first in (0, 1):
            for welcomed in (0, 1):
                for size in (0, 1, 63):
                    yield bytes((first, welcomed, size)) + bytes.fromhex(answer)
