"""Writes the pages of a ring to a file of JSON lines."""

from typing import BinaryIO

import msgspec

from drivers.recording.piece import About, Header, Page, Piece


class Writer:
    """One recording. The header is written with the first page; each page is flushed.

    ``pieces``, ``sent`` and ``received`` (bytes) count what was written, ``seconds`` is the time
    from the first piece to the last, ``lost`` counts pieces given up while this was written.
    """

    def __init__(self, file: BinaryIO, about: About) -> None:
        self.pieces = 0
        self.sent = 0
        self.received = 0
        self.lost = 0
        self.seconds = 0.0
        self._file = file
        self._about = about
        self._origin: int | None = None

    def write(self, page: Page) -> None:
        """Write a page.

        Raises:
            OSError: the file takes no more.
        """
        if self._origin is None:
            origin = self._begin(page)
        else:
            origin = self._origin
            self._gap(page, origin)
        for piece in page.pieces:
            moved = msgspec.structs.replace(piece, t=piece.t - origin)
            self._count(moved)
            self._line(moved)
        self._file.flush()

    def _begin(self, page: Page) -> int:
        """Write the header; ``t`` is 0 at the first piece, or now when there is none yet."""
        self._origin = origin = page.pieces[0].t if page.pieces else page.clock
        about = self._about
        self._line(
            Header(
                bus=about.bus,
                framing=about.framing,
                started=page.wall - page.clock + origin,
                line=about.line,
                dropped=page.dropped,
            )
        )
        return origin

    def _gap(self, page: Page, origin: int) -> None:
        if page.dropped:
            self.lost += page.dropped
            t = (page.pieces[0].t if page.pieces else page.clock) - origin
            self._line(Piece(t=t, event="gap", text=f"{page.dropped} pieces are missing here"))

    def _count(self, piece: Piece) -> None:
        self.pieces += 1
        self.seconds = piece.t / 1e9
        if piece.dir == "tx":
            self.sent += len(piece.hex) // 2
        elif piece.dir == "rx":
            self.received += len(piece.hex) // 2

    def _line(self, line: Header | Piece) -> None:
        self._file.write(msgspec.json.encode(line) + b"\n")
