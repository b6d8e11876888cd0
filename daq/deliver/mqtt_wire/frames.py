"""Cuts the bytes a broker sends into packets, and says early what cannot be one. Pure."""

from collections.abc import Iterator
from enum import IntEnum

from daq.deliver.mqtt_wire.errors import MalformedError
from daq.deliver.mqtt_wire.fields import decode_length

LARGEST = 64 * 1024
"""Bytes of a packet after its length. The protocol allows 256 MB; what comes to who only
publishes is short: CONNACK, PUBACK, PINGRESP, DISCONNECT."""


class Kind(IntEnum):
    """The first byte of a packet: its type, and the flags it must have (2.1)."""

    CONNACK = 0x20
    PUBACK = 0x40
    PINGRESP = 0xD0
    DISCONNECT = 0xE0


_PUBLISH = 0x30
_TYPE = 0xF0
_KINDS = frozenset(map(int, Kind))
_SHORT = 0x80


class Framer:
    """Takes bytes as they come, gives whole packets; keeps at most one unfinished one."""

    def __init__(self) -> None:
        self._data = bytearray()

    def feed(self, data: bytes | memoryview) -> Iterator[tuple[int, bytearray]]:
        """The packets these bytes complete: first byte, and what follows the length.

        Raises:
            MalformedError: what comes is no packet, none for us, or too large.
        """
        held = self._data
        held += data
        place, size = 0, len(held)
        try:
            while size - place > 1:
                first, length, start = held[place], held[place + 1], place + 2
                if first not in _KINDS:
                    raise _not_for_us(first)
                if length >= _SHORT:
                    found = decode_length(held, place + 1)
                    if found is None:
                        break
                    length, start = found
                    if length > LARGEST:
                        raise MalformedError(f"a packet of {length} bytes")
                if start + length > size:
                    break
                place = start + length
                yield first, held[start:place]
        finally:
            del held[:place]


def _not_for_us(first: int) -> MalformedError:
    if first & _TYPE == _PUBLISH:
        return MalformedError("a message, although we subscribe to nothing")
    return MalformedError(f"a packet that begins with 0x{first:02x}")
