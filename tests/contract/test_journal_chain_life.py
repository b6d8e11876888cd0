"""What a journal goes through in years, and what is still proven afterwards."""

import asyncio
import gzip
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from daq.cli.verify import not_proven
from daq.journal import Journal, JournalReader, JournalSettings, Query, access
from daq.journal.chain.beginning import Beginning
from daq.journal.chain.link import GROUP, contents, entry_bytes, link
from daq.journal.chain.read import ChainReader, JournalUnchainedError
from daq.journal.chain.verify import Known, verify
from tests.chain_samples import KEY, alter, checkpoint, commit, found, sample, tampered
from tests.journal_samples import NOON, NS, QUICK, Clock, append, running, series_key, until

OLD = Path(__file__).parent.parent / "cases" / "journal" / "version-3.db.gz"
OLD_LAST = 4501
PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "chain.md"
DAY = 86_400 * NS


def beginnings(path: Path) -> list[Beginning]:
    with ChainReader(path) as reader:
        return reader.beginnings()


async def test_an_older_journal_is_chained_from_the_migration_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    with pytest.raises(JournalUnchainedError, match="has no chain yet"):
        verify(path)
    async with running(path) as journal:
        await commit(journal)
        await checkpoint(journal)
    verdict = verify(path, Known([KEY.public]))
    assert verdict.fault is None
    assert (verdict.begins, verdict.begins_after) == ("migrated", OLD_LAST)
    (unproven,) = verdict.unproven
    assert (unproven.first, unproven.last) == (1, OLD_LAST)
    assert "without a chain" in unproven.why
    assert verdict.proven == verdict.entries - OLD_LAST
    with tampered(path) as connection:
        connection.execute("UPDATE entries SET time = time + 1 WHERE seq = 7")
    assert (found(path).what, found(path).first) == ("checksum", 7)  # that much is known of it


async def test_retention_takes_whole_commits_and_the_chain_goes_on(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    settings = JournalSettings(commit_interval=0.001, retention_interval=0.005, max_age=86400.0)
    async with running(path, settings, clock) as journal:
        await commit(journal, 1000)
        first = await checkpoint(journal)
        await commit(journal, 1000)
        second = await checkpoint(journal)
        clock.now = NOON + DAY + 1500 * NS
        await until(lambda: journal.counters.expired >= 1200)
    verdict = verify(path, Known([KEY.public]))
    assert verdict.fault is None
    assert verdict.begins == "deleted"
    assert (verdict.first, verdict.unproven) == (verdict.begins_after + 1, [])
    assert (verdict.checkpoints, verdict.vouched) == (2, second.entry)
    assert first.entry < verdict.first
    # What stands for the deleted cannot be exchanged: what is signed follows from it.
    with tampered(path) as connection:
        connection.execute("UPDATE beginnings SET hash = ?", (bytes(32),))
    assert (found(path, KEY).what, found(path, KEY).first) == ("altered", verdict.first)


async def test_a_checkpoint_of_deleted_entries_cannot_be_taken_away(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    settings = JournalSettings(commit_interval=0.001, retention_interval=0.005, max_age=86400.0)
    async with running(path, settings, clock) as journal:
        for _ in range(3):
            await commit(journal, 100)
            await checkpoint(journal)
        clock.now = NOON + DAY + 250 * NS
        await until(lambda: journal.counters.expired >= 200)
    assert verify(path, Known([KEY.public])).fault is None
    with tampered(path) as connection:
        (seq,) = connection.execute("SELECT min(seq) FROM checkpoints").fetchone()
        connection.execute("DELETE FROM checkpoints WHERE seq = ?", (seq,))
    assert found(path, KEY).what == "checkpoint"


async def test_after_damage_the_chain_begins_anew_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "RECOVERY_PAUSE", 0.0)
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        for _ in range(20):
            await commit(journal, 200)
        await checkpoint(journal)
    content = bytearray(path.read_bytes())
    place = len(content) // 2 // 4096 * 4096
    content[place : place + 4096] = bytes(4096)
    path.write_bytes(content)
    path.with_name("journal.db-wal").unlink(missing_ok=True)
    assert verify(path).fault is not None
    async with running(path) as journal:  # whatever comes across it recovers it
        journal._files.store.distrust("a test", 0)  # pyright: ignore[reportPrivateUsage]
        await commit(journal)
        await checkpoint(journal)
    verdict = verify(path, Known([KEY.public]))
    assert verdict.fault is None
    assert verdict.begins == "recovered"
    assert verdict.begins_after >= 4001
    (unproven,) = verdict.unproven
    assert "damaged file" in unproven.why
    assert verdict.proven > 3000  # what is whole is still as it was committed
    assert verdict.checkpoints == 2
    with JournalReader(path) as reader:
        assert "journal-damaged" in [event.kind for event in reader.events(Query())]
    assert found_strictly(path) == unproven.first


def found_strictly(path: Path) -> int:
    fault = not_proven(verify(path))
    assert fault is not None
    return fault.first


async def test_checkpoints_survive_damage_that_takes_their_events(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    taken = await sample(path)
    with tampered(path) as connection:
        connection.execute("DELETE FROM entries WHERE seq > 60")
    async with running(path) as journal:  # the lock file knows that there were more
        await commit(journal)
        third = await checkpoint(journal)
        assert third.previous == taken[1].digest
    verdict = verify(path, Known([KEY.public]))
    assert (verdict.fault, verdict.checkpoints, verdict.begins) == (None, 3, "recovered")


async def test_a_commit_that_failed_is_chained_once(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    journal = await Journal.open(path, QUICK)
    store = journal._files.store  # pyright: ignore[reportPrivateUsage]
    append(journal, journal.series(series_key()), 1)
    batch = journal._intake.take()  # pyright: ignore[reportPrivateUsage]
    await journal._files.write(lambda: store.write(batch))  # pyright: ignore[reportPrivateUsage]
    store._in_doubt = True  # pyright: ignore[reportPrivateUsage] it reached the disk, and the fsync was said to fail
    journal._intake.settle(written=False)  # pyright: ignore[reportPrivateUsage]
    append(journal, journal.series(series_key()), 2)
    await journal.close()
    async with running(path) as journal:
        await commit(journal)
    verdict = verify(path)
    assert (verdict.fault, verdict.proven, verdict.groups) == (None, 7, 3)


async def test_numbers_that_were_given_up_are_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await commit(journal)
        journal._intake._next += 100  # pyright: ignore[reportPrivateUsage]
        await commit(journal)
    verdict = verify(path)
    assert (verdict.fault, verdict.entries, verdict.last) == (None, 10, 110)


async def test_a_large_commit_has_a_link_for_every_few_entries(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await commit(journal, 2 * GROUP + 1)
    assert verify(path).groups == 3


async def test_a_copy_of_a_daemon_that_was_killed_is_proven(tmp_path: Path) -> None:
    path, copy = tmp_path / "journal.db", tmp_path / "copy" / "journal.db"
    copy.parent.mkdir()
    async with running(path) as journal:
        await commit(journal)
        for file in tmp_path.glob("journal.db*"):
            shutil.copy(file, copy.parent / file.name)  # as a power cut leaves it
        async with running(copy) as other:
            await commit(other)
    assert verify(copy).proven == 10
    assert verify(path).proven == 5


async def test_what_others_need_of_a_chain(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    await sample(path)
    with ChainReader(path) as reader:
        groups = list(reader.groups(23, 61))
        assert [(g.rows[0][0], g.rows[-1][0]) for g in groups] == [
            *((first, first + 4) for first in range(21, 51, 5)),
            (51, 51),
            (52, 56),
            (57, 61),
        ]
        for group in groups:
            assert link(group.before, group.contents) == group.link
        before = groups[0].before
        for group in groups:
            assert group.before == before
            before = group.link
        group = groups[-1]
        assert contents(group.rows, group.digests) == group.contents
        row = group.rows[0]
        assert entry_bytes(row, group.digests[row[2]]).endswith(row[3])
        assert next(reader.groups(1, 1)).before == reader.beginnings()[0].hash
        assert [kept.seq for kept in reader.checkpoints()] == [51, 102]
        assert list(reader.groups(1000, 2000)) == []


async def test_a_file_that_is_no_journal_is_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entries(seq INTEGER PRIMARY KEY)")
    with pytest.raises(Exception, match="not a journal"):
        verify(path)
    with pytest.raises(Exception, match="no such journal"):
        verify(tmp_path / "none.db")


async def test_the_page_on_the_format_is_enough_to_check_a_journal(tmp_path: Path) -> None:
    path, program = tmp_path / "journal.db", tmp_path / "check.py"
    await sample(path)
    program.write_text(PAGE.read_text().split("```python\n")[1].split("```")[0])
    done = await asyncio.create_subprocess_exec(
        sys.executable, program, path, stdout=asyncio.subprocess.PIPE
    )
    assert verify(path).link in (await done.communicate())[0].decode()
    with tampered(path) as connection:
        alter(connection, 23)
    done = await asyncio.create_subprocess_exec(
        sys.executable, program, path, stderr=asyncio.subprocess.PIPE
    )
    assert "not what was written: entry 25" in (await done.communicate())[1].decode()
