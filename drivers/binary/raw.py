"""The kinds of number and text there are in the data of a reply, low byte first. Pure."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

DataType: TypeAlias = Literal[
    "int8", "uint8", "int16", "uint16", "int32", "uint32", "bcd", "signed-bcd", "digits", "ascii"
]
Raw: TypeAlias = int | str
"""A value as it was in the reply, before scaling."""

SIZES: Mapping[str, int] = {
    "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4,
}  # fmt: skip
"""Bytes of the types that have a fixed size."""

TEXTS: frozenset[DataType] = frozenset({"digits", "ascii"})
SIGN = 0x80


def raw_of(data: bytes, data_type: DataType) -> Raw:
    """The value these bytes hold.

    ``bcd`` has two decimal digits a byte; in ``signed-bcd`` the highest bit is the sign;
    ``digits`` are decimal digits as text, with their leading zeros; ``ascii`` is text, the last
    character first, padded with blanks or zero bytes.

    Raises:
        ValueError: they are no such thing.
    """
    if data_type == "ascii":
        return data[::-1].strip(b"\0 ").decode("ascii")
    if data_type == "digits":
        return _decimal(data)
    if data_type == "bcd":
        return int(_decimal(data))
    if data_type == "signed-bcd":
        size = int(_decimal(data[:-1] + bytes([data[-1] & ~SIGN])))
        return -size if data[-1] & SIGN else size
    return int.from_bytes(data, "little", signed=data_type.startswith("int"))


def pattern_of(text: str, size: int) -> int:
    """The bit pattern a profile writes as text, a number or (``0xFFFF``) the pattern itself.

    Raises:
        ValueError: it is none, or takes more than ``size`` bytes.
    """
    number = int(text, 0)
    if not -(1 << 8 * size - 1) <= number < 1 << 8 * size:
        raise ValueError(f"{text!r} takes more than {size} bytes")
    return number & (1 << 8 * size) - 1


def _decimal(data: bytes) -> str:
    text = data[::-1].hex()
    if not text.isdecimal():
        raise ValueError(f"{text} is not decimal")
    return text
