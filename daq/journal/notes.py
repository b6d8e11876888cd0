"""Events of the file itself: kept in it until they are journalled, so that no kill loses them."""

import sqlite3
from collections.abc import Sequence

import msgspec

from daq.journal import kinds
from daq.journal.notice import Notice


class Note(msgspec.Struct, frozen=True):
    """A notice that waits in the file, and when it came about (ns since 1970 UTC)."""

    id: int
    time: int
    notice: Notice


def migrated(before: int, after: int) -> Notice:
    """An older file was brought up to date."""
    text = f"the journal was brought from schema {before} to schema {after}"
    return Notice(
        kinds.JOURNAL_MIGRATED.name, "journal", "info", text, {"from": before, "to": after}
    )


def add(connection: sqlite3.Connection, now: int, notice: Notice) -> None:
    """Leave a note, within the transaction of the caller."""
    event = msgspec.json.encode(notice).decode()
    connection.execute("INSERT INTO notes(time, event) VALUES(?, ?)", (now, event))


def waiting(connection: sqlite3.Connection) -> list[Note]:
    """The notes that wait."""
    rows = connection.execute("SELECT id, time, event FROM notes ORDER BY id").fetchall()
    return [Note(key, time, msgspec.json.decode(text, type=Notice)) for key, time, text in rows]


def remove(connection: sqlite3.Connection, told: Sequence[Note]) -> None:
    """These are journalled, in the transaction of the caller."""
    connection.executemany("DELETE FROM notes WHERE id = ?", [(note.id,) for note in told])
