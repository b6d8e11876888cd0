"""From the fields of a reply to a value and its status."""

import math
import re
import struct
from collections.abc import Callable, Mapping

import msgspec

from drivers.model import Channel, Quality, Status, Value, judge
from drivers.scaling import Number, scaling
from drivers.text.channel import Conversion, Sentinel, TextChannel
from drivers.text.rule import DECIMAL, StatusRule

Fields = Mapping[str, str | None]

_FLOAT = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,30}", re.ASCII)
_MASK = re.compile(r"\+?\d{1,30}", re.ASCII)
_HEX = re.compile(r"[0-9A-Fa-f]{1,16}")
_HEX_FLOAT = re.compile(r"[0-9A-Fa-f]{8}")
_WORDS = {
    "nan": Status.NOT_A_NUMBER,
    "inf": Status.OVER_RANGE,
    "infinity": Status.OVER_RANGE,
    "-inf": Status.UNDER_RANGE,
    "-infinity": Status.UNDER_RANGE,
}
_LARGEST = 2**63
"""Integers from here on fit no destination."""


class Decoder(msgspec.Struct, frozen=True, kw_only=True):
    """Makes one channel's value of a reply. Pure; never raises, whatever the fields hold."""

    channel: Channel
    field: str
    parse: Callable[[str], float | int]
    text: bool
    switch: bool
    scale: Callable[[Number], Number]
    unit_field: str
    units: Mapping[str, Callable[[Number], Number]]
    rules: tuple[StatusRule, ...]
    patterns: tuple[tuple[re.Pattern[str], Status], ...]
    limits: tuple[Sentinel, ...]
    empty: Status

    @property
    def references(self) -> tuple[str, ...]:
        """The fields of other queries that are needed, each as ``QUERY.GROUP``."""
        named = [self.unit_field, *(rule.field for rule in self.rules)]
        return tuple(dict.fromkeys(name for name in named if "." in name))

    def decode(self, fields: Fields) -> tuple[Value, Status]:
        """The value and its status; no value where the quality is bad."""
        said = worst(*(_apply(rule, fields.get(rule.field)) for rule in self.rules))
        value, found = self._value(fields)
        status = worst(said, found)
        return (None if status.quality is Quality.BAD else value), status

    def _value(self, fields: Fields) -> tuple[Value, Status]:
        text = (fields.get(self.field) or "").strip()
        if not text:
            return None, self.empty
        for pattern, status in self.patterns:
            if pattern.fullmatch(text):
                return None, status
        if self.text:
            return text, Status.GOOD
        return self._number(text.replace(" ", ""), (fields.get(self.unit_field) or "").strip())

    def _number(self, text: str, unit: str) -> tuple[Value, Status]:
        word = _WORDS.get(text.lower().lstrip("+"))
        if word is not None:
            return None, word
        try:
            number = self.parse(text)
        except ValueError:
            return None, Status.MALFORMED_REPLY
        for limit in self.limits:
            if _reached(limit, number):
                return None, limit.status
        return self._scaled(number, unit)

    def _scaled(self, number: Number, unit: str) -> tuple[Value, Status]:
        if self.switch:
            return bool(number), Status.GOOD
        if self.units:
            conversion = self.units.get(unit)
            if conversion is None:
                return None, Status.WRONG_UNIT
            number = float(conversion(number))
        number = self.scale(number)
        too_large = not -_LARGEST <= number < _LARGEST
        if math.isinf(number) or (too_large and isinstance(number, int)):
            return None, Status.OVER_RANGE if number > 0 else Status.UNDER_RANGE
        return number, judge(self.channel, number)


def make_decoder(name: str, spec: TextChannel, common: tuple[StatusRule, ...]) -> Decoder:
    """The decoder of a channel; ``common`` are the status rules of its query."""
    sentinels = spec.sentinels
    return Decoder(
        channel=spec.channel(name),
        field=spec.field or name,
        parse=_parser(spec),
        text=spec.type == "text",
        switch=spec.switch,
        scale=scaling(spec.scale, spec.offset),
        unit_field=spec.unit_field,
        units={unit: _conversion(how) for unit, how in spec.units.items()},
        rules=(*common, *spec.status),
        patterns=tuple((re.compile(s.pattern), s.status) for s in sentinels if s.pattern),
        limits=tuple(s for s in sentinels if s.pattern is None),
        empty=spec.empty,
    )


def worst(*statuses: Status) -> Status:
    """The status of the worst quality; the first of several; GOOD of none."""
    return max(statuses, key=lambda status: status.quality, default=Status.GOOD)


def _apply(rule: StatusRule, said: str | None) -> Status:
    text = (said or "").strip()
    if rule.map:
        return rule.map.get(text, rule.other)
    if rule.flags:
        return worst(*(rule.flags.get(word, rule.other) for word in text.split()))
    if not (_MASK if rule.base == DECIMAL else _HEX).fullmatch(text):
        return rule.other
    return _bits(rule, int(text, rule.base))


def _bits(rule: StatusRule, word: int) -> Status:
    left = word
    found: list[Status] = []
    for mask, status in rule.bits.items():
        if word & int(mask):
            found.append(status)
            left &= ~int(mask)
    return worst(*found, rule.other if left else Status.GOOD)


def _reached(limit: Sentinel, number: float) -> bool:
    if limit.equals is not None:
        return number == limit.equals
    if limit.above is not None:
        return number > limit.above
    return limit.below is not None and number < limit.below


def _conversion(how: float | Conversion) -> Callable[[Number], Number]:
    known = how if isinstance(how, Conversion) else Conversion(scale=how)
    return scaling(known.scale, known.offset)


def _parser(spec: TextChannel) -> Callable[[str], float | int]:
    if spec.type == "hex":
        bits = spec.signed_bits
        return (lambda text: _signed(_hex(text), bits)) if bits else _hex
    return {"integer": _integer, "hex-float": _hex_float}.get(spec.type, _float)


def _float(text: str) -> float:
    if not _FLOAT.fullmatch(text):
        raise ValueError(text)
    return float(text)


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _hex(text: str) -> int:
    if not _HEX.fullmatch(text):
        raise ValueError(text)
    return int(text, 16)


def _hex_float(text: str) -> float:
    if not _HEX_FLOAT.fullmatch(text):
        raise ValueError(text)
    number: float = struct.unpack(">f", bytes.fromhex(text))[0]
    return number


def _signed(number: int, bits: int) -> int:
    if number >> bits:
        raise ValueError(number)
    return number - (1 << bits) if number >> (bits - 1) else number
