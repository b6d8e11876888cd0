"""From the data of replies to raw values: unpacked by struct formats that are made once."""

import struct
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import msgspec

from drivers.modbus.keys import RegisterSpec
from drivers.modbus.pdu import BIT_FUNCTIONS, Request
from drivers.modbus.raw import CODES, Endian, Raw, layout, swap_bytes
from drivers.model import Status

Slots: TypeAlias = list[Raw | Status]
"""Raw values of one scan, each at its field's place; where reading failed, the status instead."""


class Field(msgspec.Struct, frozen=True):
    """One value in the registers: where, and how to unpack it."""

    span: Request
    code: str
    swap: bool
    endian: str

    @property
    def size(self) -> int:
        """Bytes of the value, without what pads a string of odd length."""
        return struct.calcsize(f">{self.code}")


def field(spec: RegisterSpec, address: int, byte_order: Endian, word_order: Endian) -> Field:
    """The field a profile describes; the orders are those of the whole device."""
    swap, endian = layout(spec.type, spec.byte_order or byte_order, spec.word_order or word_order)
    code = f"{spec.length}s" if spec.length is not None else CODES[spec.type]
    return Field(Request(spec.function, address, spec.count), code, swap, endian)


class _Part(msgspec.Struct, frozen=True):
    """Fields of one request that one format unpacks, and the slots they go to."""

    swap: bool
    unpack: Callable[[bytes], tuple[Raw, ...]]
    slots: tuple[int, ...]


class Decoder:
    """Unpacks the reply to one request into slots. Fields may overlap and differ in order.

    Args:
        request: what is read.
        fields: the fields it covers, each with its slot.
    """

    def __init__(self, request: Request, fields: Iterable[tuple[int, Field]]) -> None:
        ordered = sorted(fields, key=lambda pair: pair[1].span.address)
        self.request = request
        self.slots = tuple(slot for slot, _ in ordered)
        self.spans = tuple(field.span for _, field in ordered)
        self._bits: tuple[tuple[int, int], ...] = ()
        self._parts: tuple[_Part, ...] = ()
        if request.function in BIT_FUNCTIONS:
            self._bits = tuple((s, field.span.address - request.address) for s, field in ordered)
        else:
            self._parts = tuple(_part(request, layer) for layer in _layers(ordered))

    def unpack(self, data: bytes, slots: Slots) -> None:
        """Put the raw values of a reply into their slots. ``data`` has the expected length."""
        for part in self._parts:
            values = part.unpack(swap_bytes(data) if part.swap else data)
            for slot, value in zip(part.slots, values, strict=True):
                slots[slot] = value
        for slot, bit in self._bits:
            slots[slot] = data[bit >> 3] >> (bit & 7) & 1

    def fail(self, status: Status, slots: Slots) -> None:
        """Put a status where the values would have gone."""
        for slot in self.slots:
            slots[slot] = status


def _layers(ordered: Sequence[tuple[int, Field]]) -> list[list[tuple[int, Field]]]:
    """Fields apart by order, and overlapping ones apart, so that one format fits each layer."""
    layers: list[list[tuple[int, Field]]] = []
    for pair in ordered:
        for layer in layers:
            last = layer[-1][1]
            same_order = (last.swap, last.endian) == (pair[1].swap, pair[1].endian)
            if same_order and last.span.end <= pair[1].span.address:
                layer.append(pair)
                break
        else:
            layers.append([pair])
    return layers


def _part(request: Request, layer: Sequence[tuple[int, Field]]) -> _Part:
    parts: list[str] = []
    position = 0
    for _, item in layer:
        start = (item.span.address - request.address) * 2
        parts += [_pad(start - position), item.code]
        position = start + item.size
    parts.append(_pad(request.byte_count - position))
    first = layer[0][1]
    return _Part(
        first.swap,
        struct.Struct(first.endian + "".join(parts)).unpack,
        tuple(slot for slot, _ in layer),
    )


def _pad(count: int) -> str:
    return f"{count}x" if count else ""
