"""A connection that writes durably."""

import contextlib
import os
import sqlite3
from pathlib import Path

from daq.journal import migrations, schema
from daq.journal.errors import JournalDamagedError, JournalError
from daq.journal.lock import MODE
from daq.journal.salvage import wal

_BUSY_TIMEOUT = 10.0
_WAL_LIMIT = 16 * 1024 * 1024


def connect(path: Path, now: int) -> sqlite3.Connection:
    """A writing connection to a journal, new or old; every commit waits for the disk.

    Raises:
        JournalError: the file or its file system cannot be used.
        JournalDamagedError: something that had been committed is missing.
        OSError, sqlite3.Error: it cannot be opened.
    """
    _check_log(path)
    create(path)
    connection = sqlite3.connect(
        path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
    )
    try:
        schema.check(connection, path)  # first of all: a foreign file stays as it is
        _set_up(connection, path)
        _check_size(connection, path)
        migrations.migrate(connection, path, now)
    except (JournalError, sqlite3.Error):
        connection.close()
        raise
    return connection


def create(path: Path) -> None:
    """Make the file, if there is none, with its mode; SQLite would make it for all to read."""
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))


def _set_up(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute(f"PRAGMA page_size={schema.PAGE}")
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != "wal":
        raise JournalError(f"{path}: this file system cannot hold a journal (no WAL: {mode})")
    # FULL: a commit that returned survives a power cut, not only the death of the process.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(f"PRAGMA journal_size_limit={_WAL_LIMIT}")


def _check_log(path: Path) -> None:
    """Look for a log torn in its middle, before SQLite sees it, and throws the rest away.

    The last transaction may rightly be torn: it was being written when the power failed.
    """
    lost = wal.lost_commits(path)
    if lost > 1:
        raise JournalDamagedError(f"{lost} commits in the log cannot be read")


def _check_size(connection: sqlite3.Connection, path: Path) -> None:
    """Look for a file that is cut off, which SQLite notices only where it reads."""
    _, pages, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    expected, size = schema.pragma(connection, "page_count") * schema.PAGE, path.stat().st_size
    if pages == moved and size < expected:
        raise JournalDamagedError(f"cut off: {size} of {expected} bytes")
