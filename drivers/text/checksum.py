"""Checksums of text protocols: algorithm x span x encoding, by name."""

import zlib
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Literal, TypeAlias

from pydantic import Field

from drivers.errors import ChecksumError
from drivers.profile import Table

Algorithm: TypeAlias = Literal[
    "sum8",
    "sum16",
    "negated-sum8",
    "inverted-sum8",
    "xor8",
    "crc8",
    "crc16-modbus",
    "crc16-arc",
    "crc16-ccitt-false",
    "crc16-xmodem",
    "crc16-kermit",
    "crc32",
]
Encoding: TypeAlias = Literal["hex", "hex-lower", "decimal", "big", "little"]
Place: TypeAlias = Literal["before terminator", "after terminator"]


class Checksum(Table, frozen=True):
    """``[text.checksum]``: what stands at the end of every command and every reply.

    The patterns never see it; a reply whose sum is wrong has the status ``checksum``. The sum
    covers everything before it, except what ``skip`` and ``trim`` say.
    """

    algorithm: Algorithm
    """`sum8`, `sum16`: sum of the bytes modulo 256 or 65536; `negated-sum8`: its two's
    complement (LRC); CRCs by their names in Greg Cook's catalogue"""
    encoding: Encoding = "hex"
    """digits with leading zeros, or bytes (`"big"`, `"little"`). Replies may have hex digits in
    either case"""
    skip: int = Field(default=0, ge=0, le=64)
    """so many characters at the front are not covered (1 for an STX)"""
    trim: int = Field(default=0, ge=0, le=64)
    """so many characters just before the sum are not covered (1 for the `*` of NMEA)"""
    place: Place = "before terminator"
    """after: the terminator is covered as well (`STX ... ETX BCC`, with ETX as
    `reply_terminator`)"""
    on: tuple[Literal["send", "reply"], ...] = ("send", "reply")
    """what carries a sum"""
    optional: bool = False
    """a setting of the instrument: the identification tries without sums, and after silence
    with them; until then there are none"""

    @property
    def width(self) -> int:
        """Characters of the encoded sum."""
        return _WIDTHS[self.encoding](_ALGORITHMS[self.algorithm][0])

    @property
    def binary(self) -> bool:
        """True when the sum may be any bytes, blanks and line ends among them."""
        return self.encoding in {"big", "little"}

    @property
    def outside(self) -> int:
        """Bytes that follow the terminator."""
        return self.width if self.place == "after terminator" else 0

    def of(self, data: bytes) -> bytes:
        """The encoded sum of what precedes it."""
        bits, function = _ALGORITHMS[self.algorithm]
        total = function(data[self.skip : len(data) - self.trim])
        if self.binary:
            return total.to_bytes(bits // 8, "big" if self.encoding == "big" else "little")
        return _FORMATS[self.encoding].format(total, self.width).encode()

    def seal(self, command: bytes, terminator: bytes) -> bytes:
        """A command as it is sent."""
        if "send" not in self.on:
            return command + terminator
        if self.outside:
            return command + terminator + self.of(command + terminator)
        return command + self.of(command) + terminator

    def open(self, line: bytes, terminator: bytes, after: bytes) -> bytes:
        """A reply without its sum; ``after`` is what followed the terminator.

        Raises:
            ChecksumError: it is wrong, or there is none.
        """
        if "reply" not in self.on:
            return line
        if self.outside:
            body, found, covered = line, after, line + terminator
        else:
            cut = max(len(line) - self.width, 0)
            body, found, covered = line[:cut], line[cut:], line[:cut]
        wanted = self.of(covered)
        if (found if self.binary else found.upper()) != (wanted if self.binary else wanted.upper()):
            raise ChecksumError(f"checksum {_show(found)} instead of {_show(wanted)} in {line!r}")
        return body


def _show(found: bytes) -> str:
    return repr(found.decode("latin-1"))


def _crc(width: int, polynomial: int, start: int, *, reflected: bool) -> Callable[[bytes], int]:
    table = [_entry(byte, width, polynomial, reflected=reflected) for byte in range(256)]
    mask = (1 << width) - 1

    def up(data: bytes) -> int:
        return reduce(
            lambda crc, byte: table[(crc >> width - 8) ^ byte] ^ (crc << 8) & mask, data, start
        )

    def down(data: bytes) -> int:
        return reduce(lambda crc, byte: table[(crc ^ byte) & 0xFF] ^ crc >> 8, data, start)

    return down if reflected else up


def _entry(byte: int, width: int, polynomial: int, *, reflected: bool) -> int:
    crc = byte if reflected else byte << width - 8
    for _ in range(8):
        if reflected:
            crc = crc >> 1 ^ (_mirror(polynomial, width) if crc & 1 else 0)
        else:
            crc = crc << 1 ^ (polynomial if crc >> width - 1 else 0)
            crc &= (1 << width) - 1
    return crc


def _mirror(number: int, width: int) -> int:
    return int(f"{number:0{width}b}"[::-1], 2)


_ALGORITHMS: Mapping[str, tuple[int, Callable[[bytes], int]]] = {
    "sum8": (8, lambda data: sum(data) & 0xFF),
    "sum16": (16, lambda data: sum(data) & 0xFFFF),
    "negated-sum8": (8, lambda data: -sum(data) & 0xFF),
    "inverted-sum8": (8, lambda data: ~sum(data) & 0xFF),
    "xor8": (8, lambda data: reduce(lambda total, byte: total ^ byte, data, 0)),
    "crc8": (8, _crc(8, 0x07, 0, reflected=False)),
    "crc16-modbus": (16, _crc(16, 0x8005, 0xFFFF, reflected=True)),
    "crc16-arc": (16, _crc(16, 0x8005, 0, reflected=True)),
    "crc16-ccitt-false": (16, _crc(16, 0x1021, 0xFFFF, reflected=False)),
    "crc16-xmodem": (16, _crc(16, 0x1021, 0, reflected=False)),
    "crc16-kermit": (16, _crc(16, 0x1021, 0, reflected=True)),
    "crc32": (32, zlib.crc32),
}
"""Bits of the sum, and how it is made. CRCs by their names in Greg Cook's catalogue of CRC
algorithms (crc8 is its CRC-8/SMBUS)."""

_WIDTHS: Mapping[str, Callable[[int], int]] = {
    "hex": lambda bits: bits // 4,
    "hex-lower": lambda bits: bits // 4,
    "decimal": lambda bits: len(str((1 << bits) - 1)),
    "big": lambda bits: bits // 8,
    "little": lambda bits: bits // 8,
}
_FORMATS = {"hex": "{:0{}X}", "hex-lower": "{:0{}x}", "decimal": "{:0{}d}"}
