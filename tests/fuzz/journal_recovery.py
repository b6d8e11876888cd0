"""A journal opened after its file was damaged: what is recovered is what was written.

Invariants. Opening ends, with a journal or with a ``JournalError``. Every scan that is found again
is the one that was written under that number: values, statuses, time. Checksums stand for that.
New entries can be appended (where nothing at all was found, under numbers of before).
"""

import asyncio
import functools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from daq.journal import Journal, JournalError, JournalReader
from daq.journal.entry import Entry, Scan
from tests.fuzz.choices import Choices, changed
from tests.fuzz.journal_files import overwritten, sound
from tests.journal_samples import QUICK, append, series_key

MOST = 10_000
NEW = "new"


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-recovery-")


@functools.cache
def written() -> dict[int, object]:
    """What stands in the sound journal, by number."""
    path = Path(_folder().name) / "sound.db"
    path.write_bytes(sound())
    with JournalReader(path) as reader:
        return {entry.seq: _told(entry) for entry in reader.entries(0, MOST) if _old(entry)}


def target(data: bytes) -> None:
    """Open a damaged journal, append to it, read all of it."""
    choices = Choices(data)
    expected = written()
    folder = Path(_folder().name) / "damaged"
    folder.mkdir()
    try:
        path = folder / "journal.db"
        path.write_bytes(changed(sound(), choices) if choices.below(2) else overwritten(choices))
        with asyncio.Runner() as runner:
            runner.run(_use(path))
        if path.exists():
            _compare(path, expected)
    finally:
        shutil.rmtree(folder)


def seeds() -> Iterator[bytes]:
    """Something wrong on each page, pages missing, nothing wrong."""
    yield b""
    for page in range(len(sound()) // 4096 + 1):
        place = (page * 4096 + 100) % len(sound())
        yield bytes([0, 0]) + place.to_bytes(3, "big") + b"\x20" + b"\xa5" * 32
        yield bytes([0, 0]) + (page * 4096).to_bytes(3, "big") + b"\x04\x0d\xff\xff\xff"
        yield bytes([1, 1]) + (page * 4096 % 65_536).to_bytes(2, "big") + b"\x08\x00"


async def _use(path: Path) -> None:
    try:
        journal = await Journal.open(path, QUICK)
    except JournalError:
        return
    task = asyncio.create_task(journal.run(), name="journal")
    try:
        last = append(journal, journal.series(series_key(NEW)), 1)
        async with asyncio.timeout(10):
            await journal.wait_beyond(last - 1)
    except JournalError:
        pass
    finally:
        task.cancel()
        await asyncio.wait({task})
        await journal.close()


def _compare(path: Path, expected: dict[int, object]) -> None:
    try:
        with JournalReader(path) as reader:
            found = reader.entries(0, MOST)
    except JournalError:
        return
    for entry in found:
        if _old(entry):
            assert _told(entry) == expected[entry.seq], entry.seq


def _old(entry: Entry) -> TypeGuard[Scan]:
    return isinstance(entry, Scan) and entry.series.key.instrument != NEW


def _told(scan: Scan) -> object:
    return scan.time, scan.series.key, repr(scan.values), scan.statuses
