"""A connection that writes durably."""

import contextlib
import os
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from daq.journal import schema
from daq.journal.block import Row
from daq.journal.errors import JournalError
from daq.journal.lock import MODE

_ROWS_AT_ONCE = 256
_BUSY_TIMEOUT = 10.0
_WAL_LIMIT = 16 * 1024 * 1024


@contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[sqlite3.Connection]:
    """All of it, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def connect(path: Path, now: int) -> sqlite3.Connection:
    """A writing connection to a journal, new or old; every commit waits for the disk.

    Raises:
        JournalError: the file or its file system cannot be used.
        OSError: it cannot be made.
        sqlite3.Error: SQLite cannot open it.
    """
    _create(path)
    connection = sqlite3.connect(
        path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    try:
        schema.check(connection, path)  # first of all: a foreign file stays as it is
        _set_up(connection, path)
        schema.prepare(connection, path, now)
    except (JournalError, sqlite3.Error):
        connection.close()
        raise
    return connection


def _create(path: Path) -> None:
    """Make the file, if there is none, with its mode; SQLite would make it for all to read."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise JournalError(f"{path}: this file system cannot hold a journal (no WAL: {mode})")
    # FULL: a commit that returned survives a power cut, not only the death of the process.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA journal_size_limit={_WAL_LIMIT}")


def insert_rows(connection: sqlite3.Connection, rows: Sequence[Row]) -> None:
    """Insert entries, many with each statement."""
    # Many rows a statement, in powers of two so that the prepared statements are few. Each
    # statement gives the interpreter lock away once, and beside a busy event loop getting it
    # back takes up to 5 ms: row by row, a commit of 200 rows was measured to take 75 ms.
    start = 0
    while start < len(rows):
        count = min(_ROWS_AT_ONCE, 1 << ((len(rows) - start).bit_length() - 1))
        values = ", ".join(["(?, ?, ?, ?)"] * count)
        flat = [field for row in rows[start : start + count] for field in row]
        connection.execute(f"INSERT INTO entries VALUES {values}", flat)  # noqa: S608 - no input
        start += count
