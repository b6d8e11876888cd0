"""Size, age and what it costs; on real files, with a clock the test sets."""

import asyncio
from pathlib import Path

import pytest

from daq.journal import Cursor, Event, Journal, JournalReader, JournalSettings, Query
from tests.journal_samples import NOON, NS, Clock, append, good, running, series_key, until

DAY = 86400 * NS
WIDE = 100


def settings(**limits: object) -> JournalSettings:
    return JournalSettings(commit_interval=0.001, retention_interval=0.005, **limits)  # pyright: ignore[reportArgumentType]


async def until_within(journal: Journal, limit: int) -> None:
    files = journal._files  # pyright: ignore[reportPrivateUsage]
    async with asyncio.timeout(20):
        while await files.write(files.store.used) > limit:  # noqa: ASYNC110 - another thread's
            await asyncio.sleep(0.002)


async def fill(journal: Journal, count: int) -> None:
    """Scans of about 900 bytes."""
    series = journal.series(series_key(width=WIDE))
    start = journal.committed
    for number in range(start, start + count):
        append(journal, series, number)
    await journal.wait_beyond(start + count - 1)


def events(path: Path) -> list[Event]:
    with JournalReader(path) as reader:
        return list(reader.events(Query()))


async def test_the_oldest_give_way_when_the_size_is_reached(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    limit = 2_000_000
    async with running(path, settings(max_size=limit)) as journal:
        await fill(journal, 2500)
        await until(lambda: bool(events(path)))
        assert events(path)[0].data == {"policy": "drop-oldest"}
        for _ in range(8):
            await fill(journal, 1000)
            await until_within(journal, limit)
        assert journal.counters.expired == 0
        assert journal.counters.dropped_oldest >= 7000
    assert path.stat().st_size < 2 * limit
    with JournalReader(path) as reader:
        statistics = reader.statistics()
        assert statistics.first_seq == journal.counters.dropped_oldest + 1
        assert statistics.entries == statistics.last_seq - statistics.first_seq + 1
        entries = reader.entries(0, 100_000)
        assert [e.seq for e in entries] == list(range(entries[0].seq, statistics.last_seq + 1))


async def test_new_scans_are_refused_when_so_configured_until_there_is_room(
    tmp_path: Path,
) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    limits = settings(max_size=1_000_000, when_full="drop-new", max_age=86400.0)
    async with running(path, limits, clock) as journal:
        await fill(journal, 1500)
        series = journal.series(series_key(width=WIDE))
        await until(lambda: append(journal, series, 5000) == 0)
        assert append(journal, series, 5001) == 0
        event = journal.append_event("operator", "daq", "events are kept")
        await journal.wait_beyond(event - 1)
        assert [e.kind for e in events(path)] == ["journal-full", "operator"]
        clock.now = NOON + 3 * DAY
        await until(lambda: append(journal, series, 10**6) > 0)
        refused = journal.counters.refused
    (end,) = [event for event in events(path) if event.kind == "journal-full-end"]
    assert end.data["count"] == refused >= 2


async def test_what_is_too_old_goes_and_the_newest_entry_stays(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path, settings(max_age=86400.0), clock) as journal:
        for together in (2000, 499, 1):  # what was committed together goes together
            await fill(journal, together)
        clock.now = NOON + 2000 * NS + DAY
        await until(lambda: journal.counters.expired == 2000)
        clock.now = NOON + 3 * DAY
        await until(lambda: journal.counters.expired == 2499)
    async with running(path, settings(max_age=86400.0), clock) as journal:
        assert journal.committed == 2500
        assert append(journal, journal.series(series_key(width=WIDE)), 1) == 2501


async def test_an_unset_clock_does_not_take_earlier_entries_along(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock(NOON + 60 * NS)
    async with running(path, settings(max_age=86400.0), clock) as journal:
        series = journal.series(series_key())
        future = NOON + 1000 * DAY
        for time in (future, NOON, 0, NS, NOON + NS, future, NOON, future + NS, future + 2 * NS):
            seq = journal.append_scan(series, time, (1.0, 2.0, 3.0), good(3))
            await journal.wait_beyond(seq - 1)  # what was committed together goes together
        assert await journal._files.write(journal._limits._retention.expire) is None  # pyright: ignore[reportPrivateUsage]
        # Once what precedes them has expired they go too, and so does what is from the future
        # as long as something expired comes after it.
        clock.now = NOON + 2 * DAY
        await until(lambda: journal.counters.expired == 7)
        assert await journal._files.write(journal._limits._retention.expire) is None  # pyright: ignore[reportPrivateUsage]


async def test_sinks_that_had_not_got_them_are_counted_and_told(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, settings()) as journal:
        journal.save_cursor("gone", Cursor(0))  # a sink that is configured no more
    async with running(path, settings(max_size=1_000_000)) as journal:
        await fill(journal, 500)
        journal.save_cursor("quick", Cursor(10**6))
        journal.save_cursor("slow", Cursor(100, ((50, 59),)))
        await fill(journal, 4000)
        await until(lambda: journal.counters.dropped_oldest >= 2000)
        await until(lambda: bool(journal.counters.undelivered))
    dropped = journal.counters.dropped_oldest
    assert journal.counters.undelivered == {"slow": dropped - 100 + 10}
    (event,) = [event for event in events(path) if event.kind == "undelivered-dropped"]
    assert (event.subject, event.severity) == ("slow", "error")


@pytest.mark.parametrize("count", [5000, 13000])
async def test_blocks_that_are_gone_leave_no_trace(tmp_path: Path, count: int) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path, settings(max_age=86400.0), clock) as journal:
        rare = journal.series(series_key("rare"))
        append(journal, rare, 0)
        series = journal.series(series_key())
        for number in range(count - 1):
            append(journal, series, number)
        journal.quarantine("mqtt", {5: "bad", count: "bad"})
        await journal.wait_beyond(count - 1)
        clock.now = NOON + DAY + (count - 100) * NS
        await until(lambda: journal.counters.expired >= count - 400)
    with JournalReader(path) as reader:
        assert [scan.series.key.instrument for scan in reader.latest()] == ["meter"]
        assert [entry.seq for entry in reader.quarantined()] == [count]
        rest = count - journal.counters.expired
        assert reader.statistics().entries == rest == len(list(reader.scans(Query())))


async def test_limits_can_be_changed_while_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, settings()) as journal:
        await fill(journal, 600)
        journal.save_cursor("removed", Cursor(10))
        journal.retire("removed")
        journal.keep_within(max_size=300_000, max_age=400 * 86400.0)
        await until(lambda: journal.counters.dropped_oldest > 0)
        await until_within(journal, 300_000)
        assert journal.cursor("removed") == Cursor(10)
    assert [event.kind for event in events(path)] == ["journal-full"]
