"""Who can read a journal, and what cannot be made of its files by others."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from daq.journal import Journal, JournalError
from tests.journal_samples import append, running, series_key


@pytest.fixture
def lax() -> Generator[None]:
    """A umask that takes nothing away."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("lax")
async def test_no_file_of_a_journal_is_for_everybody(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal:
        seq = append(journal, journal.series(series_key()), 1)
        await journal.wait_beyond(seq - 1)
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert set(modes) >= {"journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"}
    assert set(modes.values()) == {0o640}


async def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "journal.db.lock").symlink_to(victim)
    with pytest.raises(JournalError, match="cannot lock"):
        await Journal.open(tmp_path / "journal.db")
    assert victim.read_text() == "precious"
