"""AIBUS, the protocol of Yudian's AI series. Pure.

Source: Xiamen Yudian, "AIBUS communication protocol" V7.0 and V8.x; see the profile yudian-ai.

    request  80h+a 80h+a 52h code 00 00 sum       sum = code * 256 + 82 + a
    reply    PV SV MV alarm value sum             sum = PV + SV + alarm * 256 + MV + value + a

Words are 16 bits, low byte first; sums are of words and drop what overflows; ``a`` is the
address. A reply has no start, no address and no parameter code: that it is from this address,
only the sum tells; what it answers, only the value of the parameter (``drivers.binary.sync``).
"""

import struct
from collections.abc import Iterable, Mapping

from drivers.binary.keys import Marker
from drivers.errors import (
    ChecksumError,
    DriverError,
    ForeignReplyError,
    IdentityError,
    ReplyError,
    ReplyTimeoutError,
)
from drivers.shown import shown

FORM = "[0-9]|[1-7][0-9]|80"
"""An address, in decimal, without leading zeros."""
LAST_ITEM = 0xFF
DATA_SIZE = 8
"""Bytes of a reply in front of its sum: PV 0, SV 2, MV 4, alarm 5, value of the parameter 6."""
VALUE = 6
SEARCHED = 40
"""Bytes in front of a marker's reply that are passed over: late replies, noise."""
READ = 0x52
ADDRESS = 0x80

_REQUEST = struct.Struct("<BBBBHH")
_REPLY = struct.Struct("<HHHHH")


class Aibus:
    """The protocol at one address. Implements ``drivers.binary.codec.Codec``.

    ``items`` are the parameters that are channels; their values may be anything.
    """

    def __init__(self, address: str, markers: Mapping[str, Marker], items: Iterable[int]) -> None:
        self._address = int(address)
        self._names = {marker.item: name for name, marker in markers.items()}
        self._markers = {marker.item: marker for marker in markers.values()}
        self.probes = tuple(self._markers)
        self.unmarked = frozenset(items) - frozenset(self._markers)

    def request(self, item: int) -> bytes:
        """See ``Codec``."""
        mark = ADDRESS + self._address
        check = item * 256 + READ + self._address & 0xFFFF
        return _REQUEST.pack(mark, mark, READ, item, 0, check)

    def expected(self, item: int, *, alone: bool) -> "AibusReply":
        """See ``Codec``. There are no refusals."""
        del alone
        return AibusReply(self._address, self.request(item), self._markers.get(item))

    def unpack(self, item: int, reply: bytes) -> bytes:
        """See ``Codec``."""
        del item
        return reply[:DATA_SIZE]

    def verify(self, item: int, data: bytes) -> None:
        """See ``Codec``: a marker must have the value the profile is made for."""
        marker, value = self._markers.get(item), value_of(data)
        if marker is not None and marker.expect and value not in marker.expect:
            wanted = " or ".join(map(str, marker.expect))
            raise IdentityError(
                f"address {self._address}: {self._names[item]} (parameter {item:#04x}) is "
                f"{value}; this profile is for {wanted}"
            )

    def length(self, item: int) -> int:
        """See ``Codec``."""
        del item
        return _REPLY.size


class AibusReply:
    """Recognises one reply.

    A marker's reply may come after late ones and some noise, since sum and value together are
    proof enough for that. Any other has to be the first that comes: among many bytes a sum of 16
    bits is soon right by chance. For the same reason nothing may follow: what goes on talking is
    noise, and never a reply.
    """

    length = _REPLY.size

    def __init__(self, address: int, request: bytes, marker: Marker | None) -> None:
        self._address = address
        self._request = request
        self._marker = marker

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """See ``Expected``."""
        place = self._start(buffer)
        while place + _REPLY.size <= len(buffer):
            if place > SEARCHED:
                raise ReplyError(self._noise(buffer))
            right = self._is_reply(buffer, place)
            if right and self._answers(buffer, place):
                if len(buffer) > place + _REPLY.size:
                    raise ReplyError(self._noise(buffer))
                return place, place + _REPLY.size
            if not right and self._marker is None:
                return None
            place += _REPLY.size if right else 1
        return None

    def explain(self, buffer: bytes) -> DriverError:
        """See ``Expected``."""
        who, place = f"address {self._address}", self._start(buffer)
        came = buffer[place:]
        if not came:
            return ReplyTimeoutError(f"{who} does not answer")
        if len(came) < _REPLY.size:
            return ReplyTimeoutError(f"{who}: incomplete reply: {shown(came)}")
        if self._is_reply(buffer, place):
            value = value_of(came)
            return ForeignReplyError(
                f"{who}: a reply came with the value {value} ({value:#06x}), which this "
                "parameter cannot have: it answers another request, or this is another model"
            )
        return ChecksumError(f"{who}: wrong checksum, or another's reply: {shown(came)}")

    def _noise(self, buffer: bytearray) -> str:
        came = bytes(buffer[: 2 * _REPLY.size]).hex(" ")
        return f"address {self._address}: {len(buffer)} bytes, more than a reply: {came} ..."

    def _start(self, buffer: bytes | bytearray) -> int:
        """Behind the echo of the request, which some RS-485 adapters give."""
        return len(self._request) if buffer.startswith(self._request) else 0

    def _is_reply(self, buffer: bytes | bytearray, place: int) -> bool:
        *words, check = _REPLY.unpack_from(buffer, place)
        return (sum(words) + self._address) & 0xFFFF == check

    def _answers(self, buffer: bytearray, place: int) -> bool:
        return self._marker is None or self._marker.allows(value_of(buffer[place:]))


def value_of(data: bytes | bytearray) -> int:
    """The value of the parameter in a reply, unsigned."""
    return int.from_bytes(data[VALUE : VALUE + 2], "little")
