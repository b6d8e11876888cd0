"""Is a piece of a chain what was committed? Pure; a day's are compared within seconds."""

from collections.abc import Mapping
from hashlib import sha256
from zlib import crc32

from daq.journal.chain.link import GROUP, entry_head, link
from daq.journal.chain.regions import Piece
from daq.journal.chain.verdict import Fault

_UNSIGNED = 0xFFFFFFFF
_NUMBERS = 24
"""Bytes of an entry's head that its checksum is of as well: number, time, series."""


def compare(piece: Piece, digests: Mapping[int, bytes]) -> Fault | None:
    """What is not as it was committed; None when all is. ``digests`` are of the series."""
    parts: list[bytes] = []
    # Spelled out: beside the rows of a day, every call for each of them counts.
    head = entry_head
    for seq, time, series, body, crc, _ in piece.rows:
        try:
            begin = head(seq, time, series, digests[series], len(body))
        except KeyError:
            return Fault("series", seq, seq, f"entry {seq} is of series {series}, which is missing")
        if crc is not None and crc32(body, crc32(begin[:_NUMBERS])) != crc & _UNSIGNED:
            text = f"entry {seq} is not what was written: its checksum is of something else"
            return Fault("checksum", seq, seq, text)
        parts.append(begin)
        parts.append(body)
    return _linked(piece, sha256(b"".join(parts)).digest())


def _linked(piece: Piece, contents: bytes) -> Fault | None:
    first, last = piece.rows[0][0], piece.rows[-1][0]
    stored = piece.rows[-1][5]
    if stored is None:
        text = f"no link vouches for {entries(first, last)}: put in, or the link was taken out"
        return Fault("unlinked", first, last, text)
    if piece.before is not None and stored != link(piece.before, contents):
        return Fault("altered", first, last, "")
    if len(piece.rows) > GROUP:
        text = f"{entries(first, last)} are more than one link covers"
        return Fault("altered", first, last, text)
    return None


def entries(first: int, last: int) -> str:
    """Entries in words."""
    return f"entry {first}" if first == last else f"entries {first} to {last}"
