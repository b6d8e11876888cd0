"""Room kept on the journal's disk for the moment it is full: SQLite needs some to delete."""

import os
from contextlib import suppress
from pathlib import Path

from daq.journal.lock import MODE

SIZE = 8 * 1024 * 1024
"""Bytes: the write-ahead log as it usually is (4 MB) moves into the file, and something is left."""

PLENTY = 4 * SIZE
"""Bytes of room from which on the disk is not full any more, and the reserve is made (anew)."""

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class Reserve:
    """A file beside the journal that holds nothing but room."""

    def __init__(self, journal: Path) -> None:
        self.path = journal.with_name(journal.name + ".reserve")

    @property
    def held(self) -> bool:
        """Whether there is one."""
        return self.path.exists()

    def hold(self) -> None:
        """Take the room, if it is not held; where that cannot be, there is no reserve."""
        if self.held:
            return
        with suppress(OSError):
            descriptor = os.open(self.path, _FLAGS, MODE)
            try:
                os.posix_fallocate(descriptor, 0, SIZE)
            except OSError:
                self.release()
            finally:
                os.close(descriptor)

    def release(self) -> None:
        """Give the room to whoever takes it first."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
