"""The one exception tree of the journal. SQLite's and the system's errors become these."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from daq.errors import DaqError

_ILLEGIBLE = (
    ArithmeticError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    msgspec.MsgspecError,
)
"""What making sense of rows raises that hold something else than was written. SQLite has no
checksums: a damaged page may still be a page."""


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
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:  # its messages quote the file
        raise JournalError(f"{path}: {doing}: {error}") from error


@contextmanager
def legible(path: Path) -> Generator[None]:
    """Turn what making sense of damaged rows raises into a JournalError."""
    try:
        yield
    except _ILLEGIBLE as error:
        raise JournalError(f"{path}: damaged, cannot be read: {error}") from error
