"""The names of a journal under recovery, and the exchange of the damaged file for the new one.

The new file is complete when it bears the name ``.recovered-<time>``; whoever opens the journal
then finishes what a kill has interrupted. Everything here happens under the writer's lock.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from daq.journal.salvage.wal import wal_of

_RECOVERED = ".recovered-"


def unfinished(journal: Path) -> Path:
    """The name of the new file while it is being made."""
    return journal.with_name(journal.name + ".recovering")


def names(journal: Path, now: int) -> tuple[Path, Path]:
    """The names of the new file when it is complete, and of the damaged one set aside."""
    stamp = datetime.fromtimestamp(now / 1e9, UTC).strftime("%Y%m%dT%H%M%SZ")
    recovered = journal.with_name(journal.name + _RECOVERED + stamp)
    count = 1
    while _aside(recovered).exists() or recovered.exists():
        count += 1
        recovered = journal.with_name(f"{journal.name}{_RECOVERED}{stamp}-{count}")
    return recovered, _aside(recovered)


def put_away(journal: Path, now: int) -> None:
    """Set a file aside that is in the journal's place and is not the journal.

    Raises:
        OSError: the file system does not let it.
    """
    if journal.exists():
        journal.rename(names(journal, now)[1])


def complete(journal: Path, recovered: Path) -> None:
    """The new file is complete and on disk: set the damaged one aside, and take its place.

    Raises:
        OSError: the file system does not let it; what is done stays, and the rest can be
            finished later.
    """
    unfinished(journal).rename(recovered)
    _sync(journal.parent)
    _exchange(journal, recovered)


def complete_one(journal: Path) -> Path:
    """The file that is to be the journal: a new one if there is one, else the journal."""
    return next(_recovered(journal), journal)


def finish(journal: Path) -> bool:
    """Finish or undo what was interrupted; whether a new file has taken its place.

    Raises:
        OSError: the file system does not let it.
    """
    unfinished(journal).unlink(missing_ok=True)
    recovered = next(_recovered(journal), None)
    if recovered is not None:
        _exchange(journal, recovered)
    return recovered is not None


def _exchange(journal: Path, recovered: Path) -> None:
    # The log first: beside the new file it would be applied to what it does not belong to.
    aside = _aside(recovered)
    if wal_of(journal).exists():
        wal_of(journal).rename(wal_of(aside))
    journal.with_name(journal.name + "-shm").unlink(missing_ok=True)
    if journal.exists():
        journal.rename(aside)
    recovered.rename(journal)
    _sync(journal.parent)


def _recovered(journal: Path) -> Iterator[Path]:
    return journal.parent.glob(f"{_escaped(journal.name)}{_RECOVERED}*")


def _aside(recovered: Path) -> Path:
    return recovered.with_name(recovered.name.replace(_RECOVERED, ".damaged-"))


def _escaped(name: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in name)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
