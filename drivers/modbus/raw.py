"""Raw values: the types registers hold, and the four orders their bytes come in."""

import struct
from collections.abc import Mapping
from typing import Literal, TypeAlias

Endian: TypeAlias = Literal["big", "little"]
DataType: TypeAlias = Literal[
    "bit", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64", "string"
]
Raw: TypeAlias = int | float | bytes
"""A value as it was in the registers, before scaling."""

CODES: Mapping[str, str] = {
    "bit": "H", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q",
    "uint64": "Q", "float32": "f", "float64": "d",
}  # fmt: skip
"""The struct code of each type with a fixed size; a bit lies in an unsigned register."""

REGISTERS: Mapping[str, int] = {name: struct.calcsize(f">{c}") // 2 for name, c in CODES.items()}
"""Registers a value of each type takes; a string takes what its length says."""


def layout(data_type: DataType, byte_order: Endian, word_order: Endian) -> tuple[bool, str]:
    """How to read a type: whether to swap the bytes of each register first, and ``<`` or ``>``.

    With the four bytes of a number ABCD (A the highest), the orders on the wire are

    ==== ========= ========= ============================
    wire bytes     words     read as
    ==== ========= ========= ============================
    ABCD big       big       ``>``
    CDAB big       little    registers swapped, then ``<``
    BADC little    big       registers swapped, then ``>``
    DCBA little    little    ``<``
    ==== ========= ========= ============================

    Registers of a string always ascend; only the order within them varies.
    """
    if data_type == "string":
        return byte_order == "little", ">"
    if REGISTERS[data_type] == 1:
        return False, ">" if byte_order == "big" else "<"
    return byte_order != word_order, ">" if word_order == "big" else "<"


def swap_bytes(data: bytes) -> bytes:
    """The two bytes of each register exchanged."""
    swapped = bytearray(len(data))
    swapped[0::2] = data[1::2]
    swapped[1::2] = data[0::2]
    return bytes(swapped)


def raw_of(text: str, data_type: DataType) -> int | float:
    """The raw value a profile writes as text: a number, ``nan``, or a bit pattern (``0x8000``).

    Raises:
        ValueError: no number, or one the type cannot hold.
    """
    code = CODES[data_type]
    size = struct.calcsize(f">{code}")
    try:
        if text.lower().startswith("0x"):
            return struct.unpack(f">{code}", int(text, 16).to_bytes(size, "big"))[0]
        number = float(text) if code in "fd" else int(text)
        return struct.unpack(f">{code}", struct.pack(f">{code}", number))[0]
    except (ValueError, OverflowError, struct.error):
        raise ValueError(f"{text!r} is no {data_type}; write a number or a hex pattern") from None
