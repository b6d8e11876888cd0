"""A real file system, a few MB large, that is full: before, at the start, and in recovery."""

import asyncio
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path

import pytest

from daq.journal import Cursor, Event, Journal, JournalReader, JournalSettings, Query
from daq.journal.reserve import Reserve
from daq.journal.settings import WhenFull
from tests.journal_samples import append, good, running, series_key, time_of, until, values_of
from tests.system.faults.disk import BALLAST, clear, fill, small_disk

WIDTH = 100
"""Channels of a scan: about 800 bytes."""


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    with small_disk(tmp_path / "disk", "4m") as folder:
        yield folder


def settings(when_full: WhenFull = "drop-oldest", **limits: int) -> JournalSettings:
    return JournalSettings(
        commit_interval=0.001, retention_interval=0.02, when_full=when_full, **limits
    )


def write(journal: Journal, count: int) -> list[int]:
    """Scans whose values are their numbers; 0 for those that were not taken."""
    series = journal.series(series_key(width=WIDTH))
    numbers: list[int] = []
    for _ in range(count):
        number = journal._intake._next  # pyright: ignore[reportPrivateUsage]
        numbers.append(append(journal, series, number))
    return numbers


async def some(journal: Journal, count: int = 200) -> int:
    last = write(journal, count)[-1]
    await until(lambda: journal.committed >= last)
    return last


def look(path: Path) -> tuple[list[int], list[Event]]:
    """The numbers in the file, in order, and the events; every scan is what it has to be."""
    with JournalReader(path) as reader:
        numbers = [entry.seq for entry in reader.entries(0, 10**6)]
        for scan in reader.scans(Query()):
            assert (scan.time, scan.values) == (time_of(scan.seq), values_of(scan.seq, WIDTH))
            assert scan.statuses == good(WIDTH)
        return numbers, list(reader.events(Query()))


@pytest.mark.parametrize("when_full", ["drop-oldest", "drop-new"])
async def test_a_full_disk_costs_what_memory_cannot_hold_and_says_what(
    disk: Path, when_full: WhenFull
) -> None:
    path = disk / "journal.db"
    async with running(path, settings(when_full, max_pending=500_000)) as journal:
        before = await some(journal)
        fill(disk)
        numbers: list[int] = []
        for _ in range(40):
            numbers += write(journal, 50)
            await asyncio.sleep(0.002)
        assert "full" in (journal.trouble or "")
        lost = journal.counters.dropped_pending
        assert lost > 500
        clear(disk)
        await until(lambda: journal.trouble is None)
        after = await some(journal, 10)
    stored, events = look(path)
    (end,) = [event for event in events if event.kind == "journal-trouble-end"]
    missing = sorted(set(range(1, after + 1)) - set(stored))
    assert stored == sorted(stored)
    assert end.data["count"] == lost
    # What was refused never had a number; so are new ones while a commit holds all there is.
    assert len(missing) + numbers.count(0) == lost
    assert (len(missing) == 0) == (when_full == "drop-new")
    if missing:
        assert (end.data["first"], end.data["last"]) == (missing[0], missing[-1])
        assert missing[0] > before
    assert len(events) - events.index(end) == 1


@pytest.mark.parametrize("exists", [True, False])
async def test_a_daemon_that_starts_on_a_full_disk(disk: Path, *, exists: bool) -> None:
    path, last = disk / "journal.db", 0
    if exists:
        async with running(path, settings()) as journal:
            last = await some(journal)
            journal.save_cursor("mqtt", Cursor(last, ((3, 5),)))
    fill(disk)
    async with running(path, settings()) as journal:
        assert journal.trouble is not None
        assert journal.committed == last
        assert journal.cursor("mqtt") == (Cursor(last, ((3, 5),)) if exists else None)
        numbers = write(journal, 100)
        await asyncio.sleep(0.05)
        assert journal.committed == last
        clear(disk)
        await until(lambda: journal.committed >= numbers[-1] and journal.trouble is None)
    stored, events = look(path)
    assert stored == list(range(1, stored[-1] + 1))
    assert stored[-1] > numbers[-1]
    assert [event.kind for event in events] == ["journal-trouble", "journal-trouble-end"]


async def test_limits_that_a_full_disk_does_not_let_be_kept_are_kept_later(disk: Path) -> None:
    path = disk / "journal.db"
    async with running(path, settings()) as journal:
        await some(journal, 1500)
    fill(disk)
    async with running(path, settings()) as journal:
        journal.keep_within(max_size=1_000_000, max_age=400 * 86400.0)
        write(journal, 10)
        await asyncio.sleep(0.1)
        clear(disk)
        await until(lambda: journal.trouble is None and journal.counters.dropped_oldest > 0)
        await until(lambda: (o := journal.outlook) is not None and o.space.used <= 1_000_000)
    stored, events = look(path)
    assert stored == list(range(stored[0], stored[-1] + 1))
    assert {event.kind for event in events} >= {"journal-full", "journal-trouble-end"}


async def test_a_disk_too_small_for_what_can_be_recovered(disk: Path) -> None:
    path = disk / "journal.db"
    async with running(path, settings()) as journal:
        last = await some(journal, 1000)
    with path.open("r+b") as stream:
        stream.write(bytes(100))
    fill(disk)
    async with running(path, settings()) as journal:
        assert "no room for what can be recovered" in (journal.trouble or "")
        first = write(journal, 10)[0]
        assert first > last
        clear(disk)
        await until(lambda: journal.committed >= first + 9)
    stored, events = look(path)
    assert stored[:last] == list(range(1, last + 1))
    assert stored[last] > last
    assert set(range(first, first + 10)) <= set(stored)
    (damage,) = [event for event in events if event.kind == "journal-damaged"]
    assert (damage.data["entries"], damage.data["missing"]) == (last, 0)


async def test_a_log_that_a_reader_keeps_from_ending_fills_the_disk(disk: Path) -> None:
    """While somebody reads an old state the log only grows; that somebody is none of ours."""
    path = disk / "journal.db"
    (disk / BALLAST).write_bytes(bytes(2_000_000))
    async with running(path, settings()) as journal:
        await some(journal, 100)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute("SELECT count(*) FROM entries").fetchone()
            async with asyncio.timeout(30):
                while journal.trouble is None:
                    write(journal, 50)
                    await asyncio.sleep(0.005)
        clear(disk)
        await some(journal, 1)
        await until(lambda: journal.trouble is None)
    stored, _ = look(path)
    assert stored == list(range(1, stored[-1] + 1))


@pytest.fixture
def large_disk(tmp_path: Path) -> Generator[Path]:
    with small_disk(tmp_path / "disk", "64m") as folder:
        yield folder


async def test_old_entries_give_way_to_new_ones_while_the_disk_stays_full(
    large_disk: Path,
) -> None:
    path = large_disk / "journal.db"
    reserve = Reserve(path).path
    async with running(path, settings(max_pending=1_000_000)) as journal:
        for _ in range(23):
            await some(journal, 500)
        before = await some(journal, 500)
        await until(reserve.exists)
        fill(large_disk)
        while journal.trouble is None:
            write(journal, 10)
            await asyncio.sleep(0.005)
        assert reserve.exists()  # a full disk alone costs nothing yet
        write(journal, 700)
        await until(lambda: journal.trouble is None)
        assert not reserve.exists()
        for _ in range(39):
            await some(journal, 100)
        last = await some(journal, 100)
        clear(large_disk)
        await until(reserve.exists)
        await until(lambda: not journal._limits._losses.full)  # pyright: ignore[reportPrivateUsage]
        await some(journal, 10)
    assert journal.counters.dropped_pending == 0
    stored, events = look(path)
    assert stored == list(range(stored[0], stored[-1] + 1))
    assert 1 < stored[0] < before < last
    assert journal.counters.dropped_oldest == stored[0] - 1
    kinds = [event.kind for event in events]
    assert [kinds.count(kind) for kind in ("journal-full", "journal-full-end")] == [1, 1]


async def test_room_that_others_take_at_once_is_no_harm(
    large_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = large_disk / "journal.db"
    release = Reserve.release

    def taken(reserve: Reserve) -> None:
        release(reserve)
        fill(large_disk)

    async with running(path, settings(max_pending=1_000_000)) as journal:
        await some(journal, 500)
        await until(Reserve(path).path.exists)
        fill(large_disk)
        monkeypatch.setattr(Reserve, "release", taken)
        write(journal, 700)
        await until(lambda: not Reserve(path).path.exists())
        monkeypatch.undo()
        clear(large_disk)
        await until(lambda: journal.trouble is None)
    stored, _ = look(path)
    assert stored == list(range(stored[0], stored[-1] + 1))
    assert journal.counters.dropped_oldest == stored[0] - 1
    assert journal.counters.dropped_pending == 0


async def test_who_wants_new_ones_refused_needs_no_reserve(large_disk: Path) -> None:
    path = large_disk / "journal.db"
    async with running(path, settings()) as journal:
        await until(Reserve(path).path.exists)
        await some(journal, 10)
    async with running(path, settings("drop-new")) as journal:
        await until(lambda: not Reserve(path).path.exists())
        await some(journal, 10)
