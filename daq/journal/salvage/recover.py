"""From a damaged journal to one that can be used: the new file, the event, the exchange."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from daq.journal import kinds, notes, schema
from daq.journal.database import create
from daq.journal.errors import JournalForeignError
from daq.journal.found import Found
from daq.journal.notice import Notice
from daq.journal.salvage import aside
from daq.journal.salvage.harvest import Harvest
from daq.journal.salvage.image import Image
from daq.journal.salvage.rebuild import Rebuilt, rebuild
from daq.journal.salvage.wal import wal_of
from daq.journal.transaction import transaction

_MARGIN = 1 << 20
_MB = 1e6


def recover(journal: Path, why: str, known: Found, committed: int, now: int) -> None:
    """Make a new journal of what can be read, and set the damaged file aside.

    ``known`` is what is known from elsewhere: no number up to its ``last`` is given out again.
    Entries up to ``committed`` have been in the file. If either is not 0 there is no doubt that
    it is a journal. The new file holds a note of it all.

    Raises:
        JournalForeignError: nothing in the file shows that it is a journal; it stays as it is.
        OSError, sqlite3.Error: the disk does not let it; the damaged file is in its place, and
            it can be tried again.
    """
    _check_room(journal)
    new = aside.unfinished(journal)
    new.unlink(missing_ok=True)
    recovered, damaged = aside.names(journal, now)
    with Image(journal) as image, closing(_new_file(new)) as connection:
        harvest, rebuilt = rebuild(connection, image, known, now)
        if not (known.last or committed or harvest.proven):
            new.unlink()
            raise JournalForeignError(f"{journal}: not a journal of this program ({why})")
        kept = damaged if journal.exists() else None
        with transaction(connection):
            notes.add(connection, now, _notice(why, kept, rebuilt, committed, image.unreadable))
        connection.execute("PRAGMA journal_mode=WAL")
    _sync(new)
    aside.complete(journal, recovered)


def survey(journal: Path, known: Found) -> Found:
    """What ``recover`` would find, without writing anything.

    Raises:
        OSError: the file cannot be read.
    """
    harvest, newest = Harvest(), {0: (0, 0)}
    with Image(aside.complete_one(journal)) as image:
        for seq, time, series, *_ in harvest.entries(image):
            newest[series] = max(newest.get(series, (0, 0)), (seq, time))
    last, time = max(newest.values())
    return Found(
        last=max(known.last, last, harvest.greatest, harvest.floor),
        series={s.key: s for s in harvest.series.values()} | dict(known.series),
        cursors=harvest.cursors | dict(known.cursors),
        times={series: time for series, (_, time) in newest.items()},
        newest=time,
    )


def _new_file(path: Path) -> sqlite3.Connection:
    create(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    # Nothing of it is worth anything before it is complete and synchronised.
    for pragma in (f"page_size={schema.PAGE}", "journal_mode=OFF", "synchronous=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _check_room(journal: Path) -> None:
    files = (journal, wal_of(journal))
    needed = sum(file.stat().st_size for file in files if file.exists()) + _MARGIN
    disk = os.statvfs(journal.parent)
    free = disk.f_bavail * disk.f_frsize
    if free < needed:
        raise OSError(
            errno.ENOSPC,
            f"the journal is damaged, and there is no room for what can be recovered: "
            f"{needed / _MB:.0f} MB needed, {free / _MB:.0f} MB free",
        )


def _notice(
    why: str, damaged: Path | None, rebuilt: Rebuilt, committed: int, unreadable: int
) -> Notice:
    gaps = ", ".join(f"{first}-{last}" for first, last in rebuilt.gaps)
    text = f"the journal was damaged ({why}); {rebuilt.entries} entries recovered"
    if rebuilt.missing:
        text += f", {rebuilt.missing} numbers missing ({gaps})"
    if not rebuilt.begins_known and rebuilt.first > 1:
        text += f", of entries before {rebuilt.first} nothing is known"
    if rebuilt.last < committed:
        text += f", lost from {rebuilt.last + 1} to {committed}"
    if rebuilt.floor > rebuilt.last:
        text += f"; numbers go on after {rebuilt.floor}"
    if damaged is not None:
        text += f"; the damaged file is kept as {damaged}"
    return Notice(
        kinds.JOURNAL_DAMAGED.name,
        "journal",
        "error",
        text,
        {
            "reason": why,
            "file": None if damaged is None else str(damaged),
            "entries": rebuilt.entries,
            "first": rebuilt.first,
            "last": rebuilt.last,
            "committed": committed,
            "floor": rebuilt.floor,
            "missing": rebuilt.missing,
            "gaps": gaps,
            "unreadable_pages": unreadable,
        },
    )


def _sync(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
