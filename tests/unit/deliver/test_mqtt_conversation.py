"""Identifiers, limits of the broker, and what may be said when."""

import pytest

from daq.deliver.mqtt_codes import PACKET_TOO_LARGE, TOPIC_INVALID
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import UnsendableError
from daq.deliver.mqtt_wire.answers import Connack, Disconnect
from daq.deliver.mqtt_wire.conversation import LAST_ID, Answer, Conversation, Pong
from daq.deliver.mqtt_wire.errors import MalformedError

CONNACK = bytes.fromhex("2003000000")
MESSAGE = Message("lab/a", b"{}", retain=True)


def welcomed(connack: bytes = CONNACK, *, retains: bool = True) -> Conversation:
    talk = Conversation(five=True, retains=retains)
    list(talk.hear(connack))
    return talk


def puback(packet_id: int, code: int | None = None) -> bytes:
    body = packet_id.to_bytes(2, "big") + (b"" if code is None else bytes((code,)))
    return bytes((0x40, len(body))) + body


def test_answers_come_with_the_tag_of_their_message() -> None:
    talk = welcomed()
    for tag in (7, 8, 9):
        talk.publish(tag, MESSAGE)
    said = list(talk.hear(puback(3, 0x87) + puback(1) + b"\xd0\x00" + puback(2, 0x10)))
    assert said == [Answer(9, 0x87), Answer(7, 0), Pong(), Answer(8, 0x10)]


def test_what_was_not_asked_or_is_answered_twice_is_left_out() -> None:
    talk = welcomed()
    talk.publish(7, MESSAGE)
    assert list(talk.hear(puback(2) + puback(1) + puback(1))) == [Answer(7, 0)]


def test_an_identifier_that_waits_for_its_answer_is_not_given_again() -> None:
    talk = welcomed()
    late = talk.publish(0, MESSAGE)
    seen = {late}
    for number in range(2, LAST_ID + 1):
        seen.add(talk.publish(number, MESSAGE))
        assert list(talk.hear(puback(number))) == [Answer(number, 0)]
    assert len(seen) == LAST_ID
    again = talk.publish(1, MESSAGE)
    assert list(talk.hear(puback(2))) == [Answer(1, 0)], "2, for 1 is still in use"
    assert again != late


@pytest.mark.parametrize("topic", ["", "lab/+/a", "lab/#", "lab/\0"])
def test_a_topic_nothing_can_be_published_to_is_refused(topic: str) -> None:
    with pytest.raises(UnsendableError) as caught:
        welcomed().publish(1, Message(topic, b""))
    assert caught.value.code == TOPIC_INVALID


def test_the_largest_packet_a_broker_takes_is_sent_and_one_byte_more_is_not() -> None:
    packet = welcomed().publish(1, MESSAGE)
    talk = welcomed(bytes.fromhex("200800000527000000") + bytes((len(packet),)))
    assert talk.publish(1, MESSAGE) == packet
    with pytest.raises(UnsendableError) as caught:
        talk.publish(2, Message(MESSAGE.topic, MESSAGE.payload + b" "))
    assert caught.value.code == PACKET_TOO_LARGE


@pytest.mark.parametrize(
    ("connack", "wanted", "kept"),
    [
        (CONNACK, True, True),
        (CONNACK, False, False),
        (bytes.fromhex("20050000022500"), True, False),
        (bytes.fromhex("20050000022501"), True, True),
    ],
)
def test_retained_is_what_we_want_and_the_broker_can(
    connack: bytes, *, wanted: bool, kept: bool
) -> None:
    packet = welcomed(connack, retains=wanted).publish(1, MESSAGE)
    assert packet[0] == (0x33 if kept else 0x32)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (puback(1), "a PUBACK at the wrong time"),
        (b"\xd0\x00", "a PINGRESP at the wrong time"),
        (CONNACK + CONNACK, "a CONNACK at the wrong time"),
        (bytes.fromhex("2003008700") + puback(1), "a PUBACK at the wrong time"),
        (CONNACK + b"\xd0\x01\x00", "PINGRESP that is longer"),
    ],
)
def test_nothing_is_said_at_the_wrong_time(data: bytes, why: str) -> None:
    with pytest.raises(MalformedError, match=why):
        list(Conversation(five=True, retains=True).hear(data))


def test_a_broker_may_take_leave_at_any_time() -> None:
    talk = Conversation(five=True, retains=True)
    assert list(talk.hear(b"\xe0\x01\x8b")) == [Disconnect(0x8B)]
    assert list(talk.hear(CONNACK + b"\xe0\x00")) == [Connack(0), Disconnect(0)]
