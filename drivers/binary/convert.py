"""From the data of a reply to a value with its status. Pure."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from drivers.binary.keys import BinaryChannel, FieldSpec, StatusSpec
from drivers.binary.raw import pattern_of, raw_of
from drivers.model import Channel, Kind, Quality, Status, Value, judge
from drivers.scaling import Number, scaling

Convert: TypeAlias = Callable[[bytes], tuple[Value, Status]]
"""A channel's value and status, from the data of the item it lies in."""


def converter(channel: Channel, spec: BinaryChannel) -> Convert:
    """What turns data into this channel's value. A value whose status is bad is None."""
    scale = scaling(spec.scale, spec.offset)
    cast = _CASTS[channel.kind]
    sentinels = {pattern_of(text, spec.width): s for text, s in spec.sentinels.items()}
    verdict = _verdict(spec.status)

    def convert(data: bytes) -> tuple[Value, Status]:
        part = data[spec.position : spec.end]
        status = max(verdict(data), sentinels.get(int.from_bytes(part, "little"), Status.GOOD))
        if status.quality is Quality.BAD:
            return None, status
        try:
            raw = raw_of(part, spec.type)
        except ValueError:
            return None, Status.MALFORMED_REPLY
        value = raw if isinstance(raw, str) else cast(scale(raw))
        worst = max(status, judge(channel, value))
        return (None if worst.quality is Quality.BAD else value), worst

    return convert


def text_of(spec: FieldSpec, data: bytes, names: Mapping[str, str]) -> str:
    """A field of an identity; a code that has no name stays hexadecimal.

    Raises:
        ValueError: the bytes are no such thing.
    """
    part = data[spec.position : spec.end]
    raw = raw_of(part, spec.type)
    if isinstance(raw, str):
        return raw
    known = {pattern_of(code, spec.width): name for code, name in names.items()}
    pattern = int.from_bytes(part, "little")
    return known.get(pattern, f"{pattern:#0{2 * spec.width + 2}x}" if names else str(raw))


def _verdict(spec: StatusSpec | None) -> Callable[[bytes], Status]:
    if spec is None:
        return lambda _data: Status.GOOD
    mine = spec

    def verdict(data: bytes) -> Status:
        try:
            number = raw_of(data[mine.position : mine.end], mine.type)
        except ValueError:
            return Status.MALFORMED_REPLY
        assert isinstance(number, int)  # noqa: S101 - the profile allows no text here
        if mine.bits:
            found = [status for bit, status in mine.bits.items() if number >> bit & 1]
            return max(found, default=mine.other)
        return mine.values.get(number, mine.other)

    return verdict


def _whole(value: Number) -> Value:
    return round(value)


_CASTS: Mapping[Kind, Callable[[Number], Value]] = {
    "float": float,
    "integer": _whole,
    "boolean": bool,
    "text": str,
}
