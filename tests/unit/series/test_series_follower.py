"""The follower on a real journal: a reading fills one line, whatever stops the daemon."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from daq.control.series import SeriesSampleRequest, SeriesStrikeRequest, SeriesTakeRequest
from daq.control.server import RefusedError
from daq.daemon.series import SeriesCommands, commands
from daq.journal import Journal
from daq.journal.reader import JournalReader
from daq.series import follower as following
from daq.series.desk import Desk
from daq.series.errors import NoSeriesError, SeriesError
from daq.series.follower import Follower
from daq.series.measured import RunSeries
from daq.series.past import find_series, open_series, read_on
from drivers.model import Status
from tests.journal_samples import NOON, Clock, running, until
from tests.series_samples import RULES, RUN, Bench


@asynccontextmanager
async def following_(journal: Journal, clock: Clock | None = None) -> AsyncGenerator[Follower]:
    follower = Follower(journal, Desk(RULES), clock or Clock(NOON))
    task = asyncio.create_task(follower.run(), name="series")
    try:
        await until(lambda: follower.ready)
        yield follower
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "IDLE", 0.005)


def fast(_instrument: str, _channel: str) -> float:
    return 0.1


async def settled(journal: Journal, follower: Follower) -> None:
    await until(lambda: not journal.pending and follower.judged == journal.committed)


def found(path: Path) -> RunSeries:
    with JournalReader(path) as reader:
        return find_series(reader, RUN)


async def test_a_series_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    async with running(path) as journal:
        bench = Bench(journal)
        async with following_(journal) as follower:
            bench.weigh(50.0)
            bench.start()
            bench.weigh(50.0)
            bench.weigh(None, Status.OFF)
            await settled(journal, follower)
        bench.weigh(50.1)  # nobody follows
        async with following_(journal) as follower:
            await settled(journal, follower)
            assert follower.desk.series[RUN].next == 3
            bench.weigh(50.2)
            await settled(journal, follower)
            bench.run("run-ended", by="Li")
            await settled(journal, follower)
            assert follower.desk.series == {}
    one = found(path)
    assert [line.value for line in one.lines] == [50.0, 50.1, 50.2]
    assert one.judgement is not None
    assert one.judgement.statement == "pass"
    with JournalReader(path) as reader:
        kinds = [e.kind for e in reader.events_between(0, reader.last) if "series" in e.kind]
        assert kinds == ["series-begun", *["series-line"] * 3, "series-verdict"]
        assert open_series(reader, 0) == []


async def test_a_pause_is_remembered_over_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as journal:
        bench = Bench(journal)
        async with following_(journal) as follower:
            bench.start()
            bench.run("run-paused", by="Li")
            await settled(journal, follower)
        async with following_(journal) as follower:
            assert follower.desk.series[RUN].paused
            bench.run("run-resumed", by="Li")
            bench.weigh(50.0)
            await settled(journal, follower)
            assert follower.desk.series[RUN].next == 2


async def test_what_is_asked_for_is_the_next_reading_not_the_last(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as journal:
        bench = Bench(journal, name="scale")
        clock = Clock(NOON)
        async with following_(journal, clock) as follower:
            bench.start("dip", "scale")
            bench.weigh(1.0)
            await settled(journal, follower)
            clock.now = bench.now + 1
            asked = SeriesCommands(follower, fast)
            task = asyncio.create_task(asked.take(SeriesTakeRequest(sample="A-1", by="Li")))
            await until(lambda: bool(follower.waiting))
            with pytest.raises(RefusedError, match="being taken already"):
                await asked.take(SeriesTakeRequest(by="Li"))
            bench.weigh(10.0)
            done = await task
            assert (done.line, done.text, done.statement, done.next) == (1, "10 kg", "none", 2)
            assert done.durable
            task = asyncio.create_task(asked.take(SeriesTakeRequest(run=RUN, by="Li")))
            await until(lambda: bool(follower.waiting))
            bench.weigh(11.0, Status.UNSTABLE)
            refused = await task
            assert (refused.line, refused.refused) == (0, "uncertain: unstable")
            struck = await asked.strike(SeriesStrikeRequest(run=RUN, by="Li", reason="x"))
            assert (struck.next, struck.refused) == (1, "")


async def test_no_reading_within_the_time_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path / "j.db") as journal:
        bench = Bench(journal, name="scale")
        async with following_(journal) as follower:
            bench.start("dip", "scale")
            await settled(journal, follower)
            with pytest.raises(SeriesError, match=r"no reading of scale\.weight"):
                await follower.take(RUN, sample="", by="Li", within=0.01)
            assert not follower.waiting
            monkeypatch.setattr("daq.alarms.telling.DURABLE", 0.0)
            one, durable = await follower.ask(
                lambda desk, now: desk.name(RUN, now, sample="A", by="Li")
            )
            assert (one.sample, durable) == ("A", False)


async def test_the_socket_answers_in_words(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as journal:
        bench = Bench(journal)
        async with following_(journal) as follower:
            asked = SeriesCommands(follower, fast)
            assert set(commands(asked)) == {"series-take", "series-sample", "series-strike"}
            with pytest.raises(RefusedError, match="no series goes on"):
                await asked.take(SeriesTakeRequest(by="Li"))
            bench.start()
            bench.run(name="20261123-2", method="dip", instruments="scale")
            await settled(journal, follower)
            with pytest.raises(RefusedError, match="say which run is meant: 20261123-1, 2026"):
                await asked.sample(SeriesSampleRequest(sample="A", by="Li"))
            with pytest.raises(RefusedError, match="press it"):
                await asked.take(SeriesTakeRequest(run=RUN, by="Li"))
            named = await asked.take(SeriesTakeRequest(run=RUN, sample=" A-1 ", by="Li"))
            assert (named.next, named.line) == (1, 0)
            bench.weigh(50.0)
            await settled(journal, follower)
            assert follower.desk.series[RUN].lines[0].sample == "A-1"
            for request, what in (
                (SeriesStrikeRequest(run=RUN, by="Li"), "why the line"),
                (SeriesStrikeRequest(run=RUN, reason="x"), "who says so"),
            ):
                with pytest.raises(RefusedError, match=f"{what}.* is missing"):
                    await asked.strike(request)
            done = await asked.strike(SeriesStrikeRequest(run=RUN, by="Li", reason="x"))
            assert done.next == 1


async def test_who_asks_before_the_journal_is_read_is_told_so(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as journal:
        follower = Follower(journal, Desk(RULES), Clock())
        with pytest.raises(SeriesError, match="still being read"):
            await follower.take(RUN, sample="", by="Li", within=1)


async def test_the_past_is_found_and_read_on(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    async with running(path) as journal:
        bench = Bench(journal)
        async with following_(journal) as follower:
            bench.start()
            await settled(journal, follower)
            before = found(path)
            bench.weigh(50.0)
            bench.run("run-paused", by="Li")
            await settled(journal, follower)
    with JournalReader(path) as reader:
        fresh = reader.events_between(before.first, reader.last)
        assert read_on(before, fresh) == find_series(reader, RUN)
        assert [one.run for one in open_series(reader, 0)] == [RUN]
        for name in ("20261123-9", "x", "99999999-1"):
            with pytest.raises(NoSeriesError, match="knows of no series"):
                find_series(reader, name)
