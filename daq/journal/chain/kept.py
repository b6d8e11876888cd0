"""What stays of a chain when its oldest entries are deleted: where it goes on, and checkpoints."""

import sqlite3
from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec

from daq.journal import checksum
from daq.journal.block import Stored
from daq.journal.chain import beginning
from daq.journal.chain.beginning import Beginning
from daq.journal.codec import CodecError
from daq.journal.errors import JournalDamagedError
from daq.journal.eventcodec import decode_event
from daq.journal.kinds import CHECKPOINT

CHECKPOINT_MARK = b'"' + CHECKPOINT.name.encode() + b'"'
"""In the body of every event that is a checkpoint."""


class Kept(msgspec.Struct, frozen=True):
    """A checkpoint: the number and time (ns since 1970 UTC) of its event, and its text."""

    seq: int
    time: int
    text: str

    @property
    def digest(self) -> bytes:
        """What the next checkpoint has as ``previous``."""
        return sha256(self.text.encode()).digest()


def kept_of(rows: Iterable[tuple[Any, ...]]) -> list[Kept]:
    """The checkpoints in rows of ``seq, time, text, crc``.

    Raises:
        JournalDamagedError: one is not what was written.
        msgspec.ValidationError, ValueError: it is no such row.
    """
    found: list[Kept] = []
    for seq, time, text, crc in rows:
        if crc != checksum.of_row("checkpoints", seq, time, text):
            raise JournalDamagedError(f"checkpoint {seq} is not what was written")
        found.append(msgspec.convert({"seq": seq, "time": time, "text": text}, Kept))
    return found


def insert(connection: sqlite3.Connection, checkpoints: Iterable[Kept]) -> None:
    """Keep checkpoints for longer than their events, within the transaction of the caller."""
    connection.executemany(
        "INSERT OR IGNORE INTO checkpoints VALUES(?, ?, ?, ?)",
        [
            (each.seq, each.time, each.text, checksum.of_row("checkpoints", *_fields(each)))
            for each in checkpoints
        ],
    )


def checkpoints_in(rows: Iterable[Stored]) -> list[Kept]:
    """The checkpoints among entries."""
    events = [row for row in rows if row[2] == 0]
    found = (checkpoint_in(row) for row in events)
    return [each for each in found if each is not None]


def checkpoint_in(row: Stored) -> Kept | None:
    """The checkpoint that an event is; None when it is none, or cannot be read."""
    if CHECKPOINT_MARK not in row[3]:
        return None
    try:
        event = decode_event(row[0], row[1], row[3])
    except CodecError:
        return None
    text = event.data.get("text")
    if event.kind != CHECKPOINT.name or not isinstance(text, str):
        return None
    return Kept(row[0], row[1], text)


def group_end(connection: sqlite3.Connection, last: int) -> int:
    """The last number up to ``last`` after which the oldest entries can be cut off; 0: none.

    Entries that are not part of the newest chain can be cut off anywhere.
    """
    row = connection.execute(
        "SELECT seq FROM entries WHERE seq <= ? AND (link IS NOT NULL OR seq <= ?) "
        "ORDER BY seq DESC LIMIT 1",
        (last, beginning.newest(connection).seq),
    ).fetchone()
    return 0 if row is None else int(row[0])


def move_beginning(connection: sqlite3.Connection, last: int) -> None:
    """All up to ``last`` are about to be deleted, in the transaction of the caller."""
    # Those after damage stay: checkpoints from before and after do not follow from each other.
    connection.execute("DELETE FROM beginnings WHERE seq < ? AND why <> 'recovered'", (last,))
    time, link = connection.execute(
        "SELECT time, link FROM entries WHERE seq = ?", (last,)
    ).fetchone()
    # Where a chain begins after this very entry, that beginning stays.
    known = connection.execute("SELECT 1 FROM beginnings WHERE seq = ?", (last,)).fetchone()
    if link is not None and known is None:
        beginning.insert(connection, [Beginning(last, time, "deleted", link)])


def _fields(kept: Kept) -> tuple[int, int, str]:
    return kept.seq, kept.time, kept.text
