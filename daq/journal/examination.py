"""Is everything in a journal what was written? Reads all of it."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from daq.journal.errors import JournalDamagedError
from daq.journal.reader import JournalReader

_GAPS_TOLD = 100
_ENTRIES_AT_ONCE = 4096


class Examination(msgspec.Struct, kw_only=True):
    """What a journal holds; times are ns since 1970 UTC.

    ``missing`` numbers are in none of the entries between the first and the last, the first
    ``gaps`` of them inclusive; events say why. ``damage`` is empty when all is well.
    """

    path: str
    schema: int
    bytes: int
    entries: int = 0
    first: int = 0
    last: int = 0
    missing: int = 0
    gaps: list[tuple[int, int]] = []
    damage: str = ""


def examine(path: Path, progress: Callable[[int, int], None] | None = None) -> Examination:
    """Read every row and compare it with its checksum; beside a running daemon too.

    ``progress`` is told the number reached, and the last.

    Raises:
        JournalError: it cannot be opened.
    """
    with JournalReader(path) as reader:
        found = Examination(path=str(reader.path), schema=reader.schema, bytes=reader.size)
        try:
            reader.check_tables(thoroughly=True)
            _read_all(reader, found, progress)
        except JournalDamagedError as error:
            found.damage = str(error)
    return found


def _read_all(
    reader: JournalReader, found: Examination, progress: Callable[[int, int], None] | None
) -> None:
    last = reader.last
    while entries := reader.entries(found.last, _ENTRIES_AT_ONCE, last):
        for entry in entries:
            if found.last and entry.seq > found.last + 1:
                found.missing += entry.seq - found.last - 1
                found.gaps += [(found.last + 1, entry.seq - 1)][: _GAPS_TOLD - len(found.gaps)]
            found.first, found.last = found.first or entry.seq, entry.seq
        found.entries += len(entries)
        if progress is not None:
            progress(found.last, last)
