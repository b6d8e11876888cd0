"""A reading connection that leaves no trace and works whether or not a daemon has the file open.

Three traps of SQLite's WAL mode are behind this (seen with 3.40):

- ``immutable=1`` does not read the ``-wal`` file: beside a daemon, or after one was killed, it
  shows an old journal or none. ``mode=ro`` reads it.
- ``mode=ro`` cannot open a cleanly closed journal in a folder one may not write to: it wants to
  create ``-wal`` and ``-shm``. ``immutable=1`` can.
- In a folder one may write to, ``mode=ro`` does create them, owned by whoever reads, and the
  daemon under its own user is then refused.

So: with a ``-wal`` file ``mode=ro``, without one ``immutable=1``; and what was read immutably
counts only if the file is afterwards as it was before.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from daq.journal import schema
from daq.journal.errors import JournalError, JournalMissingError, legible, mapped

Parameters: TypeAlias = Sequence[int | str]

_BUSY_TIMEOUT = 10.0
_ATTEMPTS = 5

CACHE = 512
"""KiB of pages a reader keeps. What it reads once it does not read again soon."""

LARGEST = 64 * 1024 * 1024
"""Bytes of one row; a scan of 10,000 channels has 80,000."""

_FOREIGN = (
    "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR rootpage = 0 UNION ALL "
    "SELECT 1 FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS x "
    "WHERE s.type = 'table' AND x.hidden <> 0"
)
"""Views, triggers, virtual tables (which have no page), computed columns: what reads as a table
but may go on for ever."""


class ReadConnection:
    """Short reads of a file of schema ``version``.

    Each is a transaction of its own, so that no reader holds back the writer. When another file
    has taken the place of this one, as after a recovery, that is read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._wal = path.with_name(path.name + "-wal")
        self.version = 0
        self.file = 0
        self.abandoned = False
        """Set by another thread: no further statement is begun."""
        self._state: tuple[int, int, int, bool] | None = None
        self._connection: sqlite3.Connection | None = None
        with mapped(path, "cannot open the journal"):
            self._open()

    def rows(self, statement: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """All rows of a statement.

        Raises:
            JournalError: the file cannot be read.
        """
        with mapped(self._path, "cannot read the journal"):
            for _ in range(_ATTEMPTS):
                if self.abandoned:
                    raise JournalError(f"{self._path}: reading was given up")
                if self._look()[0] != self.file:
                    self._open()
                rows = self._connected().execute(statement, parameters).fetchall()
                if self._state is None or self._state == self._look():
                    return rows
                self._open()
        raise JournalError(f"{self._path}: a writer keeps coming and going")

    def value(self, statement: str, parameters: Parameters = ()) -> int:
        """The one whole number a statement gives; 0 for NULL."""
        with legible(self._path):
            return int(self.rows(statement, parameters)[0][0] or 0)

    def close(self) -> None:
        """Close the file; harmless when closed."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            raise JournalError(f"{self._path}: the reader is closed")
        return self._connection

    def _open(self) -> None:
        self.close()
        state = self._look()
        self.file = state[0]
        self._state = None if state[3] else state
        mode = "mode=ro" if self._state is None else "mode=ro&immutable=1"
        uri = f"file:{quote(str(self._path))}?{mode}"
        self._connection = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            _distrust(self._connection)
            self.version = _check(self._connection, self._path)
        except (JournalError, sqlite3.Error):
            self.close()
            raise

    def _look(self) -> tuple[int, int, int, bool]:
        """Which file it is, and what of it shows that it was written."""
        status = self._path.stat()
        # An empty log is none: it is all that a full disk lets a daemon make.
        logged = self._wal.exists() and self._wal.stat().st_size > 0
        return status.st_ino, status.st_mtime_ns, status.st_size, logged


def _distrust(connection: sqlite3.Connection) -> None:
    """A journal may come from anywhere: let nothing in it run, or take more than it should.

    Source: sqlite.org, "Defense Against The Dark Arts".
    """
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST)
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA cell_size_check=ON")
    connection.execute(f"PRAGMA cache_size=-{CACHE}")


def _check(connection: sqlite3.Connection, path: Path) -> int:
    version = schema.check(connection, path)
    if not version:
        raise JournalMissingError(f"{path}: the journal is empty; no daemon has ever opened it")
    if connection.execute(_FOREIGN).fetchone() is not None:
        raise JournalError(f"{path}: holds what computes (a view, a trigger ...); no journal does")
    return version
