import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daq.deliver.present import Present
from daq.deliver.sink import Beat, Outcome
from daq.journal import Cursor, Entry, JournalSettings
from tests.journal_samples import NS, QUICK, Clock, append, running, series_key, until
from tests.scripted_sink import FAST, ScriptedSink, delivered, pumping

LIMITED = msgspec.structs.replace(FAST, live_limit=20, backlog_batch=7)


async def test_everything_is_delivered_once_and_in_order(tmp_path: Path) -> None:
    sink = ScriptedSink()
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        series = journal.series(series_key())
        for number in range(1, 201):
            append(journal, series, number)
            if number % 20 == 0:
                await asyncio.sleep(0)
        await delivered(pump, 200)
        assert sink.delivered == list(range(1, 201))
        assert journal.cursor(sink.name) == Cursor(200)
        assert (pump.statistics.delivered, pump.statistics.lag) == (200, 0)


async def test_nothing_is_written_before_it_is_committed(tmp_path: Path) -> None:
    sink = ScriptedSink()
    async with running(tmp_path / "j.db") as journal:
        committed: list[int] = []

        def answer(batch: Sequence[Entry]) -> Outcome:
            committed.append(journal.committed - batch[-1].seq)
            return Outcome()

        sink.answer = answer
        async with pumping(journal, sink) as pump:
            series = journal.series(series_key())
            for number in range(1, 101):
                append(journal, series, number)
                await asyncio.sleep(0)
            await delivered(pump, 100)
    assert min(committed) >= 0


async def test_a_sign_of_life_goes_between_two_writes_and_an_old_one_not_at_all(
    tmp_path: Path,
) -> None:
    sink = ScriptedSink()
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        series = journal.series(series_key())
        pump.beat(Beat(1, {}))  # not connected yet
        append(journal, series, 1)
        await delivered(pump, 1)
        pump.beat(Beat(2, {}))
        pump.beat(Beat(3, {}))
        append(journal, series, 2)
        await until(lambda: sink.beats == [3])
        await delivered(pump, 2)
    assert sink.delivered == [1, 2]


async def test_a_restart_goes_on_where_the_last_run_ended(tmp_path: Path) -> None:
    first, second = ScriptedSink(), ScriptedSink()
    for sink, numbers in ((first, range(1, 51)), (second, range(51, 101))):
        async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
            series = journal.series(series_key())
            for number in numbers:
                append(journal, series, number)
            await delivered(pump, numbers[-1])
    assert first.delivered == list(range(1, 51))
    assert second.delivered == list(range(51, 101))


async def test_a_new_sink_begins_at_the_oldest_entry_or_now(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as journal:
        series = journal.series(series_key())
        for number in range(1, 31):
            append(journal, series, number)
        await journal.wait_beyond(29)
        all_of_it, the_new = ScriptedSink("all"), ScriptedSink("new")
        now = msgspec.structs.replace(FAST, start="now")
        async with pumping(journal, all_of_it) as one, pumping(journal, the_new, now) as other:
            append(journal, series, 31)
            await delivered(one, 31)
            await delivered(other, 31)
    assert all_of_it.delivered == list(range(1, 32))
    assert the_new.delivered == [31]


async def test_after_an_outage_the_newest_go_first_and_the_rest_beside_them(
    tmp_path: Path,
) -> None:
    sink = ScriptedSink()
    sink.reachable = False
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, LIMITED) as pump:
        series = journal.series(series_key())
        await until(lambda: sink.connects > 2)  # the event of the outage is entry 1
        for number in range(2, 101):
            append(journal, series, number)
        await journal.wait_beyond(99)
        sink.reachable = True
        await until(lambda: bool(sink.delivered))
        append(journal, series, 101)
        await journal.wait_beyond(100)
        await delivered(pump, journal.committed)
        assert sorted(sink.delivered) == list(range(1, journal.committed + 1))
        assert sink.taken(historical=True) == list(range(1, 81))
        live = sink.taken(historical=False)
        assert live[:20] == list(range(81, 101))
        assert live == sorted(live)
        assert pump.statistics.historical == 80
        assert journal.cursor(sink.name) == Cursor(journal.committed)
    assert max(len(write.seqs) for write in sink.writes if write.historical) == 7
    assert sink.events == ["sink-lost", "sink-restored"] or sink.events[0] == "sink-restored"


async def test_a_short_lag_is_delivered_in_order_as_live(tmp_path: Path) -> None:
    sink = ScriptedSink()
    sink.reachable = False
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, LIMITED) as pump:
        series = journal.series(series_key())
        for number in range(1, 15):
            append(journal, series, number)
        await until(lambda: sink.connects > 2 and journal.committed > 14)
        sink.reachable = True
        await delivered(pump, 15)
        assert sink.taken(historical=False)[:15] == list(range(1, 16))
        assert not sink.taken(historical=True)


async def test_the_backlog_keeps_to_its_rate(tmp_path: Path) -> None:
    sink = ScriptedSink()
    slow = msgspec.structs.replace(LIMITED, backlog_rate=200.0)
    async with running(tmp_path / "j.db") as journal:
        series = journal.series(series_key())
        for number in range(1, 121):
            append(journal, series, number)
        await journal.wait_beyond(119)
        started = asyncio.get_running_loop().time()
        async with pumping(journal, sink, slow) as pump:
            await delivered(pump, 120)
        took = asyncio.get_running_loop().time() - started
    assert len(sink.taken(historical=True)) == 100
    assert took > (100 - 7) / 200.0 * 0.95


async def test_live_entries_do_not_wait_for_the_backlog(tmp_path: Path) -> None:
    sink = ScriptedSink()
    slow = msgspec.structs.replace(LIMITED, backlog_rate=10.0)
    async with running(tmp_path / "j.db") as journal:
        series = journal.series(series_key())
        for number in range(1, 101):
            append(journal, series, number)
        await journal.wait_beyond(99)
        async with pumping(journal, sink, slow) as pump:
            await until(lambda: pump.statistics.historical > 0)
            append(journal, series, 101)
            await until(lambda: 101 in sink.delivered)
            assert pump.statistics.backlog > 0


async def test_a_restart_in_mid_backlog_repeats_and_skips_nothing(tmp_path: Path) -> None:
    sinks = [ScriptedSink() for _ in range(2)]
    slow = msgspec.structs.replace(LIMITED, backlog_rate=50.0)
    async with running(tmp_path / "j.db") as journal:
        series = journal.series(series_key())
        for number in range(1, 101):
            append(journal, series, number)
        await journal.wait_beyond(99)
        async with pumping(journal, sinks[0], slow) as pump:
            await until(lambda: pump.statistics.historical >= 14)
    async with running(tmp_path / "j.db") as journal:
        cursor = journal.cursor("scripted")
        assert cursor is not None
        assert cursor.backlog[-1] == (len(sinks[0].taken(historical=True)) + 1, 80)
        async with pumping(journal, sinks[1], LIMITED) as pump:
            await delivered(pump, 100)
    assert sorted(sinks[0].delivered + sinks[1].delivered) == list(range(1, 101))
    assert sinks[1].taken(historical=False) == []


async def test_what_retention_dropped_is_skipped_and_counted(tmp_path: Path) -> None:
    clock, sink = Clock(), ScriptedSink()
    short = msgspec.structs.replace(QUICK, max_age=3600.0, recent=1)
    async with running(tmp_path / "j.db", short, clock) as journal:
        series = journal.series(series_key())
        for number in range(1, 50):
            append(journal, series, number)
        await journal.wait_beyond(48)
        append(journal, series, 50)  # apart, for what was committed together goes together
        await journal.wait_beyond(49)
        clock.now += 7200 * NS
        await until(lambda: journal.counters.expired == 49)
        async with pumping(journal, sink) as pump:
            await delivered(pump, journal.committed)
            assert sink.delivered[0] == 50
            assert pump.statistics.expired == 49


async def test_entries_wait_for_company_when_told_to_linger(tmp_path: Path) -> None:
    sink = ScriptedSink()
    lingering = msgspec.structs.replace(FAST, linger=2.0)
    settings = JournalSettings(commit_interval=0.001)
    async with (
        running(tmp_path / "j.db", settings) as journal,
        pumping(journal, sink, lingering) as pump,
    ):
        series = journal.series(series_key())
        await until(lambda: sink.connects == 1)
        for number in range(1, 6):
            append(journal, series, number)
            await journal.wait_beyond(number - 1)
        await delivered(pump, 5)
    assert [write.seqs for write in sink.writes] == [[1, 2, 3, 4, 5]]


async def test_what_is_so_is_shown_when_it_changes_and_after_each_connect(tmp_path: Path) -> None:
    sink = ScriptedSink()
    first, second = (Present(topics={"_beacon": {"lamp": lamp}}) for lamp in ("off", "steady"))
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        series = journal.series(series_key())
        pump.show(first)
        await until(lambda: sink.shown == [first])
        append(journal, series, 1)
        await delivered(pump, 1)
        assert sink.shown == [first], "what is shown is not shown again"
        pump.show(second)
        await until(lambda: sink.shown == [first, second])
        sink.reachable = False
        await until(lambda: not sink.connected)
        sink.reachable = True
        await until(lambda: sink.shown == [first, second, second])
