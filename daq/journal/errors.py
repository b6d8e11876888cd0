"""The one exception tree of the journal. SQLite's and the system's errors become these."""

import errno
import sqlite3
import struct
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
    struct.error,
    msgspec.MsgspecError,
)
"""What making sense of rows raises that hold something else than was written. SQLite has no
checksums: a damaged page may still be a page."""


class JournalError(DaqError):
    """The journal cannot be opened, read or written; the text says which file and why."""


class JournalMissingError(JournalError):
    """There is no journal there, or nothing has ever been written into it."""


class JournalLockedError(JournalError):
    """Another process writes this journal."""

    advice = "`daq status` shows the daemon that does; stop it first, or set another journal.path"


class JournalSchemaError(JournalError):
    """The file is not one this version of the program can write."""


class JournalForeignError(JournalSchemaError):
    """The file is no journal."""


class JournalDiskError(JournalError):
    """The disk does not take or give what it should; it may later."""


class JournalFullError(JournalDiskError):
    """The disk is full."""


class JournalDamagedError(JournalError):
    """The file, or an entry of it, is not what was written into it.

    ``file`` is the inode of the file that was read; 0 when it could not be opened.
    """

    file = 0
    advice = "`daq journal check FILE` tells what is damaged; a daemon that starts recovers it"


_KINDS: dict[int, type[JournalError]] = {
    sqlite3.SQLITE_CORRUPT: JournalDamagedError,
    sqlite3.SQLITE_NOTADB: JournalDamagedError,
    sqlite3.SQLITE_FULL: JournalFullError,
    sqlite3.SQLITE_IOERR: JournalDiskError,
}
_SIGNS = (
    "no such table",
    "no such column",
    "malformed database schema",
    "unsupported file format",
    "Could not decode to UTF-8",
)
"""How SQLite begins what it says of a damaged file under codes it uses for much else."""

_SYSTEM: dict[int | None, type[JournalError]] = {
    errno.ENOSPC: JournalFullError,
    errno.EDQUOT: JournalFullError,
    errno.EFBIG: JournalFullError,
    errno.EIO: JournalDiskError,
}


@contextmanager
def mapped(path: Path, doing: str) -> Generator[None]:
    """Turn what SQLite or the system raises while ``doing`` something into a JournalError."""
    try:
        yield
    except JournalDamagedError as error:
        raise JournalDamagedError(f"{path}: {doing}: {error}") from error
    except (sqlite3.Error, OSError, UnicodeError, msgspec.MsgspecError) as error:
        raise _kind(error)(f"{path}: {doing}: {error}") from error


def _kind(error: Exception) -> type[JournalError]:
    if isinstance(error, sqlite3.Error):
        if str(error).startswith(_SIGNS):
            return JournalDamagedError
        # The primary code of SQLite; the rest of the number says more precisely why.
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        return _KINDS.get(code, JournalError)
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno, JournalError)
    return JournalDamagedError


@contextmanager
def legible(path: Path) -> Generator[None]:
    """Turn what making sense of damaged rows raises into a JournalDamagedError."""
    try:
        yield
    except _ILLEGIBLE as error:
        raise JournalDamagedError(f"{path}: damaged, cannot be read: {error}") from error
