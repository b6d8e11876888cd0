"""What reason codes of PUBACK, CONNACK and DISCONNECT mean for us (MQTT 5, OASIS, 2.4). Pure."""

from enum import Enum


class Verdict(Enum):
    """What becomes of a message the broker answered for."""

    DELIVERED = "delivered"
    RETRY = "retry"
    REFUSED = "refused"


UNSPECIFIED = 0x80
NOT_AUTHORIZED = 0x87
TOPIC_INVALID = 0x90
PACKET_TOO_LARGE = 0x95
_FAILURE = 0x80  # and above

_PUBACK = {
    0x00: (Verdict.DELIVERED, "success"),
    0x10: (Verdict.DELIVERED, "no matching subscribers"),
    UNSPECIFIED: (Verdict.RETRY, "unspecified error"),
    0x83: (Verdict.RETRY, "implementation specific error"),
    NOT_AUTHORIZED: (Verdict.REFUSED, "not authorized to publish to this topic"),
    TOPIC_INVALID: (Verdict.REFUSED, "topic name invalid"),
    0x91: (Verdict.RETRY, "packet identifier in use"),
    PACKET_TOO_LARGE: (Verdict.REFUSED, "larger than the broker accepts"),  # judged by us
    0x97: (Verdict.RETRY, "quota exceeded"),
    0x99: (Verdict.REFUSED, "payload format invalid"),
}

_WORDS = {
    0x00: "disconnected in order",
    UNSPECIFIED: "unspecified error",
    0x81: "malformed packet",
    0x82: "protocol error",
    0x83: "implementation specific error",
    0x84: "unsupported protocol version",
    0x85: "client identifier not valid",
    0x86: "bad user name or password",
    NOT_AUTHORIZED: "not authorized",
    0x88: "server unavailable",
    0x89: "server busy",
    0x8A: "banned",
    0x8B: "server shutting down",
    0x8C: "bad authentication method",
    0x8D: "keep alive timeout",
    0x8E: "session taken over",
    0x8F: "topic filter invalid",
    TOPIC_INVALID: "topic name invalid",
    0x93: "receive maximum exceeded",
    0x94: "topic alias invalid",
    PACKET_TOO_LARGE: "packet too large",
    0x96: "message rate too high",
    0x97: "quota exceeded",
    0x98: "administrative action",
    0x99: "payload format invalid",
    0x9A: "retain not supported",
    0x9B: "QoS not supported",
    0x9C: "use another server",
    0x9D: "server moved",
    0x9E: "shared subscriptions not supported",
    0x9F: "connection rate exceeded",
    0xA0: "maximum connect time",
    0xA1: "subscription identifiers not supported",
    0xA2: "wildcard subscriptions not supported",
}

_STAYS = frozenset(
    {
        0x84,  # unsupported protocol version
        0x85,  # client identifier not valid
        0x86,  # bad user name or password
        NOT_AUTHORIZED,
        0x8A,  # banned
        0x8C,  # bad authentication method
        TOPIC_INVALID,  # of the will
        PACKET_TOO_LARGE,
        0x9A,  # retain not supported
        0x9B,  # QoS not supported
        0x9D,  # server moved
    }
)


def is_success(code: int) -> bool:
    """Whether the broker took what the code answers."""
    return code < _FAILURE


def words_for(code: int) -> str:
    """The words of the standard for a CONNACK or DISCONNECT that says no."""
    return _WORDS.get(code) or f"reason code 0x{code:02x}"


def is_our_fault(code: int) -> bool:
    """Whether a CONNACK with this code will come again until somebody changes something."""
    return code in _STAYS


def judge(code: int) -> tuple[Verdict, str]:
    """Verdict and words for a PUBACK; an unknown failure may pass, so it is tried again."""
    known = _PUBACK.get(code)
    if known is not None:
        return known
    verdict = Verdict.DELIVERED if is_success(code) else Verdict.RETRY
    return verdict, f"reason code 0x{code:02x}"
