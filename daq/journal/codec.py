"""How a scan becomes bytes: as short as its values allow, and exactly what it was.

The first byte names the form of what follows; its high bit says that a status byte for each
channel comes next. Without it every status is good.

| form | holds | bytes for n channels |
|---|---|---|
| 1 | floats that are float32 exactly, little endian | 4 n |
| 2 | floats, float64 little endian | 8 n |
| 3 | a failed scan: no value at all, one status for every channel | 1 |
| 4 | anything else, a MessagePack array | 1 to 9 a number |
| 5 | what MessagePack cannot hold (integers beyond 64 bits, lone surrogates), JSON | |
"""

import json
import struct
from collections.abc import Sequence
from typing import TypeAlias, cast

import msgspec

from drivers.model import Status, Value

Values: TypeAlias = tuple[Value, ...]
Statuses: TypeAlias = tuple[Status, ...]

_FLOAT32, _FLOAT64, _FAILED, _PACKED, _JSON = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
_WITH_STATUSES = 0x80
_FLOATS: set[type] = {float}
_STORABLE: set[type] = {float, int, bool, str, type(None)}
_STATUS_OF = {int(status): status for status in Status}

_UNDECODABLE = (LookupError, RecursionError, ValueError, struct.error, msgspec.MsgspecError)

_encode_packed = msgspec.msgpack.Encoder().encode
_decode_packed = msgspec.msgpack.Decoder(tuple[float | int | bool | str | None, ...]).decode


class CodecError(ValueError):
    """A body that no version of this program known here has written."""


def without_nan(values: Values, statuses: Statuses) -> tuple[Values, Statuses]:
    """The same scan with None for each NaN, which is then of bad quality if it was good."""
    try:
        total = sum(cast("tuple[float, ...]", values))  # a str or None among them raises
        if total == total:  # noqa: PLR0124 - the fastest test for NaN
            return values, statuses
    except (TypeError, OverflowError):
        pass
    nan = [isinstance(value, float) and value != value for value in values]  # noqa: PLR0124
    if not any(nan):
        return values, statuses
    pairs = list(zip(values, statuses, nan, strict=True))
    return (
        tuple(None if bad else value for value, _, bad in pairs),
        tuple(Status.NOT_A_NUMBER if bad and not status else status for _, status, bad in pairs),
    )


class ScanCodec:
    """Encodes and decodes the scans of a series with ``width`` channels."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._float32 = struct.Struct(f"<{width}f")
        self._float64 = struct.Struct(f"<{width}d")
        self._good = (Status.GOOD,) * width
        self._nothing = (None,) * width

    def encode(self, values: Values, statuses: Statuses) -> bytes:
        """The bytes of a scan.

        Raises:
            ValueError: not one value and one status for each channel.
            TypeError: a value that is not a float, int, bool, str or None.
        """
        if len(values) != self._width or len(statuses) != self._width:
            raise ValueError(
                f"{len(values)} values and {len(statuses)} statuses for {self._width} channels"
            )
        body = self._encode_values(values)
        if statuses == self._good:
            return body
        if values == self._nothing and statuses.count(statuses[0]) == self._width:
            return _FAILED + bytes(statuses[:1])
        return bytes((body[0] | _WITH_STATUSES,)) + bytes(statuses) + body[1:]

    def decode(self, body: bytes) -> tuple[Values, Statuses]:
        """The values and statuses ``encode`` was given.

        Raises:
            CodecError: the body is damaged, or a newer version wrote it.
        """
        try:
            return self._decode(body)
        except _UNDECODABLE as error:
            raise CodecError(f"cannot decode a scan of {self._width} channels: {error}") from error

    def columns(self, bodies: bytes, lengths: Sequence[int]) -> list[tuple[float, ...]] | None:
        """The values of each channel in scans one after the other: far faster than one by one.

        None unless all are good floats of one form, which can be read at a stride.
        """
        size = lengths[0]
        kind = {_FLOAT32: "f", _FLOAT64: "d"}.get(bodies[:1])
        if kind is None or set(lengths) != {size} or set(bodies[::size]) != {bodies[0]}:
            return None
        row = struct.Struct(f"<x{self._width}{kind}")
        if row.size != size or not self._width:
            return None
        return list(zip(*row.iter_unpack(bodies), strict=True))

    def _encode_values(self, values: Values) -> bytes:
        kinds: set[type] = set(map(type, values))
        if kinds == _FLOATS:
            return self._encode_floats(values)
        if not kinds <= _STORABLE:
            names = sorted(kind.__name__ for kind in kinds - _STORABLE)
            raise TypeError(f"a journal holds float, int, bool, str, None; not {', '.join(names)}")
        try:
            return _PACKED + _encode_packed(values)
        except (OverflowError, UnicodeEncodeError):
            return _JSON + json.dumps(values).encode()

    def _encode_floats(self, values: Values) -> bytes:
        try:
            short = self._float32.pack(*values)
        except OverflowError:
            return _FLOAT64 + self._float64.pack(*values)
        if self._float32.unpack(short) == values:
            return _FLOAT32 + short
        return _FLOAT64 + self._float64.pack(*values)

    def _decode(self, body: bytes) -> tuple[Values, Statuses]:
        form, statuses, start = body[0], self._good, 1
        if form & _WITH_STATUSES:
            start += self._width
            statuses = tuple([_STATUS_OF[byte] for byte in body[1:start]])
        match form & ~_WITH_STATUSES:
            case 1:
                return self._float32.unpack(body[start:]), statuses
            case 2:
                return self._float64.unpack(body[start:]), statuses
            case 3:
                return self._nothing, (_STATUS_OF[body[1]],) * self._width
            case 4:
                return self._checked(_decode_packed(body[start:])), statuses
            case 5:
                return self._checked(json.loads(body[start:])), statuses
            case unknown:
                raise ValueError(f"unknown form {unknown}")

    def _checked(self, values: Sequence[Value]) -> Values:
        if len(values) != self._width:
            raise ValueError(f"{len(values)} values")
        return tuple(values)
