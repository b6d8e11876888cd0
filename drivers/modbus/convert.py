"""From raw values to values with a status: sentinels, scale, kind, what is plausible. Pure."""

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, cast

import msgspec

from drivers.modbus.keys import ModbusChannel, RegisterSpec, StatusSpec
from drivers.modbus.raw import Raw, raw_of
from drivers.model import Channel, Kind, Quality, Status, Value, judge
from drivers.scaling import Number, scaling

Convert: TypeAlias = Callable[[Raw], tuple[Value, Status]]

TINY = 1e-30
"""A float nearer to zero, but not zero, is no measurement of anything: its words are swapped."""

MOST_DECIMALS = 6

_LARGEST = sys.float_info.max


class Output(msgspec.Struct, frozen=True):
    """How one channel of a sample comes of the slots.

    ``plain`` channels are the raw number itself while it lies between ``low`` and ``high``, and
    beyond ``tiny`` from zero; everything else goes through one of ``converts``: the first, or
    that for as many decimals as the slot ``decimals`` says. ``check`` is the slot of a status
    register, and ``verdict`` what its contents mean.
    """

    slot: int
    plain: bool
    low: float
    high: float
    tiny: float
    converts: Sequence[Convert]
    decimals: int | None = None
    check: int | None = None
    verdict: Callable[[Raw | Status], Status] | None = None


def output(
    channel: Channel,
    spec: ModbusChannel,
    slot: int,
    check: int | None = None,
    decimals: int | None = None,
) -> Output:
    """The output for a channel.

    ``slot`` holds its raw value, ``check`` its status, ``decimals`` how many of them it has.
    """
    numeric = spec.type not in ("bit", "string")
    plain = numeric and not spec.scaled and not spec.sentinels
    low = [-_LARGEST, *(x for x in (channel.low, spec.under_range) if x is not None)]
    high = [_LARGEST, *(x for x in (channel.high, spec.over_range) if x is not None)]
    return Output(
        slot,
        plain and channel.kind == spec.default_kind,
        max(low),
        min(high),
        TINY if spec.type.startswith("float") else -1.0,
        _converts(channel, spec) if numeric else (decoder_of(spec),),
        decimals,
        check,
        _verdict(spec.status) if spec.status else None,
    )


def sample(
    outputs: Sequence[Output], slots: Sequence[Any]
) -> tuple[tuple[Value, ...], tuple[Status, ...]]:
    """Values and statuses of one scan, of its ``Slots``. A value whose status is bad is None."""
    values: list[Value] = []
    statuses: list[Status] = []
    value: Value
    good = Status.GOOD
    for each in outputs:
        raw = slots[each.slot]
        if isinstance(raw, Status):
            value, status = None, raw
        elif each.plain and each.low <= raw <= each.high and not -each.tiny <= raw <= each.tiny:
            value, status = raw, good
        elif each.decimals is None:
            value, status = each.converts[0](raw)
        else:
            value, status = _pointed(each, raw, slots[each.decimals])
        if each.check is not None and each.verdict is not None:
            value, status = _rated(value, max(status, each.verdict(slots[each.check])))
        values.append(value)
        statuses.append(status)
    return tuple(values), tuple(statuses)


def decoder_of(spec: RegisterSpec) -> Convert:
    """The conversion of what is no number, or of a number as it is."""
    if spec.type == "string":
        return _text
    if spec.type == "bit":
        bit = spec.bit or 0
        return lambda raw: (bool(cast("int", raw) >> bit & 1), Status.GOOD)
    return lambda raw: (cast("Number", raw), Status.GOOD)


def _pointed(output: Output, raw: Raw, decimals: Raw | Status) -> tuple[Value, Status]:
    """The value with the decimal point where the device says it is."""
    if isinstance(decimals, Status):
        return None, decimals
    if decimals not in range(len(output.converts)):
        return None, Status.MALFORMED_REPLY
    return output.converts[cast("int", decimals)](raw)


def _converts(channel: Channel, spec: ModbusChannel) -> tuple[Convert, ...]:
    """The conversion for each number of decimals there may be."""
    most = 0 if spec.decimals is None else MOST_DECIMALS
    return tuple(_numeric(channel, spec, decimals) for decimals in range(most + 1))


def _numeric(channel: Channel, spec: ModbusChannel, decimals: int) -> Convert:
    scale = scaling(spec.scale / 10**decimals, spec.offset)
    cast_to = _CASTS[channel.kind]
    sentinels = {raw_of(text, spec.type): status for text, status in spec.sentinels.items()}
    nan = next((status for raw, status in sentinels.items() if math.isnan(raw)), None)
    lowest = -_LARGEST if spec.under_range is None else spec.under_range
    highest = _LARGEST if spec.over_range is None else spec.over_range

    def convert(raw: Raw) -> tuple[Value, Status]:
        number = cast("Number", raw)
        if sentinels:
            status = nan if number != number else sentinels.get(number)  # noqa: PLR0124 - NaN
            if status is not None:
                return _rated(number, status)
        scaled = scale(number)
        beyond = _beyond(scaled, lowest, highest)
        if beyond:
            return None, beyond
        value = cast_to(scaled)
        swapped = Status.IMPLAUSIBLE if 0 < abs(number) < TINY else Status.GOOD
        return _rated(value, max(judge(channel, value), swapped))

    return convert


def _beyond(value: Number, lowest: float, highest: float) -> Status:
    """GOOD, or why this is no measurement at all."""
    if value != value:  # noqa: PLR0124 - NaN
        return Status.NOT_A_NUMBER
    if value > highest:
        return Status.OVER_RANGE
    return Status.UNDER_RANGE if value < lowest else Status.GOOD


def _rated(value: Value, status: Status) -> tuple[Value, Status]:
    return (None if status.quality is Quality.BAD else value), status


def _verdict(spec: StatusSpec) -> Callable[[Raw | Status], Status]:
    bit = spec.bit

    def verdict(raw: Raw | Status) -> Status:
        if isinstance(raw, Status):
            absent = spec.optional and raw is Status.ILLEGAL_ADDRESS
            return Status.GOOD if absent else raw
        number = cast("int", raw)
        if spec.bits:
            found = [status for place, status in spec.bits.items() if number >> place & 1]
            return max(found, default=spec.other)
        return spec.values.get(number if bit is None else number >> bit & 1, spec.other)

    return verdict


def _text(raw: Raw) -> tuple[Value, Status]:
    text = cast("bytes", raw).split(b"\0", 1)[0].decode("latin-1")
    return text.strip(), Status.GOOD


def _whole(value: Number) -> Value:
    return round(value)


_CASTS: Mapping[Kind, Callable[[Number], Value]] = {
    "float": float,
    "integer": _whole,
    "boolean": bool,
    "text": str,
}
