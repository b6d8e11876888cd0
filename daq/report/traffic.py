"""What a recording of a bus says at its end, for a report."""

import hashlib
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from drivers.recording.piece import Header, Piece

LAST = 30
"""Pieces that are shown."""

LONGEST = 64
"""Bytes of a piece that are shown."""

Condition: TypeAlias = Literal["intact", "altered", "gone", "unreadable"]


class Shown(msgspec.Struct, frozen=True):
    """One piece: ``time`` in ns since 1970 UTC, ``what`` its bytes, or what became of the line."""

    time: int
    direction: str
    what: str


class Excerpt(msgspec.Struct, frozen=True):
    """The end of a file, and whether it is what was kept."""

    condition: Condition
    pieces: tuple[Shown, ...] = ()


def excerpt(path: Path, sha256: str) -> Excerpt:
    """The last pieces of a recording whose checksum is known."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Excerpt("gone")
    except OSError:
        return Excerpt("unreadable")
    intact = hashlib.sha256(content).hexdigest() == sha256
    try:
        first, *lines = content.splitlines()
        started = msgspec.json.decode(first, type=Header).started
        pieces = tuple(_shown(started, line) for line in lines[-LAST:])
    except (ValueError, msgspec.MsgspecError):
        return Excerpt("altered")
    return Excerpt("intact" if intact else "altered", pieces)


def _shown(started: int, line: bytes) -> Shown:
    piece = msgspec.json.decode(line, type=Piece)
    data = bytes.fromhex(piece.hex)
    rest = f" ... ({len(data)})" if len(data) > LONGEST else ""
    what = data[:LONGEST].hex(" ") + rest if piece.dir else f"{piece.event} {piece.text}".strip()
    return Shown(started + piece.t, piece.dir, what)
