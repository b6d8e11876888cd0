"""The bytes that are hashed, and how a link follows from the one before. Pure.

The format is in ``docs/reference/chain.md``, and never changes.
"""

import struct
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

from daq.journal.block import Linked, Row, Stored

GROUP = 256
"""Entries that one link covers at most: what is altered is named no more coarsely."""

NO_SERIES = bytes(32)
"""The digest that stands beside an event."""

entry_head = struct.Struct("<qqq32sq").pack
"""The bytes that precede a body: of number, time, series, its digest, length of the body."""


def series_digest(key: bytes) -> bytes:
    """Of the text of a series, as it is stored."""
    return sha256(key).digest()


def entry_bytes(row: Stored, digest: bytes) -> bytes:
    """The canonical bytes of a row that begins with ``seq, time, series, body``."""
    return entry_head(row[0], row[1], row[2], digest, len(row[3])) + row[3]


def contents(rows: Iterable[Stored], digests: Mapping[int, bytes]) -> bytes:
    """The hash of the entries of a group.

    Raises:
        KeyError: an entry is of a series without a digest.
    """
    # Spelled out: beside the rows of a day, a call for each of them is half of the time.
    head = entry_head
    return sha256(
        b"".join(
            [head(row[0], row[1], row[2], digests[row[2]], len(row[3])) + row[3] for row in rows]
        )
    ).digest()


def link(before: bytes, contents: bytes) -> bytes:
    """The link of a group that has these contents and follows this link."""
    return sha256(before + contents).digest()


def chained(
    rows: Sequence[Row], digests: Mapping[int, bytes], before: bytes
) -> tuple[list[Linked], bytes]:
    """The rows of a commit with their links, and the last of these; ``before`` without rows."""
    linked: list[Linked] = [(*row, None) for row in rows]
    bounds = [*range(0, len(rows), GROUP), len(rows)]
    for start, end in pairwise(bounds):
        before = link(before, contents(rows[start:end], digests))
        linked[end - 1] = (*rows[end - 1], before)
    return linked, before
