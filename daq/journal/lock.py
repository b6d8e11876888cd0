"""One writer per journal, kept by an advisory lock the kernel drops when its process dies."""

import fcntl
import os
from pathlib import Path

from daq.journal.errors import JournalError, JournalLockedError

MODE = 0o640
"""Of the journal's files, less the umask: what a laboratory measured is not for everybody."""

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
"""No link is followed: in a folder others may write to, it might lead to any file of ours, and
what it leads to is written to."""


class WriterLock:
    """``flock`` on ``<journal>.lock``; held until closed or until the process ends.

    The lock is on a file of its own: a process that closes any descriptor of the database file
    loses the locks SQLite holds on it (POSIX, fcntl(2)), so nothing but SQLite may open that.
    The file is never removed, for a lock on a removed file excludes nobody; it holds the pid of
    the last writer, for the error text only.
    """

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + ".lock")
        try:
            self._descriptor = os.open(self.path, _FLAGS, MODE)
        except OSError as error:
            raise JournalError(f"{self.path}: cannot lock the journal: {error}") from error
        self._acquire(journal)

    def _acquire(self, journal: Path) -> None:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(self._descriptor)
            raise JournalLockedError(
                f"{journal}: another process ({holder or 'unknown'}) writes this journal"
            ) from error
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"pid {os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        """Give the lock back; harmless when done before."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
