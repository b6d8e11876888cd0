"""Damage and loss of the file while the journal is open, and recoveries that are interrupted."""

import asyncio
import errno
import os
import shutil
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from daq.journal import (
    Cursor,
    Event,
    Journal,
    JournalDamagedError,
    JournalError,
    JournalReader,
    JournalSettings,
    Query,
    access,
)
from daq.journal.reserve import Reserve
from daq.journal.salvage import aside
from daq.journal.salvage.wal import wal_of
from tests.journal_samples import QUICK, append, running, series_key, until, values_of
from tests.scripted_sink import ScriptedSink, delivered, pumping

PAGE = 4096
INCURIOUS = JournalSettings(commit_interval=0.001, patrol_interval=3600, summary_interval=3600)
"""Only who is asked for an entry comes across damage, however long the test takes."""
ALERT = JournalSettings(commit_interval=0.001, patrol_interval=0.001)


async def fill(journal: Journal, count: int) -> int:
    """Scans whose values tell their number; the last number."""
    series = journal.series(series_key())
    for _ in range(count):
        number = journal._intake._next  # pyright: ignore[reportPrivateUsage]
        assert append(journal, series, number) == number
    await journal.wait_beyond(journal._intake._next - 2)  # pyright: ignore[reportPrivateUsage]
    return journal.committed


def damages(path: Path) -> list[Event]:
    with JournalReader(path) as reader:
        return [e for e in reader.events(Query()) if e.kind == "journal-damaged"]


def numbers_of_scans(path: Path) -> list[int]:
    """The numbers of the scans, each of which has the values it was given."""
    with JournalReader(path) as reader:
        scans = list(reader.scans(Query()))
    for scan in scans:
        assert scan.values == values_of(scan.seq, 3)
    return [scan.seq for scan in scans]


async def read_until_it_fails(journal: Journal) -> None:
    async with asyncio.timeout(20):
        while True:
            await journal.read(0, 10**6)


def spoil(path: Path, page: int, count: int = 1) -> None:
    """Overwrite pages of the file, counted from 0."""
    with path.open("r+b") as stream:
        stream.seek(page * PAGE)
        stream.write(b"\xa5" * PAGE * count)


async def move_log_into_file(journal: Journal) -> None:
    files = journal._files  # pyright: ignore[reportPrivateUsage]
    connection = files.store._access._connection  # pyright: ignore[reportPrivateUsage]
    assert connection is not None
    await files.write(lambda: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())


async def test_damage_that_appears_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, ALERT) as journal:
        last = await fill(journal, 8000)
        journal.save_cursor("mqtt", Cursor(last, ((5, 9),)))
        await move_log_into_file(journal)
        spoil(path, path.stat().st_size // PAGE // 2)
        await until(lambda: list(tmp_path.glob("*.damaged-*")) != [])
        after = await fill(journal, 10)
        assert journal.trouble is None
        assert len(await journal.read(0, 10**6)) > 7800  # a pump reads on over the gap
    (event,) = damages(path)
    kept = numbers_of_scans(path)
    missing = set(range(1, last + 1)) - set(kept)
    assert 1 <= len(missing) < 200
    assert event.data["missing"] == len(missing)
    assert event.data["gaps"] == f"{min(missing)}-{max(missing)}"
    assert last < event.seq <= after
    with JournalReader(path) as reader:
        assert reader.cursors() == {"mqtt": Cursor(last, ((5, 9),))}


async def test_a_pump_comes_across_it_first(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, INCURIOUS) as journal:
        await fill(journal, 8000)
        await move_log_into_file(journal)
        spoil(path, path.stat().st_size // PAGE // 2)
        with pytest.raises(JournalDamagedError):
            await read_until_it_fails(journal)
        # Its page may be one that shows events: they are read when there is a new file.
        await until(lambda: list(tmp_path.glob("*.damaged-*")) != [] and path.exists())
        await until(lambda: bool(damages(path)))
        assert len(await journal.read(0, 10**6)) > 7800


async def test_the_series_are_known_as_long_as_the_journal_is_open(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, ALERT) as journal:
        last = await fill(journal, 5000)
        await move_log_into_file(journal)
        spoil(path, 1, 12)  # every table's first page: series, their copy, cursors ...
        async with asyncio.timeout(20):
            while not list(tmp_path.glob("*.damaged-*")):
                await fill(journal, 1)  # SQLite does not read again what nobody has changed
        await fill(journal, 10)
    assert len(numbers_of_scans(path)) > last - 300


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_file_that_is_removed_while_it_is_open(tmp_path: Path, *, replaced: bool) -> None:
    path = tmp_path / "journal.db"
    other = tmp_path / "other.db"
    async with running(other) as journal:
        journal.series(series_key("stranger"))
        await fill(journal, 20)
    async with running(path) as journal:
        last = await fill(journal, 100)
        path.unlink()
        if replaced:
            shutil.copy(other, path)
        after = await fill(journal, 100)
    (event,) = damages(path)
    assert "removed or replaced" in event.text
    # What had not been moved out of the log yet could be read from it.
    kept = numbers_of_scans(path)
    assert kept[-100:] == list(range(after - 99, after + 1)) or kept[-101:-1] == kept[-100:]
    assert {seq for seq in kept if seq > last} == set(range(last + 1, after + 1)) - {event.seq}
    with JournalReader(path) as reader:
        assert {each.key.instrument for each in reader.series()} == {"meter"}


async def noticed(journal: Journal, condition: Callable[[], bool]) -> None:
    """Wait, and write meanwhile: SQLite does not read again what nobody has changed."""
    async with asyncio.timeout(20):
        while not condition():
            journal.append_event("noted", "bench", "something to commit")
            await asyncio.sleep(0.01)


async def test_a_disk_that_damages_again_and_again_is_not_filled_with_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.db"
    async with running(path, ALERT) as journal:
        await fill(journal, 8000)
        for _ in range(2):
            await move_log_into_file(journal)
            spoil(path, path.stat().st_size // PAGE // 2)
            await noticed(journal, lambda: journal.trouble is not None or bool(damages(path)))
        await noticed(journal, lambda: "damaged again" in (journal.trouble or ""))
        assert len(list(tmp_path.glob("*.damaged-*Z"))) == 1
        monkeypatch.setattr(access, "RECOVERY_PAUSE", 0.0)
        await until(lambda: journal.trouble is None)
    assert len(damages(path)) == 2


async def spoiled(path: Path, count: int = 5000) -> int:
    """A closed journal whose header is lost; its last number."""
    async with running(path) as journal:
        last = await fill(journal, count)
    spoil(path, 0)
    return last


@pytest.mark.parametrize("told", [True, False])
async def test_a_beginning_that_is_lost_is_told(tmp_path: Path, *, told: bool) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await fill(journal, 3000)
    with closing(sqlite3.connect(path)) as file:
        if not told:  # the damage took what tells where the journal begins, too
            file.execute("DELETE FROM beginnings")
        file.execute("DELETE FROM entries WHERE seq <= 100")
        file.commit()
    spoil(path, 0)
    async with running(path) as journal:
        await fill(journal, 1)
    (event,) = damages(path)
    assert event.data["first"] == 101
    assert ("of entries before 101 nothing is known" in event.text) is not told
    assert event.data["missing"] == (100 if told else 0)
    assert str(event.data["gaps"]) == ("1-100" if told else "")


async def test_no_room_for_a_recovery_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal.db"
    last = await spoiled(path)
    damaged = path.read_bytes()
    room = os.statvfs(tmp_path)
    full = os.statvfs_result((*room[:4], 3, *room[5:]))
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", {tmp_path: full}.__getitem__)
        journal = await Journal.open(path, QUICK)
        running_journal = asyncio.create_task(journal.run())
        assert "no room" in (journal.trouble or "")
        first = append(journal, journal.series(series_key()), last + 20_000)
        assert first > last
        await asyncio.sleep(0.05)
        assert path.read_bytes() == damaged
        with pytest.raises(JournalError):
            await journal.read(0, 10)
    await journal.wait_beyond(first - 1)
    running_journal.cancel()
    await asyncio.wait([running_journal])
    await journal.close()
    with JournalReader(path) as reader:
        scans = list(reader.scans(Query()))
        kinds = [event.kind for event in reader.events(Query())]
    assert [scan.seq for scan in scans] == [*range(1, last + 1), first]
    assert sorted(kinds) == ["journal-damaged", "journal-trouble", "journal-trouble-end"]


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("steps", range(5))
async def test_a_recovery_that_is_interrupted_is_finished_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int, *, again: bool
) -> None:
    """After each of the changes it makes to the folder."""
    path = tmp_path / "journal.db"
    last = await torn(path)
    rename, done = Path.rename, 0

    def counted(self: Path, target: Path) -> Path:
        nonlocal done
        if done == steps:
            raise OSError(errno.EIO, "no further")
        done += 1
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(aside.Path, "rename", counted)
        journal = await Journal.open(path, QUICK)
        assert journal.committed >= last
        assert (journal.trouble is None) == (done == 4)  # complete; log, file aside; in place
        if again:
            await journal.close()
    async with running(path) if again else going_on(journal):
        pass
    assert len(numbers_of_scans(path)) >= last - 200
    assert len(damages(path)) == 1
    (damaged,) = tmp_path.glob("journal.db.damaged-*Z")
    assert {*tmp_path.glob("journal.*")} - {Reserve(path).path} == {
        *(path, damaged, wal_of(damaged), tmp_path / "journal.db.lock")
    }


@asynccontextmanager
async def going_on(journal: Journal) -> AsyncGenerator[None]:
    """The same daemon, when the disk lets it."""
    task = asyncio.create_task(journal.run())
    await journal.wait_beyond(journal.committed)
    yield
    task.cancel()
    await asyncio.wait([task])
    await journal.close()


async def torn(path: Path) -> int:
    """A journal that was killed, its log damaged in the middle; the last number."""
    last, other = 0, path.with_name("running.db")
    async with running(other) as journal:
        for _ in range(50):
            last = await fill(journal, 20)
        for suffix in ("", "-wal", ".lock"):
            shutil.copy(f"{other}{suffix}", f"{path}{suffix}")
    spoil(wal_of(path), wal_of(path).stat().st_size // PAGE // 3)
    return last


async def test_a_log_torn_in_its_middle_is_noticed_and_read_beyond(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    last = await torn(path)
    async with running(path) as journal:
        assert journal.committed >= last
    (event,) = damages(path)
    assert "commits in the log cannot be read" in event.text
    assert len(numbers_of_scans(path)) >= last - 200


async def test_a_reader_follows_to_a_new_file_and_its_series(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await fill(journal, 10)
    with JournalReader(path) as reader:
        assert len(reader.entries(0, 100)) == 10
        for file in tmp_path.glob("journal.db*"):
            file.unlink()
        async with running(path) as journal:
            append(journal, journal.series(series_key("another")), 1)
        (scan,) = reader.scans(Query())
        assert scan.series.key.instrument == "another"
        assert [each.key.instrument for each in reader.series()] == ["another"]


async def test_delivery_goes_on_over_what_is_missing(tmp_path: Path) -> None:
    path, sink = tmp_path / "journal.db", ScriptedSink()
    async with running(path) as journal:
        last = await fill(journal, 6000)
        journal.save_cursor(sink.name, Cursor(2000, ((5, 9),)))
    spoil(path, 0)
    spoil(path, path.stat().st_size // PAGE // 2)
    async with running(path) as journal, pumping(journal, sink) as pump:
        after = await fill(journal, 10)
        await delivered(pump, after)
        assert journal.cursor(sink.name) == Cursor(journal.committed)
    kept = numbers_of_scans(path)
    assert 5800 < len(kept) < 6010
    assert after > last + 10
    wanted = [s for s in kept if s > 2000 or 5 <= s <= 9]
    assert sorted(sink.delivered) == sorted([*wanted, damages(path)[0].seq])


async def test_an_older_copy_that_was_put_back_does_not_repeat_numbers(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await fill(journal, 100)
    before = path.read_bytes()
    async with running(path) as journal:
        last = await fill(journal, 100)
    path.write_bytes(before)
    async with running(path) as journal:
        assert append(journal, journal.series(series_key()), 10**6) > last
    (event,) = damages(path)
    assert "ends with entry 100, but 200 was in it" in event.text
