import asyncio
import logging
import random
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from daq.deliver.sink import Outcome, SinkMisconfiguredError, SinkUnavailableError
from daq.journal import Entry, Event, Journal, JournalError, JournalReader, Scan
from tests.journal_samples import append, running, series_key, until
from tests.scripted_sink import FAST, ScriptedSink, delivered, pumping

SMALL = msgspec.structs.replace(FAST, live_limit=40, backlog_batch=10, attempts=3)
POISON = 17


def scans(batch: Sequence[Entry]) -> list[int]:
    return [entry.seq for entry in batch if isinstance(entry, Scan)]


def fill(journal: Journal, count: int) -> None:
    series = journal.series(series_key())
    for number in range(1, count + 1):
        append(journal, series, number)


def quarantine(path: Path) -> dict[int, str]:
    with JournalReader(path) as reader:
        return {entry.seq: entry.reason for entry in reader.quarantined()}


async def events_of(journal: Journal) -> list[Event]:
    found = await journal.read(0, 100_000)
    return [entry for entry in found if isinstance(entry, Event)]


async def test_what_is_refused_goes_to_quarantine_and_blocks_nothing(tmp_path: Path) -> None:
    sink = ScriptedSink()

    def answer(batch: Sequence[Entry]) -> Outcome:
        return Outcome(refused={s: "no such topic" for s in scans(batch) if s % 10 == 0})

    sink.answer = answer
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        fill(journal, 30)
        await delivered(pump, 30)
        assert sink.delivered == [s for s in range(1, 31) if s % 10]
        assert pump.statistics.refused == 3
        append(journal, journal.series(series_key()), 31)
        await delivered(pump, 31)
    assert quarantine(tmp_path / "j.db") == {
        10: "no such topic",
        20: "no such topic",
        30: "no such topic",
    }


async def test_what_may_be_taken_later_is_tried_later_and_does_not_hold_up_the_rest(
    tmp_path: Path,
) -> None:
    sink = ScriptedSink()
    refusals = {POISON: 2}

    def answer(batch: Sequence[Entry]) -> Outcome:
        stuck = [s for s in scans(batch) if refusals.get(s, 0) > 0]
        for seq in stuck:
            refusals[seq] -= 1
        return Outcome(retry=dict.fromkeys(stuck, "quota exceeded"))

    sink.answer = answer
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        fill(journal, 30)
        await delivered(pump, 30)
        assert sorted(sink.delivered) == list(range(1, 31))
        assert sink.taken(historical=True) == [POISON]
        assert pump.statistics.refused == 0


async def test_what_is_never_taken_while_others_are_is_given_up(tmp_path: Path) -> None:
    sink = ScriptedSink()

    def answer(batch: Sequence[Entry]) -> Outcome:
        return Outcome(retry={s: "quota exceeded" for s in scans(batch) if s == POISON})

    sink.answer = answer
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, SMALL) as pump:
        fill(journal, 30)
        await until(lambda: len(sink.delivered) >= 29)
        append(journal, journal.series(series_key()), 31)
        await delivered(pump, 31)
        assert POISON not in sink.delivered
        await until(lambda: POISON in quarantine(tmp_path / "j.db"))
        reason = quarantine(tmp_path / "j.db")[POISON]
    assert reason == "given up after 3 attempts: quota exceeded"


async def test_an_entry_that_breaks_the_connection_is_found_and_set_aside(tmp_path: Path) -> None:
    sink = ScriptedSink()

    def answer(batch: Sequence[Entry]) -> Outcome:
        if POISON in scans(batch):
            raise SinkUnavailableError("connection reset")
        return Outcome()

    sink.answer = answer
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, SMALL) as pump:
        fill(journal, 100)
        await delivered(pump, 100)
        assert set(range(1, 101)) - set(sink.delivered) == {POISON}
        await until(lambda: POISON in quarantine(tmp_path / "j.db"))


async def test_a_destination_that_takes_nothing_loses_nothing(tmp_path: Path) -> None:
    sink = ScriptedSink()
    sink.answer = lambda batch: Outcome(retry={e.seq: "quota exceeded" for e in batch})
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, SMALL) as pump:
        fill(journal, 30)
        await until(lambda: len(sink.writes) > 20)
        assert pump.statistics.fault == "takes nothing at the moment: quota exceeded"
        assert not quarantine(tmp_path / "j.db")
        sink.answer = lambda _batch: Outcome()
        await delivered(pump, 30)
        assert set(sink.delivered) >= set(range(1, 31))
        assert pump.statistics.refused == 0


async def test_a_fault_is_journalled_once_when_it_begins_and_once_when_it_ends(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sink = ScriptedSink()
    sink.reachable = False
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        fill(journal, 5)
        await until(lambda: sink.connects > 5)
        assert pump.statistics.fault == "out of reach"
        since = pump.statistics.fault_since
        await until(lambda: pump.statistics.retry_time is not None)
        sink.reachable = True
        await delivered(pump, 6)
        await until(lambda: "sink-restored" in sink.events)
        events = await events_of(journal)
        assert [event.kind for event in events] == ["sink-lost", "sink-restored"]
        assert events[0].data == {"error": "out of reach"}
        assert {event.subject for event in events} == {sink.name}
        assert since is not None
        assert abs(since - events[0].time) < 1_000_000_000, "since when it was journalled"
        assert pump.statistics.fault == ""
        assert (pump.statistics.fault_since, pump.statistics.retry_time) == (None, None)
        assert pump.statistics.failures > 4
    assert len([record for record in caplog.records if sink.name in record.getMessage()]) == 2


async def test_a_connection_lost_while_idle_is_noticed(tmp_path: Path) -> None:
    sink = ScriptedSink()
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        fill(journal, 1)
        await delivered(pump, 1)
        sink.reachable = False
        await until(lambda: pump.statistics.fault != "")
        sink.reachable = True
        await until(lambda: "sink-restored" in sink.events)


async def test_a_misconfigured_sink_is_asked_seldom(tmp_path: Path) -> None:
    sink = ScriptedSink()

    def answer(batch: Sequence[Entry]) -> Outcome:
        raise SinkMisconfiguredError(f"database not found ({len(batch)})")

    sink.answer = answer
    settings = msgspec.structs.replace(FAST, retry_longest=30.0)
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, settings) as pump:
        fill(journal, 3)
        await until(lambda: pump.statistics.failures == 1)
        await asyncio.sleep(0.2)  # 100 times the first wait
        assert sink.connects == 1
        await journal.wait_beyond(3)
        (event,) = await events_of(journal)
        assert event.severity == "error"


async def test_a_mistake_in_a_sink_stops_neither_pump_nor_daemon(tmp_path: Path) -> None:
    sink = ScriptedSink()
    mistakes = [ValueError("no such key"), KeyError("x")]

    def answer(batch: Sequence[Entry]) -> Outcome:
        if batch and mistakes:
            raise mistakes.pop()
        return Outcome()

    sink.answer = answer
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        fill(journal, 10)
        await delivered(pump, 10)
        assert set(sink.delivered) >= set(range(1, 11))


async def test_a_journal_that_cannot_be_read_is_a_fault_that_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, failures = ScriptedSink(), 3
    async with running(tmp_path / "j.db") as journal:
        read = journal.read

        async def failing(after: int, limit: int, upto: int | None = None) -> list[Entry]:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise JournalError("j.db: reading: disk I/O error")
            return await read(after, limit, upto)

        monkeypatch.setattr(journal, "read", failing)
        async with pumping(journal, sink) as pump:
            fill(journal, 10)
            await delivered(pump, 10)
            assert "disk I/O error" in pump.statistics.last_error
    assert sink.delivered[:10] == list(range(1, 11))


async def test_a_write_without_end_is_cut_off_and_repeated(tmp_path: Path) -> None:
    sink = ScriptedSink()
    sink.hold = asyncio.Event()
    settings = msgspec.structs.replace(FAST, write_timeout=0.05)
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink, settings) as pump:
        fill(journal, 3)
        await until(lambda: pump.statistics.failures > 0)
        assert "no answer within 0.05 s" in pump.statistics.last_error
        sink.hold.set()
        await delivered(pump, 3)


async def test_stopping_lets_the_write_in_flight_end(tmp_path: Path) -> None:
    sink = ScriptedSink()
    sink.hold = asyncio.Event()
    patient = msgspec.structs.replace(FAST, stop_timeout=20.0)
    async with running(tmp_path / "j.db") as journal:
        async with pumping(journal, sink, patient):
            fill(journal, 3)
            await until(lambda: bool(sink.writes))
            asyncio.get_running_loop().call_later(0.05, sink.hold.set)
        taken = sink.delivered
        cursor = journal.cursor(sink.name)
    assert cursor is not None
    assert taken == list(range(1, cursor.live + 1))


async def test_stopping_abandons_a_write_without_end_and_the_next_run_repeats_it(
    tmp_path: Path,
) -> None:
    stuck, free = ScriptedSink(), ScriptedSink()
    stuck.hold = asyncio.Event()
    async with running(tmp_path / "j.db") as journal, pumping(journal, stuck):
        fill(journal, 3)
        await until(lambda: bool(stuck.writes))
    async with running(tmp_path / "j.db") as journal, pumping(journal, free) as pump:
        await delivered(pump, 3)
    assert free.delivered[:3] == [1, 2, 3]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_fails_nothing_is_lost_and_live_never_goes_back(
    tmp_path: Path, seed: int
) -> None:
    dice = random.Random(seed)

    def answer(batch: Sequence[Entry]) -> Outcome:
        fate = dice.random()
        if fate < 0.15:
            raise SinkUnavailableError("connection reset")
        if fate < 0.3:
            return Outcome(retry={e.seq: "busy" for e in batch if dice.random() < 0.5})
        return Outcome(refused={s: "bad" for s in scans(batch) if s % 97 == 0})

    sinks = [ScriptedSink() for _ in range(5)]
    last = 0
    for sink in sinks:
        sink.answer = answer
        async with running(tmp_path / "j.db") as journal, pumping(journal, sink, SMALL) as pump:
            series = journal.series(series_key())
            for number in range(dice.randrange(20, 120)):
                last = append(journal, series, number)
                await asyncio.sleep(0)
            if sink is sinks[-1]:
                await delivered(pump, last)
    got = {seq for sink in sinks for seq in sink.delivered}
    assert set(range(1, last + 1)) <= got | quarantine(tmp_path / "j.db").keys()
    assert_live_never_goes_back(sinks)


def assert_live_never_goes_back(sinks: list[ScriptedSink]) -> None:
    """The newest entry of each live batch is as new as any handed over before."""
    newest = 0
    for sink in sinks:
        for write in sink.writes:
            if not write.historical:
                assert write.seqs[-1] >= newest
                newest = write.seqs[-1]
