"""What a destination retains is the newest of each topic, and never goes backwards."""

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import pytest

from daq.deliver.newest import Newest
from daq.deliver.sink import Outcome, SinkUnavailableError
from daq.journal import Entry, Journal, JournalReader, Scan, Series, SeriesKey
from tests.journal_samples import append, good, running, series_key, time_of, until, values_of
from tests.scripted_sink import FAST, ScriptedSink, delivered, pumping

LIMITED = msgspec.structs.replace(FAST, live_limit=20, backlog_batch=7)
SLOW = series_key("oven")


def scan(seq: int, key: SeriesKey) -> Scan:
    return Scan(seq, time_of(seq), Series(1, key), values_of(seq, 3), good(3))


def test_the_newest_is_that_with_the_highest_number_of_its_topic() -> None:
    other_unit = msgspec.structs.replace(SLOW, asset="replaced")
    found = Newest()
    found.note([scan(5, SLOW), scan(9, other_unit), scan(7, SLOW), scan(8, series_key())])
    assert found.among([scan(n, SLOW) for n in range(10)]) == {9}
    assert found.among([scan(1, series_key("never seen"))]) == frozenset()
    assert [entry.seq for entry in found.scans()] == [8, 9]


def fill(journal: Journal, count: int) -> None:
    series = journal.series(series_key())
    for number in range(count):
        append(journal, series, number)


def reset_once(sink: ScriptedSink) -> Callable[[Sequence[Entry]], Outcome]:
    def answer(_: Sequence[Entry]) -> Outcome:
        sink.answer = lambda _: Outcome()
        raise SinkUnavailableError("connection reset")

    return answer


async def test_a_slow_series_shows_its_newest_value_at_once_after_an_outage(
    tmp_path: Path,
) -> None:
    """Its scan is far back in the backlog, and the backlog takes its time."""
    sink = ScriptedSink(retains=True)
    sink.reachable = False
    slow = msgspec.structs.replace(LIMITED, backlog_rate=1.0)
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, slow) as pump:
        fill(journal, 5)
        of_the_oven = append(journal, journal.series(SLOW), 1)
        fill(journal, 100)
        await journal.wait_beyond(105)
        sink.reachable = True
        await until(lambda: pump.statistics.delivered > 0)
        assert sink.writes[0].seqs == [of_the_oven]
        assert set(sink.retained["oven"]) == {of_the_oven}
        assert pump.statistics.backlog > 0


async def test_what_is_left_to_the_backlog_while_connected_becomes_retained(
    tmp_path: Path,
) -> None:
    sink = ScriptedSink(retains=True)
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, LIMITED) as pump:
        await until(lambda: sink.connected)
        of_the_oven = append(journal, journal.series(SLOW), 1)
        fill(journal, 100)
        await delivered(pump, 101)
    assert of_the_oven in sink.taken(historical=True)
    assert sink.retained["oven"] == [of_the_oven]
    assert sink.retained["meter"][-1] == 101


async def test_a_new_connection_is_shown_the_present_of_this_run_but_not_of_earlier_ones(
    tmp_path: Path,
) -> None:
    first, second = ScriptedSink(retains=True), ScriptedSink(retains=True)
    async with running(tmp_path / "j.db") as journal, pumping(journal, first) as pump:
        append(journal, journal.series(SLOW), 1)
        await delivered(pump, 1)
        first.answer = reset_once(first)
        append(journal, journal.series(series_key()), 2)
        await until(lambda: first.retained["oven"] == [1, 1])
    async with running(tmp_path / "j.db") as journal, pumping(journal, second) as pump:
        fill(journal, 1)
        await delivered(pump, journal.committed)
    assert "oven" not in second.retained


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_happens_retained_values_never_go_back_and_end_at_the_newest(
    tmp_path: Path, seed: int
) -> None:
    """Outages, refusals, restarts; instruments that scan always, seldom, or not any more."""
    dice = random.Random(seed)
    outages = 0.2

    def answer(batch: Sequence[Entry]) -> Outcome:
        fate = dice.random()
        if fate < outages:
            raise SinkUnavailableError("connection reset")
        if fate < 1.5 * outages:
            return Outcome(retry={e.seq: "busy" for e in batch if dice.random() < 0.5})
        return Outcome()

    path, shown, last = tmp_path / "j.db", dict[str, list[int]](), 0
    for run in range(4):
        sink = ScriptedSink(retains=True)
        sink.answer = answer
        sink.retained = shown  # one broker outlives every run
        async with running(path) as journal, pumping(journal, sink, LIMITED) as pump:
            for step in range(dice.randrange(50, 150)):
                sink.reachable = dice.random() > outages
                if run == 0:
                    append(journal, journal.series(series_key("gone")), step)
                if step % 45 == 0:
                    key = msgspec.structs.replace(SLOW, asset=f"oven {dice.randrange(2)}")
                    append(journal, journal.series(key), step)
                last = append(journal, journal.series(series_key()), step)
                await asyncio.sleep(0)
            sink.reachable = True
            if run == 3:
                outages = 0.0
                await delivered(pump, last)
    for seqs in shown.values():
        assert seqs == sorted(seqs)
    with JournalReader(path) as reader:
        newest = {
            scan.series.key.instrument: scan.seq
            for scan in reader.entries(0, 10_000)
            if isinstance(scan, Scan)
        }
    assert {name: seqs[-1] for name, seqs in shown.items()} == newest
