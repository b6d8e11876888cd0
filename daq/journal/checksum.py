"""What tells a stored row from one that a disk has altered: SQLite does not check its pages.

CRC-32 (zlib's) as a signed number, so that it never takes more than four bytes in the file. A
row that an older version wrote has none.
"""

import struct
from zlib import crc32

import msgspec

_NUMBERS = struct.Struct("<qqq")
_SIGN = 1 << 31


def of_entry(seq: int, time: int, series: int, body: bytes) -> int:
    """The checksum of an entry."""
    return _signed(crc32(body, crc32(_NUMBERS.pack(seq, time, series))))


def of_row(table: str, *fields: str | int) -> int:
    """The checksum of a row of a table that is not the entries."""
    return _signed(crc32(msgspec.json.encode((table, *fields))))


def _signed(value: int) -> int:
    return (value ^ _SIGN) - _SIGN
