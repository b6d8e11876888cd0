"""The one exception tree of the journal. SQLite's and the system's errors become these."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from daq.errors import DaqError


class JournalError(DaqError):
    """The journal cannot be opened, read or written; the text says which file and why."""


class JournalLockedError(JournalError):
    """Another process writes this journal."""


class JournalSchemaError(JournalError):
    """The file is no journal, or a newer version of the program wrote it."""


@contextmanager
def mapped(path: Path, doing: str) -> Generator[None]:
    """Turn what SQLite or the system raises while ``doing`` something into a JournalError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise JournalError(f"{path}: {doing}: {error}") from error
