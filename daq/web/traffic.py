"""The bytes that went over a bus last: asked of the daemon, put together to transactions."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from daq.control.recording import ask_recording
from drivers.recording.piece import About, Page, Piece

LAST = 240
"""Pieces asked for: a request is one, its reply one or more."""

SHOWN = 96
"""Bytes of a piece of traffic shown."""


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent and what came back, or something that happened to the line (``event``).

    ``time`` is ns since 1970 UTC; ``took`` seconds from the request to the last of the reply.
    """

    time: int
    sent: bytes = b""
    received: bytes = b""
    took: float = 0.0
    event: str = ""
    text: str = ""


async def last_traffic(socket: Path, bus: str) -> tuple[About, tuple[Transaction, ...]]:
    """The last transactions of a bus, the newest first.

    Raises:
        NotRunningError: no daemon answers.
        DeclinedError: it has no such bus.
    """
    return await asyncio.to_thread(_ask, socket, bus)


def _ask(socket: Path, bus: str) -> tuple[About, tuple[Transaction, ...]]:
    end = ask_recording(socket, bus, -1).page.after
    found = ask_recording(socket, bus, max(end - LAST, 0))
    return found.about, transactions(found.page)


def transactions(page: Page) -> tuple[Transaction, ...]:
    """The transactions of some pieces of traffic, the newest first."""
    made = [_transaction(some, page.wall - page.clock) for some in _grouped(page.pieces)]
    return tuple(reversed(made))


def _grouped(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Each request with what came until the next; each event alone."""
    some: list[Piece] = []
    for piece in pieces:
        if some and (piece.event or piece.dir == "tx" or some[-1].event):
            yield some
            some = []
        some.append(piece)
    if some:
        yield some


def _transaction(some: Sequence[Piece], offset: int) -> Transaction:
    first, last = some[0], some[-1]
    if first.event:
        return Transaction(time=first.t + offset, event=first.event, text=first.text)
    return Transaction(
        time=first.t + offset,
        sent=b"".join(bytes.fromhex(piece.hex) for piece in some if piece.dir == "tx"),
        received=b"".join(bytes.fromhex(piece.hex) for piece in some if piece.dir == "rx"),
        took=(last.t - first.t) / 1e9,
    )


def shown(data: bytes) -> tuple[str, str]:
    """Bytes in hexadecimal and as characters, as far as there is room."""
    cut = "…" if len(data) > SHOWN else ""
    data = data[:SHOWN]
    text = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in data)  # noqa: PLR2004
    return data.hex(" ").upper() + cut, text + cut
