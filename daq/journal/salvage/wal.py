"""The write-ahead log as a file. Source: sqlite.org/walformat.html, sqlite.org/fileformat2.html 4.

SQLite reads a log up to the first frame that is not what was written and says nothing of what
follows, although it had been committed. So we look for ourselves.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path

import msgspec

from daq.journal.schema import PAGE

HEADER, FRAME = 32, 24
_BYTE_ORDER = {0x377F0682: "<", 0x377F0683: ">"}
_SALTS = slice(8, 16)


class Frame(msgspec.Struct, frozen=True, gc=False):
    """A page in the log: its number, and where it begins. ``commits``: a transaction ends here.

    ``valid``: it and all before it are what was written.
    """

    page: int
    place: int
    commits: bool
    valid: bool


def wal_of(journal: Path) -> Path:
    """The log that belongs to a journal."""
    return journal.with_name(journal.name + "-wal")


def lost_commits(journal: Path) -> int:
    """How many transactions at the end of the log were committed, and SQLite will not read.

    Raises:
        OSError: the log cannot be read.
    """
    try:
        descriptor = os.open(wal_of(journal), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return 0
    try:
        return sum(frame.commits and not frame.valid for frame in frames(descriptor))
    finally:
        os.close(descriptor)


def frames(descriptor: int) -> Iterator[Frame]:
    """The frames of the present log; after the first that is not valid, none is.

    Raises:
        OSError: the log cannot be read.
    """
    header, salts = _header(descriptor)
    pairs = struct.Struct(_BYTE_ORDER.get(int.from_bytes(header[:4], "big"), ">") + "2I")
    sums = _sum(pairs, header[:24], (0, 0))
    valid = sums == _sums_in(header, 24)
    for head, place in _heads(descriptor):
        if head[_SALTS] != salts:
            valid = False
            continue
        if valid:
            content = os.pread(descriptor, PAGE, place)
            sums = _sum(pairs, head[:8] + content, sums)
            valid = sums == _sums_in(head, 16)
        page, commit = struct.unpack(">2I", head[:8])
        yield Frame(page, place, bool(commit), valid)


def _header(descriptor: int) -> tuple[bytes, bytes]:
    """The header, and the salts that the frames of the present log carry."""
    header = os.pread(descriptor, HEADER, 0).ljust(HEADER, b"\0")
    if int.from_bytes(header[:4], "big") in _BYTE_ORDER:
        return header, header[16:24]
    return header, os.pread(descriptor, FRAME, HEADER)[_SALTS]


def _heads(descriptor: int) -> Iterator[tuple[bytes, int]]:
    place = HEADER + FRAME
    size = os.fstat(descriptor).st_size
    while place + PAGE <= size:
        yield os.pread(descriptor, FRAME, place - FRAME), place
        place += FRAME + PAGE


def _sums_in(raw: bytes, offset: int) -> tuple[int, int]:
    first, second = struct.unpack(">2I", raw[offset : offset + 8])
    return first, second


def _sum(pairs: struct.Struct, data: bytes, start: tuple[int, int]) -> tuple[int, int]:
    first, second = start
    for one, other in pairs.iter_unpack(data):
        first = first + one + second & 0xFFFFFFFF
        second = second + other + first & 0xFFFFFFFF
    return first, second
