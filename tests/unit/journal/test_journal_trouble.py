"""A disk that does not take what is written: real refusals of SQLite, provoked by a page limit."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from daq.journal import Cursor, Journal, JournalReader, JournalSettings, Query, Scan, database
from tests.journal_samples import NS, QUICK, Clock, append, running, series_key, until


async def limit_pages(journal: Journal, pages: int) -> None:
    connection = journal._files.store._access._connection  # pyright: ignore[reportPrivateUsage]
    assert connection is not None
    await journal._files.write(  # pyright: ignore[reportPrivateUsage]
        lambda: connection.execute(f"PRAGMA max_page_count={pages}").fetchall()
    )


async def into_trouble(journal: Journal) -> None:
    """Fill the disk and append until that shows."""
    await limit_pages(journal, 1)  # SQLite takes the present size for it
    series = journal.series(series_key(width=200))
    async with asyncio.timeout(20):
        while journal.trouble is None:
            append(journal, series, 1)
            await asyncio.sleep(0.001)


async def out_of_trouble(journal: Journal) -> None:
    await limit_pages(journal, 10**9)
    await until(lambda: journal.trouble is None)


async def test_a_full_disk_loses_nothing_and_recovers_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await into_trouble(journal)
        assert "full" in (journal.trouble or "")
        committed = journal.committed
        series = journal.series(series_key("later"))
        numbers = [append(journal, series, n) for n in range(1, 51)]
        journal.save_cursor("mqtt", Cursor(committed))
        await asyncio.sleep(0.05)
        assert journal.committed == committed
        assert await journal.read(committed, 10) == []
        await out_of_trouble(journal)
        await journal.wait_beyond(numbers[-1] - 1)
        assert journal.counters.failed_commits >= 1
    with JournalReader(path) as reader:
        assert [e.seq for e in reader.entries(0, 10**6)] == list(range(1, reader.last + 1))
        (latest,) = [s for s in reader.latest() if s.series.key.instrument == "later"]
        assert latest.seq == numbers[-1]
        assert reader.cursors() == {"mqtt": Cursor(committed)}
        kinds = [event.kind for event in reader.events(Query())]
    assert kinds == ["journal-trouble", "journal-trouble-end"]


async def test_memory_is_bounded_and_the_gap_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    settings = JournalSettings(commit_interval=0.001, max_pending=200_000)
    async with running(path, settings) as journal:
        await into_trouble(journal)
        committed = journal.committed
        series = journal.series(series_key("later"))
        for number in range(5000):
            append(journal, series, number)
        assert journal._intake.pending < 1500  # pyright: ignore[reportPrivateUsage]
        await out_of_trouble(journal)
        await journal.wait_beyond(committed + 5000)
        entries = await journal.read(committed, 10**6)
    with JournalReader(path) as reader:
        (end,) = [e for e in reader.events(Query()) if e.kind == "journal-trouble-end"]
        stored = {entry.seq for entry in reader.entries(0, 10**6)}
        assert {entry.seq for entry in entries} <= stored
        missing = sorted(set(range(1, reader.last + 1)) - stored)
    assert len(missing) == end.data["count"] == journal.counters.dropped_pending
    assert (missing[0], missing[-1]) == (end.data["first"], end.data["last"])


async def test_a_disk_too_slow_for_what_is_appended_is_trouble_too(tmp_path: Path) -> None:
    settings = JournalSettings(commit_interval=0.001, max_pending=10_000)
    async with running(tmp_path / "journal.db", settings) as journal:
        series = journal.series(series_key())
        for number in range(1000):  # more than fits, before any commit could run
            append(journal, series, number)
        assert journal.trouble is not None
        await until(lambda: journal.trouble is None)
        await journal.wait_beyond(1000)
        newest = [e for e in await journal.read(0, 10**6) if isinstance(e, Scan)][-1]
    assert newest.values[0] == 999


async def test_a_commit_that_reached_the_disk_though_it_failed_is_not_repeated(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    journal = await Journal.open(path, QUICK)
    series = journal.series(series_key())
    append(journal, series, 1)
    batch = journal._intake.take()  # pyright: ignore[reportPrivateUsage]
    store = journal._files.store  # pyright: ignore[reportPrivateUsage]
    await journal._files.write(lambda: store.write(batch))  # pyright: ignore[reportPrivateUsage]
    store._in_doubt = True  # pyright: ignore[reportPrivateUsage]
    journal._intake.settle(written=False)  # pyright: ignore[reportPrivateUsage]
    append(journal, series, 2)
    await journal.close()
    with JournalReader(path) as reader:
        assert [entry.seq for entry in reader.entries(0, 10)] == [1, 2]
        assert reader.statistics().entries == 2


async def test_a_file_another_program_has_locked_is_told_once_and_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_TIMEOUT", 0.01)
    path = tmp_path / "journal.db"
    settings = JournalSettings(commit_interval=0.001, retention_interval=0.001, max_age=60.0)
    clock = Clock()
    async with running(path, settings, clock) as journal:
        series = journal.series(series_key())
        for _ in range(2):  # apart, for what was committed together goes together
            await journal.wait_beyond(append(journal, series, 0) - 1)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            clock.now += 3600 * NS  # something to delete
            append(journal, series, 3600)
            await until(lambda: journal.counters.failed_commits >= 3)
            assert "locked" in (journal.trouble or "")
        await until(lambda: journal.trouble is None and journal.counters.expired == 2)
    with JournalReader(path) as reader:
        kinds = [event.kind for event in reader.events(Query())]
    assert sorted(kinds) == ["journal-trouble", "journal-trouble-end", "retention-failed"]
