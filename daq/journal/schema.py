"""The tables of a journal file, and the way to them from an older file.

A block is 4096 consecutive sequence numbers. Its row is written with the first entry of the
next one and says which times and series it holds, so that a reader finds a period or an
instrument without an index entry for every scan; what comes after the last closed block is
read as it is.
"""

import sqlite3
import uuid
from pathlib import Path

from daq.journal.errors import JournalSchemaError

VERSION = 1
APPLICATION_ID = 0x4C444151  # "LDAQ": tells file(1) and us what the file is
BLOCK_BITS = 12
BLOCK = 1 << BLOCK_BITS

_TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE series(id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE TABLE entries(
    seq INTEGER PRIMARY KEY,
    time INTEGER NOT NULL,
    series INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE TABLE blocks(
    id INTEGER PRIMARY KEY,
    entries INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    series TEXT NOT NULL
);
CREATE TABLE seen(series INTEGER PRIMARY KEY, block INTEGER NOT NULL);
CREATE TABLE cursors(sink TEXT PRIMARY KEY, live INTEGER NOT NULL, backlog TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE quarantine(
    sink TEXT NOT NULL,
    seq INTEGER NOT NULL,
    reason TEXT NOT NULL,
    time INTEGER NOT NULL,
    PRIMARY KEY(sink, seq)
) WITHOUT ROWID;
"""


def check(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of the file; 0 when it is new and empty.

    Raises:
        JournalSchemaError: it is another program's file, or a newer version wrote it.
    """
    application = _pragma(connection, "application_id")
    version = _pragma(connection, "user_version")
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if empty and not version:
        return 0
    if application != APPLICATION_ID:
        raise JournalSchemaError(f"{path}: not a journal of this program")
    if version > VERSION:
        raise JournalSchemaError(
            f"{path}: written by a newer version (schema {version}, this one knows {VERSION})"
        )
    return version


def prepare(connection: sqlite3.Connection, path: Path, now: int) -> None:
    """Make the tables of a new file, or bring an older file up to this version.

    Raises:
        JournalSchemaError: it is another program's file, or a newer version wrote it.
    """
    if check(connection, path) == VERSION:
        return
    # One transaction: a file is never seen with half its tables.
    connection.executescript(
        f"BEGIN IMMEDIATE;{_TABLES}"
        f"INSERT INTO meta VALUES('created', '{now}'), ('station', '{uuid.uuid4()}');"
        f"PRAGMA application_id={APPLICATION_ID};PRAGMA user_version={VERSION};COMMIT;"
    )


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
