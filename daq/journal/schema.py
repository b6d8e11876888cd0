"""The tables of a journal file.

A block is 4096 consecutive sequence numbers. Its row is written with the first entry of the
next one and says which times and series it holds, so that a reader finds a period or an
instrument without an index entry for every scan; what comes after the last closed block is
read as it is.

``series_again`` is a copy of ``series`` in another page, read by recovery alone: with its series a
scan would lose its meaning. Rows carry a checksum (``crc``), for SQLite has none; it is NULL where
version 1 wrote an entry.
``meta`` holds ``created``, ``station``, and after a recovery ``floor``, a number that
entries have to be beyond. ``notes`` are events of the file itself that wait to be journalled.
``link`` of an entry, ``beginnings`` and ``checkpoints`` are the chain: ``docs/reference/chain.md``.
``spans`` are summaries of up to 128 scans of a series, ``first`` the number of the first of them;
``block`` is the block up to which all was summarised when they were written. They are made from the
entries again when they are missing.
"""

import sqlite3
from pathlib import Path

from daq.journal.errors import JournalDamagedError, JournalForeignError, JournalSchemaError

VERSION = 4
CHECKED = 2
"""The version from which on rows carry checksums."""
SUMMARISED = 3
"""The version from which on there are spans."""
CHAINED = 4
"""The version from which on commits are chained."""

APPLICATION_ID = 0x4C444151  # "LDAQ": tells file(1) and us what the file is
_ABSURD = 1000
PAGE = 4096
"""Bytes of a page."""

BLOCK_BITS = 12
BLOCK = 1 << BLOCK_BITS

SPANS = """
CREATE TABLE spans(
    series INTEGER NOT NULL,
    block INTEGER NOT NULL,
    first INTEGER NOT NULL,
    body BLOB NOT NULL,
    crc INTEGER NOT NULL,
    PRIMARY KEY(series, block, first)
) WITHOUT ROWID
"""

BEGINNINGS = """
CREATE TABLE beginnings(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, why TEXT NOT NULL,
    hash BLOB NOT NULL) WITHOUT ROWID
"""

CHECKPOINTS = """
CREATE TABLE checkpoints(seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, text TEXT NOT NULL,
    crc INTEGER NOT NULL) WITHOUT ROWID
"""

TABLES = f"""
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE series(id INTEGER PRIMARY KEY, key TEXT NOT NULL, crc INTEGER);
CREATE TABLE entries(
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    series INTEGER NOT NULL,
    body BLOB NOT NULL,
    crc INTEGER,
    link BLOB
);
CREATE TABLE blocks(
    id INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    series TEXT NOT NULL,
    crc INTEGER
);
CREATE TABLE seen(series INTEGER PRIMARY KEY, block INTEGER NOT NULL, crc INTEGER);
CREATE TABLE cursors(sink TEXT PRIMARY KEY, live INTEGER NOT NULL, backlog TEXT NOT NULL,
    crc INTEGER) WITHOUT ROWID;
CREATE TABLE quarantine(
    sink TEXT NOT NULL,
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    time INTEGER NOT NULL,
    crc INTEGER,
    PRIMARY KEY(sink, seq)
) WITHOUT ROWID;
CREATE TABLE series_again(id INTEGER PRIMARY KEY, key TEXT NOT NULL, crc INTEGER);
CREATE TABLE notes(id INTEGER PRIMARY KEY, time INTEGER NOT NULL, event TEXT NOT NULL);
{SPANS};
{BEGINNINGS};
{CHECKPOINTS}
"""


def check(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of the file; 0 when it is new and empty.

    Raises:
        JournalForeignError: it is another program's file.
        JournalSchemaError: a newer version wrote it.
        JournalDamagedError: no version has written it.
    """
    application = pragma(connection, "application_id")
    version = pragma(connection, "user_version")
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if empty and not version:
        return 0
    if application != APPLICATION_ID:
        raise JournalForeignError(f"{path}: not a journal of this program")
    if not 0 < version < _ABSURD:
        raise JournalDamagedError(f"there is no schema {version}")
    if version > VERSION:
        raise JournalSchemaError(
            f"{path}: written by a newer version of the program (schema {version}, this one knows "
            f"{VERSION}); use that version, or begin a new journal under another path"
        )
    return version


def pragma(connection: sqlite3.Connection, name: str) -> int:
    """A pragma that is a whole number."""
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
