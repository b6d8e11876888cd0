"""Periods and instruments are found without an index, also when the clock has jumped about."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daq.journal import JournalReader, JournalSettings, Query, Scan, schema
from tests.journal_samples import NOON, NS, good, running, series_key

SIZE = 300


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 16 entries, so that a small journal has many."""
    monkeypatch.setattr(schema, "BLOCK_BITS", 4)
    monkeypatch.setattr(schema, "BLOCK", 16)


async def build(path: Path) -> list[Scan]:
    """Three instruments, one of them rare; the clock steps back and forth by hours."""
    async with running(
        path, JournalSettings(commit_interval=0.001, recent=10**6, recent_commits=10**6)
    ) as journal:
        for number in range(1, SIZE + 1):
            name = "rare" if number % 97 == 0 else ("meter", "oven")[number % 2]
            group = ("fast", "slow")[number % 3 == 0]
            step = {0: 0, 1: -3600, 2: 7200}[number // 100 % 3]
            series = journal.series(series_key(name, group))
            journal.append_scan(series, NOON + (number + step) * NS, (number, 1, 2), good(3))
        journal.append_event("start", "daq", "event")
        await journal.wait_beyond(SIZE)
        return [entry for entry in await journal.read(0, 10**6) if isinstance(entry, Scan)]


@pytest.mark.usefixtures("small_blocks")
async def test_a_query_finds_what_a_look_at_every_entry_finds(tmp_path: Path) -> None:
    scans = await build(tmp_path / "journal.db")
    times = st.one_of(st.none(), st.sampled_from([scan.time for scan in scans]))
    names = st.frozensets(st.sampled_from(["meter", "oven", "rare", "absent"]))
    groups = st.frozensets(st.sampled_from(["fast", "slow"]), max_size=1)

    with JournalReader(tmp_path / "journal.db") as reader:

        @settings(suppress_health_check=[HealthCheck.nested_given], deadline=None)
        @given(st.builds(Query, start=times, end=times, instruments=names, groups=groups))
        def compare(query: Query) -> None:
            expected = [
                scan
                for scan in scans
                if (query.start is None or scan.time >= query.start)
                and (query.end is None or scan.time < query.end)
                and (not query.instruments or scan.series.key.instrument in query.instruments)
                and (not query.groups or scan.series.key.group in query.groups)
            ]
            progress: list[tuple[int, int]] = []

            def tell(done: int, total: int) -> None:
                progress.append((done, total))

            assert list(reader.scans(query, tell)) == expected
            if progress:
                done, total = progress[-1]
                assert done == total <= SIZE + 1

        compare()


@pytest.mark.usefixtures("small_blocks")
async def test_the_latest_scan_of_every_series_rare_or_not(tmp_path: Path) -> None:
    scans = await build(tmp_path / "journal.db")
    newest = {scan.series.id: scan for scan in scans}
    with JournalReader(tmp_path / "journal.db") as reader:
        assert reader.latest() == sorted(newest.values(), key=lambda scan: scan.seq)


@pytest.mark.usefixtures("small_blocks")
async def test_statistics_count_exactly(tmp_path: Path) -> None:
    await build(tmp_path / "journal.db")
    with JournalReader(tmp_path / "journal.db") as reader:
        statistics = reader.statistics()
    assert (statistics.entries, statistics.first_seq, statistics.last_seq) == (301, 1, 301)
    assert statistics.first_time == NOON + NS
    assert statistics.bytes >= (tmp_path / "journal.db").stat().st_size


@pytest.mark.usefixtures("small_blocks")
async def test_a_period_touches_only_its_blocks(tmp_path: Path) -> None:
    await build(tmp_path / "journal.db")
    totals: list[int] = []
    with JournalReader(tmp_path / "journal.db") as reader:
        query = Query(start=NOON + 20 * NS, end=NOON + 40 * NS)
        assert len(list(reader.scans(query, lambda _, total: totals.append(total)))) == 20
        assert totals[-1] < 80


async def test_an_empty_journal_answers_everything(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db"):
        pass
    with JournalReader(tmp_path / "journal.db") as reader:
        assert reader.latest() == list(reader.scans(Query())) == reader.entries(0, 10) == []
        statistics = reader.statistics()
        assert (statistics.entries, statistics.first_seq, statistics.last_time) == (0, 0, 0)
