"""The properties of packets we receive (2.2.2). Pure."""

from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import TypeAlias

from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.fields import Reader

Value: TypeAlias = int | str | bytes
Properties: TypeAlias = Mapping[int, Value]
"""By identifier. User properties are read and forgotten: nobody asks for them."""


class Property(IntEnum):
    """Identifiers, of those that a broker may send to who only publishes."""

    SESSION_EXPIRY = 0x11
    ASSIGNED_CLIENT_ID = 0x12
    SERVER_KEEP_ALIVE = 0x13
    AUTHENTICATION_METHOD = 0x15
    AUTHENTICATION_DATA = 0x16
    RESPONSE_INFORMATION = 0x1A
    SERVER_REFERENCE = 0x1C
    REASON_STRING = 0x1F
    RECEIVE_MAXIMUM = 0x21
    TOPIC_ALIAS_MAXIMUM = 0x22
    MAXIMUM_QOS = 0x24
    RETAIN_AVAILABLE = 0x25
    USER_PROPERTY = 0x26
    MAXIMUM_PACKET_SIZE = 0x27
    WILDCARD_SUBSCRIPTIONS = 0x28
    SUBSCRIPTION_IDS = 0x29
    SHARED_SUBSCRIPTIONS = 0x2A


OF_PUBACK = frozenset({Property.REASON_STRING, Property.USER_PROPERTY})
OF_DISCONNECT = OF_PUBACK | {Property.SERVER_REFERENCE}
OF_CONNACK = frozenset(Property)


def decode_properties(reader: Reader, allowed: frozenset[Property]) -> Properties:
    """The properties that come next.

    Raises:
        MalformedError: one is unknown, not allowed here, there twice, or has no such value.
    """
    if not (length := reader.length()):
        return {}
    found: dict[int, Value] = {}
    part = Reader(reader.take(length))
    while part.left:
        identifier = part.length()
        if identifier not in allowed:
            raise MalformedError(f"a property 0x{identifier:02x} that has no place there")
        value = _READ[Property(identifier)](part)
        if identifier == Property.USER_PROPERTY:
            continue
        if identifier in found:
            raise MalformedError(f"a property 0x{identifier:02x} twice")
        found[identifier] = value
    return found


def _byte(reader: Reader) -> Value:
    return reader.number(1)


def _short(reader: Reader) -> Value:
    return reader.number(2)


def _long(reader: Reader) -> Value:
    return reader.number(4)


def _positive(size: int) -> Callable[[Reader], Value]:
    def read(reader: Reader) -> Value:
        if not (value := reader.number(size)):
            raise MalformedError("a limit of 0")
        return value

    return read


def _pair(reader: Reader) -> Value:
    return reader.text() + reader.text()


_READ: Mapping[Property, Callable[[Reader], Value]] = {
    Property.SESSION_EXPIRY: _long,
    Property.ASSIGNED_CLIENT_ID: Reader.text,
    Property.SERVER_KEEP_ALIVE: _short,
    Property.AUTHENTICATION_METHOD: Reader.text,
    Property.AUTHENTICATION_DATA: Reader.binary,
    Property.RESPONSE_INFORMATION: Reader.text,
    Property.SERVER_REFERENCE: Reader.text,
    Property.REASON_STRING: Reader.text,
    Property.RECEIVE_MAXIMUM: _positive(2),
    Property.TOPIC_ALIAS_MAXIMUM: _short,
    Property.MAXIMUM_QOS: _byte,
    Property.RETAIN_AVAILABLE: _byte,
    Property.USER_PROPERTY: _pair,
    Property.MAXIMUM_PACKET_SIZE: _positive(4),
    Property.WILDCARD_SUBSCRIPTIONS: _byte,
    Property.SUBSCRIPTION_IDS: _byte,
    Property.SHARED_SUBSCRIPTIONS: _byte,
}
