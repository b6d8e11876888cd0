"""Trends are the same whether they come from summaries or from every single scan."""

import asyncio
import sqlite3
from bisect import bisect_left
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from daq.journal import Journal, JournalReader, JournalSettings, Query, Scan, Series
from daq.journal.schema import BLOCK
from daq.journal.trend import Trend
from daq.journal.trend.read import TrendQuery
from drivers.model import Quality, Status, Value
from tests.journal_samples import NOON, NS, good, running, series_key, until

SETTINGS = JournalSettings(commit_interval=0.001, summary_interval=0.001)
COUNT = 3 * BLOCK
WIDTH = 2
GAP = range(5000, 6500)
BAD = range(9000, 9100)


def values_at(number: int) -> tuple[Value, ...]:
    if number == 7777:
        return (1e6, -1e6)
    return (number % 1000 / 8, number * 0.1)


def append(journal: Journal, series: Series, number: int) -> None:
    if number in GAP:
        return
    values, statuses = values_at(number), good(WIDTH)
    if number in BAD:
        values, statuses = (None,) * WIDTH, (Status.TIMEOUT,) * WIDTH
    elif number % 1500 == 0:
        statuses = (Status.GOOD, Status.OVER_RANGE)
    journal.append_scan(series, NOON + number * NS, values, statuses)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dense series among events and a rare one, all but its last blocks summarised."""
    file = tmp_path_factory.mktemp("trend") / "journal.db"

    async def fill() -> None:
        async with running(file, SETTINGS) as journal:
            dense = journal.series(series_key("dense", width=WIDTH))
            rare = journal.series(series_key("rare", width=1))
            for number in range(COUNT):
                append(journal, dense, number)
                if number % 500 == 0:
                    journal.append_scan(rare, NOON + number * NS, (number,), good(1))
                    journal.append_event("start", "daemon", "begun")
                if number % BLOCK == 0:
                    await asyncio.sleep(0)
            await journal.wait_beyond(BLOCK)
            await until(lambda: span_count(file) > 2 * BLOCK // 128)

    asyncio.run(fill())
    return file


def span_count(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM spans").fetchone()[0])


def trend_of(file: Path, points: int, start: int = 0, end: int = COUNT) -> tuple[Trend, list[Scan]]:
    with JournalReader(file) as reader:
        series = next(s for s in reader.series() if s.key.instrument == "dense")
        period = NOON + start * NS, NOON + end * NS
        trend = reader.trend(TrendQuery(series, ("c1", "c2"), *period, points))
        query = Query(start=period[0], end=period[1], instruments=frozenset({"dense"}))
        return trend, list(reader.scans(query))


def kept(scans: list[Scan], channel: int) -> list[float]:
    return [
        float(value)
        for scan in scans
        if scan.statuses[channel].quality is not Quality.BAD
        and isinstance(value := scan.values[channel], int | float)
    ]


@pytest.mark.parametrize("points", [1, 24, 1000])
@pytest.mark.parametrize(("start", "end"), [(0, COUNT), (4321, 10_001), (11_000, COUNT + 500)])
def test_nothing_is_lost_in_buckets(path: Path, points: int, start: int, end: int) -> None:
    trend, scans = trend_of(path, points, start, end)
    times = [scan.time for scan in scans]
    assert all(len(buckets) <= points for buckets in trend.buckets)
    for channel, buckets in enumerate(trend.buckets):
        found = [bucket for bucket in buckets if bucket is not None]
        assert sum(bucket.scans for bucket in found) == len(scans)
        for bucket in found:
            inside = scans[bisect_left(times, bucket.start) : bisect_left(times, bucket.end + 1)]
            numbers = kept(inside, channel)
            assert bucket.scans == len(inside)
            assert bucket.count == len(numbers)
            assert bucket.worst == max(scan.statuses[channel] for scan in inside)
            if numbers:
                assert (bucket.least, bucket.greatest) == (min(numbers), max(numbers))
                assert (bucket.first, bucket.last) == (numbers[0], numbers[-1])
                assert bucket.mean == pytest.approx(sum(numbers) / len(numbers))


def test_an_outlier_of_one_scan_is_seen_in_a_handful_of_points(path: Path) -> None:
    trend, _ = trend_of(path, 8)
    extremes = [(b.least, b.greatest) for pair in trend.buckets for b in pair if b is not None]
    assert max(high for _, high in extremes if high is not None) == 1e6
    assert min(low for low, _ in extremes if low is not None) == -1e6


@pytest.mark.parametrize("points", [30, 400])
def test_a_gap_has_no_buckets_and_a_failure_no_numbers(path: Path, points: int) -> None:
    trend, _ = trend_of(path, points)
    slack = trend.width / NS / 2  # half a span may lie in the neighbour's time
    for number, bucket in enumerate(trend.buckets[0]):
        first = (trend.start + number * trend.width - NOON) / NS
        last = first + trend.width / NS
        if GAP.start < first - slack and last + slack < GAP.stop:
            assert bucket is None
        if last < GAP.start - slack or first > GAP.stop + slack:
            assert bucket is not None
    failed = [b for b in trend.buckets[0] if b is not None and b.worst is Status.TIMEOUT]
    assert sum(b.scans - b.count for b in failed) == len(BAD)


def test_without_summaries_the_scans_are_read(path: Path, tmp_path: Path) -> None:
    bare = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(bare)) as new:
        old.backup(new)
        new.execute("DELETE FROM spans")
        new.commit()
    rows, _ = trend_of(bare, 3)
    summaries, _ = trend_of(path, 3)
    for one, other in zip(rows.buckets[0], summaries.buckets[0], strict=True):
        assert (one is None) == (other is None)


def test_an_altered_summary_is_not_believed(path: Path, tmp_path: Path) -> None:
    altered = tmp_path / "journal.db"
    with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(altered)) as new:
        old.backup(new)
        new.execute("UPDATE spans SET body = zeroblob(length(body))")
        new.commit()
    trend, scans = trend_of(altered, 5)
    assert sum(b.scans for b in trend.buckets[0] if b is not None) == len(scans)


async def test_summaries_go_with_the_entries(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    settings = msgspec.structs.replace(SETTINGS, retention_interval=0.01)
    async with running(file, settings) as journal:
        series = journal.series(series_key("dense", width=WIDTH))
        for number in range(2 * BLOCK + 10):
            append(journal, series, number) if number not in GAP else journal.append_event(
                "a", "b", "c"
            )
        await until(lambda: span_count(file) > 20)
        journal.keep_within(max_size=10**12, max_age=0.0)
        await until(lambda: span_count(file) == 0)


def test_a_question_without_sense_is_refused(path: Path) -> None:
    with JournalReader(path) as reader:
        series = reader.series()[0]
    with pytest.raises(ValueError, match="period"):
        TrendQuery(series, ("c1",), NOON, NOON)
    with pytest.raises(ValueError, match="point"):
        TrendQuery(series, ("c1",), NOON, NOON + NS, 0)
    with pytest.raises(ValueError, match="no channel nothing"):
        TrendQuery(series, ("nothing",), NOON, NOON + NS)
