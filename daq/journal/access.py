"""The one writing connection: opened anew after a fault of the disk, recovered after damage."""

import logging
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from daq.journal import found, notes
from daq.journal.database import connect
from daq.journal.errors import (
    JournalDamagedError,
    JournalDiskError,
    JournalError,
    JournalForeignError,
    JournalFullError,
    legible,
    mapped,
)
from daq.journal.found import Found
from daq.journal.lock import WriterLock
from daq.journal.notes import Note
from daq.journal.salvage import aside
from daq.journal.salvage.recover import recover, survey
from daq.journal.salvage.wal import wal_of

log = logging.getLogger(__name__)

RECOVERY_PAUSE = 60.0
"""Seconds between two recoveries: a disk that alters what it is given needs a person."""


class Access:
    """A journal's file in the hands of its only writer.

    While the disk lets it be neither opened nor recovered there is no connection, and each
    attempt raises; what was ``found`` is known all the same. ``notes`` are events of the file
    that have to be journalled; another thread may take them away.

    Raises:
        JournalError: the file cannot be used, and waiting would not help.
    """

    def __init__(self, path: Path, clock: Callable[[], int]) -> None:
        self.trouble = ""
        self.notes: deque[Note] = deque()
        self._path, self._clock = path, clock
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._suspicion = ""
        self._noted: set[int] = set()
        self._recovered = -RECOVERY_PAUSE
        self._lock = WriterLock(path)
        self.known = Found(last=self._lock.reserved)
        try:
            self.known = self._begin()
        except JournalError:
            self.close()
            raise

    @property
    def open(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    @property
    def inode(self) -> int:
        """Of the file that is open, or was last."""
        return self._file[1]

    @contextmanager
    def connection(self, doing: str) -> Generator[sqlite3.Connection]:
        """The connection to do something with.

        Raises:
            JournalError: it cannot be done; what is needed to do it later is seen to.
        """
        connection = self._ready()
        try:
            with mapped(self._path, doing):
                yield connection
        except JournalDamagedError as error:
            self.distrust(str(error))
            raise
        except JournalFullError:
            raise  # what the files have now, others would take
        except JournalDiskError:
            # After a fault of the disk only a new connection knows what is in the file.
            self._disconnect()
            raise

    def reserve(self, number: int) -> None:
        """See to it that no entry up to ``number`` is ever followed by another of its number."""
        self._lock.reserve(number)

    def committed(self, number: int) -> None:
        """Remember that all up to this number are in the file, lest they go unnoticed."""
        self._lock.commit(number)

    def distrust(self, why: str) -> None:
        """The file is damaged: recover it before anything else is done with it."""
        self._suspicion = self._suspicion or why
        self._disconnect()

    def close(self) -> None:
        """Close the file and give the lock back; harmless when closed."""
        self._disconnect()
        self._lock.close()

    def _begin(self) -> Found:
        try:
            with self.connection("cannot read the journal") as connection:
                return found.find(connection)
        except JournalDiskError as error:
            with mapped(self._path, str(error)):
                # Numbers need not be left out where there is no damage.
                return survey(self._path, self.known if self._suspicion else Found())

    def _ready(self) -> sqlite3.Connection:
        if self._connection is not None and not self._in_place():
            self._replaced()
        if self._connection is None:
            try:
                self._connection = self._opened()
            except JournalError as error:
                self.trouble = str(error)
                raise
            self.trouble = ""
        return self._connection

    def _in_place(self) -> bool:
        """Whether the name still leads to the file that is open."""
        try:
            return self._identity() == self._file
        except OSError:
            return False

    def _replaced(self) -> None:
        """What somebody has put in the file's place is not read: its numbers are others."""
        self.distrust("the file was removed or replaced while it was open")
        with mapped(self._path, "cannot set aside what is in the journal's place"):
            aside.put_away(self._path, self._clock())

    def _identity(self) -> tuple[int, int]:
        status = self._path.stat()
        return status.st_dev, status.st_ino

    def _opened(self) -> sqlite3.Connection:
        with mapped(self._path, "cannot finish a recovery"):
            if aside.finish(self._path):
                self._suspicion = ""
        if not self._suspicion:
            try:
                return self._connected()
            except JournalDamagedError as error:
                self._suspicion = str(error)
            except JournalForeignError as error:
                if not self._lock.reserved:
                    raise
                self._suspicion = str(error)
        self._recover()
        return self._connected()

    def _connected(self) -> sqlite3.Connection:
        with mapped(self._path, "cannot open the journal"):
            self._check_present()
            connection = connect(self._path, self._clock())
            try:
                with legible(self._path):
                    self._check_whole(found.find(connection))
                    self._note(notes.waiting(connection))
                self._file = self._identity()
            except (JournalError, sqlite3.Error, OSError):
                connection.close()
                raise
        return connection

    def _check_present(self) -> None:
        """An empty file is a new one, unless something shows that there was another."""
        missing = not self._path.exists()
        if not missing and self._path.stat().st_size:
            return
        if self._lock.reserved or _size(wal_of(self._path)):
            raise JournalDamagedError("the file is missing" if missing else "the file is empty")

    def _check_whole(self, what: Found) -> None:
        if what.last < self._lock.committed:
            raise JournalDamagedError(
                f"it ends with entry {what.last}, but {self._lock.committed} was in it"
            )

    def _recover(self) -> None:
        if time.monotonic() - self._recovered < RECOVERY_PAUSE:
            raise JournalDamagedError(f"damaged again just after a recovery: {self._suspicion}")
        log.warning("%s looks damaged, reading what can be read: %s", self._path, self._suspicion)
        with mapped(self._path, "cannot recover the journal"):
            committed = self._lock.committed
            recover(self._path, self._suspicion, self.known, committed, self._clock())
        self._suspicion, self._recovered = "", time.monotonic()
        self._noted.clear()

    def _note(self, waiting: list[Note]) -> None:
        self.notes += [note for note in waiting if note.id not in self._noted]
        self._noted |= {note.id for note in waiting}

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
