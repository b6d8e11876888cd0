import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daq.journal import Journal, JournalReader, JournalSchemaError
from daq.journal.schema import VERSION
from tests.journal_samples import QUICK, running


def sql(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(statement).fetchall()
        connection.commit()
    return rows


async def test_a_newer_schema_is_refused_by_writer_and_reader(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path):
        pass
    sql(path, f"PRAGMA user_version={VERSION + 1}")
    with pytest.raises(JournalSchemaError, match=f"newer version of .* \\(schema {VERSION + 1}"):
        await Journal.open(path, QUICK)
    with pytest.raises(JournalSchemaError, match="newer version"):
        JournalReader(path)


async def test_another_programs_database_is_refused_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    sql(path, "CREATE TABLE theirs(a)")
    with pytest.raises(JournalSchemaError, match="not a journal"):
        await Journal.open(path, QUICK)
    assert sql(path, "PRAGMA journal_mode") == [("delete",)]


async def test_the_station_is_born_once(tmp_path: Path) -> None:
    stations: set[str] = set()
    for _ in range(2):
        async with running(tmp_path / "journal.db"):
            pass
        with JournalReader(tmp_path / "journal.db") as reader:
            stations.add(reader.station)
    assert len(stations) == 1
    assert len(stations.pop()) == 36


async def test_commits_wait_for_the_disk(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal:
        connection = journal._files.store._access._connection  # pyright: ignore[reportPrivateUsage]
        full = 2
        assert connection is not None
        assert await journal._files.write(  # pyright: ignore[reportPrivateUsage]
            lambda: connection.execute("PRAGMA synchronous").fetchone()
        ) == (full,)
