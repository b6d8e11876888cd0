"""One writer per journal, kept by an advisory lock the kernel drops when its process dies."""

import fcntl
import os
import re
from contextlib import suppress
from pathlib import Path

from daq.journal.errors import JournalError, JournalLockedError, mapped

AHEAD = 1 << 14
"""Numbers that are reserved at a time: one small write and fsync for so many entries."""

_NUMBERS = re.compile(r"^(reserved|committed) (\d{1,19})\s", re.MULTILINE)

MODE = 0o640
"""Of the journal's files, less the umask: what a laboratory measured is not for everybody."""

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
"""No link is followed: in a folder others may write to, it might lead to any file of ours, and
what it leads to is written to."""


def committed_of(journal: Path) -> int:
    """The number that was in a journal at least, as the file beside it says; 0 when not known."""
    try:
        content = _beside(journal).read_bytes()[:200].decode("ascii", "replace")
    except OSError:
        return 0
    return _numbers(content).get("committed", 0)


def _beside(journal: Path) -> Path:
    return journal.with_name(journal.name + ".lock")


def _numbers(content: str) -> dict[str, int]:
    return {name: int(number) for name, number in _NUMBERS.findall(content)}


class WriterLock:
    """``flock`` on ``<journal>.lock``; held until closed or until the process ends.

    The lock is on a file of its own: a process that closes any descriptor of the database file
    loses the locks SQLite holds on it (POSIX, fcntl(2)), so nothing but SQLite may open that.
    The file is never removed, for a lock on a removed file excludes nobody.

    It remembers what must outlive a damaged journal: no entry ever had a number beyond
    ``reserved``, and all up to ``committed`` were once in the file; both are 0 when not known.
    After a power failure ``committed`` may be an older one. The pid of the last writer is for the
    error text only.
    """

    def __init__(self, journal: Path) -> None:
        self.path = _beside(journal)
        self.reserved = self.committed = 0
        try:
            self._descriptor = os.open(self.path, _FLAGS, MODE)
        except OSError as error:
            raise JournalError(f"{self.path}: cannot lock the journal: {error}") from error
        self._acquire(journal)

    def _acquire(self, journal: Path) -> None:
        content = os.pread(self._descriptor, 200, 0).decode("ascii", "replace")
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._descriptor)
            holder = content.partition("\n")[0].strip()
            raise JournalLockedError(
                f"{journal}: another process ({holder or 'unknown'}) writes this journal"
            ) from error
        numbers = _numbers(content)
        self.reserved = numbers.get("reserved", 0)
        self.committed = numbers.get("committed", 0)
        with suppress(OSError):  # a full disk: nobody will learn the pid
            self._write()

    def reserve(self, number: int) -> None:
        """See to it that ``number`` is reserved before an entry has it.

        Raises:
            JournalError: the disk does not take it.
        """
        if number <= self.reserved:
            return
        before, self.reserved = self.reserved, number + AHEAD
        try:
            with mapped(self.path, "cannot reserve numbers"):
                self._write()
                os.fsync(self._descriptor)
        except JournalError:
            self.reserved = before
            raise

    def commit(self, number: int) -> None:
        """Remember that all up to ``number`` are in the file. Not synchronised: it is quick."""
        self.committed = number
        with suppress(OSError):
            self._write()

    def close(self) -> None:
        """Give the lock back; harmless when done before."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self) -> None:
        # Of one length, so that a new content needs no new room and no truncation.
        text = (
            f"pid {os.getpid():<10}\nreserved {self.reserved:<19}\ncommitted {self.committed:<19}\n"
        )
        os.pwrite(self._descriptor, text.encode(), 0)
