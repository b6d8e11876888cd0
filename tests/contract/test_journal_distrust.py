"""A journal that is damaged, or made to do harm: read as far as it can be, never believed more."""

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from daq.journal import JournalError, JournalReader, Query
from tests.journal_samples import append, running, series_key

HARMS = {
    "view": "DROP TABLE entries; CREATE VIEW entries(seq, time, series, body) AS WITH RECURSIVE "
    "n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, i, 0, x'' FROM n",
    "trigger": "CREATE TRIGGER t AFTER INSERT ON entries BEGIN SELECT 1; END",
    "virtual table": "CREATE VIRTUAL TABLE v USING fts5(text)",
    "generated column": "ALTER TABLE entries ADD COLUMN g AS (zeroblob(1e9))",
}
DAMAGES = {
    "UPDATE series SET key = x'00'": "series",
    "UPDATE series SET key = '[1]'": "scans",
    "UPDATE entries SET body = 'text'": "entries",
    "UPDATE entries SET body = x'05' || zeroblob(9)": "latest",
    "UPDATE entries SET time = 'noon'": "entries",
    "INSERT INTO cursors VALUES('broker', 1, '{', NULL)": "cursors",
    "DELETE FROM meta": "station",
    "INSERT INTO blocks VALUES(4611686018427387904, 1, 0, 9e18, '[0, 1]', NULL)": "statistics",
    "INSERT INTO blocks VALUES(0, 1, 0, 9223372036854775807, '[0,', NULL)": "events",
    "UPDATE entries SET seq = 9223372036854775807 WHERE series = 0": "",
}
"""What is done to the file, and what can then not be read."""

READS: dict[str, Callable[[JournalReader], object]] = {
    "station": lambda reader: reader.station,
    "last": lambda reader: reader.last,
    "entries": lambda reader: reader.entries(0, 100),
    "scans": lambda reader: list(reader.scans(Query())),
    "events": lambda reader: list(reader.events(Query())),
    "latest": lambda reader: reader.latest(),
    "series": lambda reader: reader.series(),
    "cursors": lambda reader: reader.cursors(),
    "quarantined": lambda reader: list(reader.quarantined()),
    "quarantine_counts": lambda reader: reader.quarantine_counts(),
    "statistics": lambda reader: reader.statistics(),
}


@pytest.mark.parametrize("harm", HARMS)
async def test_a_file_made_to_do_harm_is_refused(tmp_path: Path, harm: str) -> None:
    path = await some_journal(tmp_path)
    tamper(path, HARMS[harm])
    with pytest.raises(JournalError, match="no journal does"):
        JournalReader(path)


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_is_damaged_is_an_error_in_words(tmp_path: Path, damage: str) -> None:
    path = await some_journal(tmp_path)
    tamper(path, damage)
    failed: list[str] = []
    with JournalReader(path) as reader:
        for name, read in READS.items():
            try:
                read(reader)
            except JournalError:
                failed.append(name)
    assert not DAMAGES[damage] or DAMAGES[damage] in failed
    assert len(failed) < len(READS)


async def some_journal(folder: Path) -> Path:
    path = folder / "journal.db"
    async with running(path) as journal:
        append(journal, journal.series(series_key()), 1)
        journal.append_event("start", "daq", "began")
    return path


def tamper(path: Path, statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.executescript(statements)
