import asyncio
from pathlib import Path

import pytest

from daq.journal import (
    Cursor,
    Event,
    Journal,
    JournalError,
    JournalLockedError,
    JournalReader,
    JournalSettings,
    Query,
    Scan,
)
from drivers.model import Status
from tests.journal_samples import NOON, QUICK, append, good, running, series_key, until, values_of


async def test_nothing_is_readable_before_it_is_committed(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "journal.db", QUICK)
    append(journal, journal.series(series_key()), 1)
    assert journal.committed == 0
    assert await journal.read(0, 10) == []
    with JournalReader(tmp_path / "journal.db") as reader:
        assert reader.entries(0, 10) == []
    await journal.close()


async def test_closing_commits_what_is_pending(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "journal.db", QUICK)
    append(journal, journal.series(series_key()), 1)
    await journal.close()
    await journal.close()
    assert journal.committed == 1
    with JournalReader(tmp_path / "journal.db") as reader:
        assert [entry.seq for entry in reader.entries(0, 10)] == [1]


async def test_cancelling_run_commits_what_is_pending(tmp_path: Path) -> None:
    settings = JournalSettings(commit_interval=3600.0)
    journal = await Journal.open(tmp_path / "journal.db", settings)
    task = asyncio.create_task(journal.run())
    append(journal, journal.series(series_key()), 1)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert journal.committed == 1
    await journal.close()


async def test_entries_come_back_exactly_from_memory_and_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        series = journal.series(series_key())
        values = (0.1, float("nan"), 2**60 + 1)
        journal.append_scan(series, NOON, values, good(3))
        journal.append_event("bus-lost", "rs485-1", "断开", severity="error", data={"n": 1.5})
        await journal.wait_beyond(1)
        remembered = await journal.read(0, 10)
    async with running(path) as journal:
        stored = await journal.read(0, 10)
        assert stored == remembered
        scan, event = stored
    assert isinstance(scan, Scan)
    assert scan.values == (0.1, None, 2**60 + 1)
    assert scan.statuses == (Status.GOOD, Status.NOT_A_NUMBER, Status.GOOD)
    assert isinstance(event, Event)
    assert (event.kind, event.text, event.data) == ("bus-lost", "断开", {"n": 1.5})


async def test_numbers_series_and_cursors_go_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    cursor = Cursor(2, ((1, 1),))
    async with running(path) as journal:
        series = journal.series(series_key())
        assert [append(journal, series, n) for n in (1, 2)] == [1, 2]
        journal.save_cursor("mqtt", cursor)
    async with running(path) as journal:
        assert journal.committed == 2
        assert journal.cursor("mqtt") == cursor
        assert journal.cursor("influx") is None
        assert journal.series(series_key()) == series
        assert append(journal, series, 3) == 3
        repeated = append(journal, series, 3)
        await journal.wait_beyond(3)
        (entry,) = await journal.read(repeated - 1, 1)
        assert entry.time == NOON + 3 * 10**9 + 1000


async def test_a_time_repeated_across_a_restart_is_moved_too(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    for _ in range(2):
        async with running(path) as journal:
            append(journal, journal.series(series_key()), 1)
    with JournalReader(path) as reader:
        assert [entry.time for entry in reader.entries(0, 10)] == [
            NOON + 10**9,
            NOON + 10**9 + 1000,
        ]


async def test_reading_is_in_order_and_within_its_limits(tmp_path: Path) -> None:
    settings = JournalSettings(commit_interval=0.001, recent=20)
    async with running(tmp_path / "journal.db", settings) as journal:
        series = journal.series(series_key())
        for number in range(1, 101):
            append(journal, series, number)
        await journal.wait_beyond(99)
        for after, limit, upto in ((0, 5, None), (3, 50, 10), (85, 100, None), (90, 3, 99)):
            last = min(after + limit, upto or 100)
            entries = await journal.read(after, limit, upto)
            assert [entry.seq for entry in entries] == list(range(after + 1, last + 1))
        assert await journal.read(100, 5) == []


async def test_waiting_ends_only_beyond_the_number(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal:
        series = journal.series(series_key())
        waiting = asyncio.create_task(journal.wait_beyond(1))
        append(journal, series, 1)
        await journal.wait_beyond(0)
        assert not waiting.done()
        append(journal, series, 2)
        assert await asyncio.wait_for(waiting, 10) == 2


async def test_a_second_writer_is_refused_by_any_name_of_the_file(tmp_path: Path) -> None:
    path, other = tmp_path / "journal.db", tmp_path / "other.db"
    other.symlink_to(path)
    async with running(path):
        for name in (path, other):
            with pytest.raises(JournalLockedError, match="another process"):
                await Journal.open(name, QUICK)
    async with running(path):
        pass


async def test_quarantine_is_kept_with_its_reason(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        append(journal, journal.series(series_key()), 1)
        journal.quarantine("mqtt", {1: "payload too large \udc80" + "!" * 1000})
    with JournalReader(path) as reader:
        (entry,) = reader.quarantined("mqtt")
        assert entry.reason.startswith("payload too large \\udc80!")
        assert len(entry.reason) < 600
        assert list(reader.quarantined("influx")) == []
        assert list(reader.quarantined()) == [entry]
        assert reader.quarantine_counts() == {"mqtt": 1}


async def test_what_is_released_leaves_quarantine_and_may_come_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path, JournalSettings(commit_interval=3600.0)) as journal:
        for sink in ("influx", "mqtt"):
            journal.quarantine(sink, dict.fromkeys(range(1, 2501), "first"))
        journal.release("influx", [3])
        journal.quarantine("influx", {3: "again"})
    async with running(path) as journal:
        journal.release("mqtt", range(1, 2500))
        journal.release("mqtt", [7])
    with JournalReader(path) as reader:
        assert [entry.seq for entry in reader.quarantined("influx")] == list(range(1, 2501))
        assert [e.seq for e in reader.quarantined() if e.reason == "again"] == [3]
        assert [entry.seq for entry in reader.quarantined("mqtt")] == [2500]


async def test_a_closed_journal_refuses_and_a_wrong_scan_raises_at_once(tmp_path: Path) -> None:
    journal = await Journal.open(tmp_path / "journal.db", QUICK)
    series = journal.series(series_key())
    with pytest.raises(ValueError, match="3 channels"):
        journal.append_scan(series, NOON, (1.0,), (Status.GOOD,))
    with pytest.raises(ValueError, match="nanoseconds"):
        journal.append_scan(series, 2**70, values_of(1, 3), good(3))
    assert append(journal, series, 1) == 1
    await journal.close()
    with pytest.raises(JournalError, match="closed"):
        append(journal, series, 2)


@pytest.mark.parametrize("content", [b"not a database, " * 100, b"\0" * 4096])
async def test_a_foreign_file_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(content)
    with pytest.raises(JournalError, match=str(path)):
        await Journal.open(path, QUICK)
    with pytest.raises(JournalError, match=str(path)):
        JournalReader(path)
    assert path.read_bytes() == content


async def test_reading_where_no_journal_is_says_so(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="no such journal"):
        JournalReader(tmp_path / "journal.db")
    with pytest.raises(JournalError, match="cannot lock"):
        await Journal.open(tmp_path / "no" / "such" / "folder" / "journal.db", QUICK)


async def test_events_of_the_journal_itself_are_found_by_query(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        journal.append_event("start", "daq", "started", time=NOON)
        journal.append_event("stop", "daq", "stopped", time=NOON + 10)
        append(journal, journal.series(series_key()), 0)
    with JournalReader(path) as reader:
        assert [event.kind for event in reader.events(Query(end=NOON + 10))] == ["start"]
        assert [event.kind for event in reader.events(Query(start=NOON + 1))] == ["stop"]


async def test_what_cannot_wait_is_committed_at_once(tmp_path: Path) -> None:
    slow = JournalSettings(commit_interval=60.0)
    async with running(tmp_path / "journal.db", slow) as journal:
        seq = journal.append_event("start", "daq", "began")
        journal.hasten()
        await until(lambda: journal.committed >= seq)
