"""The packets a broker sends us: CONNACK, PUBACK, DISCONNECT. Pure."""

import msgspec

from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.fields import Reader
from daq.deliver.mqtt_wire.properties import (
    OF_CONNACK,
    OF_DISCONNECT,
    OF_PUBACK,
    Properties,
    Property,
    decode_properties,
)

_RETURN_CODES = {0: 0x00, 1: 0x84, 2: 0x85, 3: 0x88, 4: 0x86, 5: 0x87}
"""Of CONNACK in 3.1.1 (3.2.2.3 there), as reason codes of MQTT 5."""

_SUCCESS, _FAILURE = 0x00, 0x80
_OLD_CONNACK = 2


class Connack(msgspec.Struct, frozen=True):
    """The answer to CONNECT (3.2), and the limits of the broker; None where it stated none.

    Attributes:
        code: a reason code of MQTT 5, also of a 3.1.1 broker.
        reason: what the broker says about it, as it came.
        window: messages it has not acknowledged yet, at most (Receive Maximum).
        largest: bytes of a whole packet, at most (Maximum Packet Size).
        keepalive: seconds of silence it bears, instead of ours; 0: any (Server Keep Alive).
        acknowledges: it takes QoS 1 (Maximum QoS).
        retains: it keeps retained messages (Retain Available).
    """

    code: int
    reason: str = ""
    window: int | None = None
    largest: int | None = None
    keepalive: int | None = None
    acknowledges: bool = True
    retains: bool = True


class Disconnect(msgspec.Struct, frozen=True):
    """The broker takes leave (3.14): why, and in its own words, as they came."""

    code: int
    reason: str = ""


def decode_connack(body: bytes | bytearray, *, five: bool) -> Connack:
    """What answers CONNECT.

    Raises:
        MalformedError: it is none.
    """
    reader = Reader(body)
    if reader.number(1) > 1:
        raise MalformedError("a CONNACK with unknown flags")
    code = reader.number(1)
    if not five or (len(body) == _OLD_CONNACK and code):  # how a 3.1.1 broker refuses MQTT 5
        reader.end()
        if code not in _RETURN_CODES:
            raise MalformedError(f"a CONNACK with the unknown code {code}")
        return Connack(_RETURN_CODES[code])
    if _SUCCESS < code < _FAILURE:
        raise MalformedError(f"a CONNACK with the unknown code {code}")
    properties = decode_properties(reader, OF_CONNACK)
    reader.end()
    return Connack(
        code,
        _text(properties, Property.REASON_STRING),
        window=_number(properties, Property.RECEIVE_MAXIMUM),
        largest=_number(properties, Property.MAXIMUM_PACKET_SIZE),
        keepalive=_number(properties, Property.SERVER_KEEP_ALIVE),
        acknowledges=_number(properties, Property.MAXIMUM_QOS) != 0,
        retains=_number(properties, Property.RETAIN_AVAILABLE) != 0,
    )


def decode_puback(body: bytes | bytearray, *, five: bool) -> tuple[int, int]:
    """Which message is answered, by its packet identifier, and the reason code (3.4).

    Raises:
        MalformedError: it is no PUBACK.
    """
    reader = Reader(body)
    packet_id = reader.number(2)
    if not packet_id:
        raise MalformedError("a PUBACK of nothing")
    code = reader.number(1) if five and reader.left else _SUCCESS
    if five and reader.left:
        decode_properties(reader, OF_PUBACK)
    reader.end()
    return packet_id, code


def decode_disconnect(body: bytes | bytearray, *, five: bool) -> Disconnect:
    """Why the broker ends the connection.

    Raises:
        MalformedError: it is no DISCONNECT; in 3.1.1 a broker sends none.
    """
    if not five:
        raise MalformedError("a DISCONNECT, which MQTT 3.1.1 does not have")
    reader = Reader(body)
    code = reader.number(1) if reader.left else _SUCCESS
    if not reader.left:
        return Disconnect(code)
    properties = decode_properties(reader, OF_DISCONNECT)
    reader.end()
    return Disconnect(code, _text(properties, Property.REASON_STRING))


def _number(properties: Properties, which: Property) -> int | None:
    value = properties.get(which)
    return value if isinstance(value, int) else None


def _text(properties: Properties, which: Property) -> str:
    value = properties.get(which)
    return value if isinstance(value, str) else ""
