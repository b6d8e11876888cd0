"""The keeper on a real journal: nothing lost, whatever stops it, and known after a restart."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from daq.alarms.conditions.in_run import InRun
from daq.control.runs import (
    RunMarkRequest,
    RunPauseRequest,
    RunResumeRequest,
    RunsRequest,
    RunStartRequest,
    RunStopRequest,
)
from daq.control.server import RefusedError
from daq.daemon import runs as answers
from daq.daemon.runs import Runs
from daq.journal import Journal
from daq.journal.errors import JournalError
from daq.journal.journal import JournalSettings
from daq.journal.reader import JournalReader
from daq.runs import keeper as keeping
from daq.runs.desk import Desk
from daq.runs.errors import RunError
from daq.runs.happening import Ended, Marked, Paused
from daq.runs.keeper import RUNS_STANDING, Keeper
from daq.runs.past import find_run, runs_since
from daq.runs.run import Run
from tests.journal_samples import NOON, NS, Clock, running, until
from tests.run_samples import RULES, START


@asynccontextmanager
async def keeping_(
    journal: Journal, clock: Callable[[], int] | None = None
) -> AsyncGenerator[Keeper]:
    keeper = Keeper(journal, Desk(lambda: RULES), clock or Clock())
    task = asyncio.create_task(keeper.run(), name="runs")
    try:
        await until(lambda: keeper.ready)
        yield keeper
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def told(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    return [f"{e.subject} {e.kind[4:]}" for e in events if e.kind.startswith("run-")]


def but_times(run: Run) -> Run:
    """The journal dates events on its own, within a millisecond."""
    return replace(
        run,
        begun=0,
        ended=run.ended and 1,
        marks=tuple(replace(each, time=0) for each in run.marks),
        pauses=tuple(replace(each, begin=0, end=each.end and 1) for each in run.pauses),
    )


async def test_what_people_do_is_on_the_disk_when_they_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal, keeping_(journal) as keeper:
        run, durable, repeated = await keeper.ask(lambda desk, time: desk.start(time, START))
        assert (run.state, durable, repeated) == ("running", True, False)
        assert told(path) == [f"{run.id} started"]
        assert keeper.changed.is_set()
    async with running(path) as journal, keeping_(journal) as keeper:
        assert keeper.desk.book.get(run.id) == run
        await keeper.ask(lambda desk, time: desk.end("", time, Ended(by="Li")))
    assert told(path) == [f"{run.id} started", f"{run.id} ended"]
    with JournalReader(path) as reader:
        found = find_run(reader, run.id)
        assert [found] == runs_since(reader) == runs_since(reader, NOON)
        assert runs_since(reader, found.begun + NS) == []
        assert (found.state, found.begun) == ("ended", run.begun)


async def test_nothing_is_lost_wherever_it_is_cut_off(tmp_path: Path) -> None:
    path, cuts = tmp_path / "journal.db", list[tuple[Path, object]]()
    async with running(path) as journal, keeping_(journal) as keeper:
        runs = Runs(keeper)
        asked = (
            lambda: runs.start(RunStartRequest(instruments=("oven",), by="Li")),
            lambda: runs.mark(RunMarkRequest(text="door", by="Li")),
            lambda: runs.pause(RunPauseRequest(by="Li")),
            lambda: runs.resume(RunResumeRequest(by="Li")),
            lambda: runs.stop(RunStopRequest(by="Li")),
        )
        for number, ask in enumerate(asked):
            done = await ask()
            cut = tmp_path / f"cut-{number}.db"  # as a killed process leaves it
            await asyncio.to_thread(_copy, path, cut)
            cuts.append((cut, but_times(keeper.desk.book.get(done.run.id))))
    for cut, expected in cuts:
        async with running(cut) as journal, keeping_(journal) as keeper:
            assert [but_times(one) for one in keeper.desk.book.runs.values()] == [expected]


async def test_who_asks_is_told_when_the_disk_does_not_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daq.alarms.telling.DURABLE", 0.05)
    slow = JournalSettings(commit_interval=30)
    async with running(tmp_path / "journal.db", slow) as journal, keeping_(journal) as keeper:
        asked = await Runs(keeper).start(RunStartRequest(instruments=("oven",), by="Li"))
        assert not asked.durable


async def test_until_it_knows_what_was_it_says_so(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal:
        runs = Runs(Keeper(journal, Desk(), Clock()))
        with pytest.raises(RefusedError, match="still being read"):
            runs.page(RunsRequest())
        with pytest.raises(RefusedError, match="still being read"):
            await runs.mark(RunMarkRequest(text="x", by="Li"))


async def test_a_journal_that_cannot_be_read_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "RETRY", 0.001)
    async with running(tmp_path / "journal.db") as journal:
        journal.append_event("start", "daq", "daq started")
        await until(lambda: not journal.pending)
        read, failures = journal.events_between, iter([JournalError("away"), None])

        async def once_away(after: int, upto: int) -> object:
            if failure := next(failures, None):
                raise failure
            return await read(after, upto)

        monkeypatch.setattr(journal, "events_between", once_away)
        async with keeping_(journal) as keeper:
            keeper.check_ready()
        assert next(failures, "all asked for") == "all asked for"


async def test_ended_runs_are_forgotten_and_going_ones_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "TIDY", 0.001)
    clock, path = Clock(), tmp_path / "journal.db"
    async with running(path) as journal, keeping_(journal, clock) as keeper:
        going, *_ = await keeper.ask(lambda desk, time: desk.start(time, START))
        other = replace(START, instruments=("meter",))
        ended, *_ = await keeper.ask(lambda desk, time: desk.start(time, other))
        await keeper.ask(lambda desk, time: desk.end(ended.id, time, Ended(by="Li")))
        clock.now += keeping.KEPT_FOR + NS
        await until(lambda: list(keeper.desk.book.runs) == [going.id])
        with pytest.raises(RunError, match="no run"):
            await keeper.ask(lambda desk, time: desk.mark(ended.id, time, Marked(by="x", text="x")))
    async with running(path) as journal, keeping_(journal, clock) as keeper:
        assert list(keeper.desk.book.runs) == [going.id]
        cursor = journal.cursor(RUNS_STANDING)
        assert cursor is not None
        assert cursor.live == going.first - 1


async def test_without_a_cursor_the_whole_journal_is_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a recovered journal may be."""
    path = tmp_path / "journal.db"
    async with running(path) as journal, keeping_(journal) as keeper:
        run, *_ = await keeper.ask(lambda desk, time: desk.start(time, START))
        for number in range(10):
            journal.append_event("time-passed", "daq", f"{number}")
    monkeypatch.setattr(keeping, "RUNS_STANDING", "_another")
    monkeypatch.setattr(keeping, "STEP", 3)
    async with running(path) as journal, keeping_(journal) as keeper:
        assert keeper.desk.book.get(run.id) == run


async def test_what_is_asked_has_to_be_complete(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal, keeping_(journal) as keeper:
        runs = Runs(keeper)
        with pytest.raises(RefusedError, match="who says so is missing"):
            await runs.start(RunStartRequest(instruments=("oven",), by=" "))
        with pytest.raises(RefusedError, match="no instrument 'ofen'"):
            await runs.start(RunStartRequest(instruments=("ofen",), by="Li"))
        with pytest.raises(RefusedError, match="text of the mark is missing"):
            await runs.mark(RunMarkRequest(by="Li"))
        with pytest.raises(RefusedError, match="reason why it is aborted is missing"):
            await runs.stop(RunStopRequest(by="Li", outcome="aborted"))
        assert runs.page(RunsRequest()).runs == []


async def test_runs_are_told_in_pages_those_that_go_on_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 2)
    clock = Clock()
    async with running(tmp_path / "journal.db") as journal, keeping_(journal, clock) as keeper:
        runs = Runs(keeper)
        for name in ("oven", "meter", "balance"):
            clock.now += NS
            await runs.start(RunStartRequest(instruments=(name,), by="Li"))
        done = await runs.stop(RunStopRequest(run="20261123-3", by="Li", key="k"))
        again = await runs.stop(RunStopRequest(run="20261123-3", by="Li", key="k"))
        assert (done.repeated, again.repeated, again.run) == (False, True, done.run)
        first, rest = runs.page(RunsRequest()), runs.page(RunsRequest(after=2))
        assert [one.id[-2:] for one in first.runs] == ["-2", "-1"]
        assert [(one.id[-2:], one.outcome) for one in rest.runs] == [("-3", "completed")]
        assert (first.more, rest.more) == (True, False)
        assert [one.is_going for one in (*first.runs, *rest.runs)] == [True, True, False]


def _copy(whole: Path, cut: Path) -> None:
    for end in ("", "-wal"):
        source = whole.with_name(whole.name + end)
        if source.exists():
            shutil.copy(source, cut.with_name(cut.name + end))


async def test_a_run_outlives_the_entries_of_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "TIDY", 0.001)
    clock, path = Clock(), tmp_path / "journal.db"
    async with running(path) as journal, keeping_(journal, clock) as keeper:
        run, *_ = await keeper.ask(lambda desk, time: desk.start(time, START))
        await keeper.ask(lambda desk, time: desk.pause("", time, Paused(by="Li")))
        clock.now += keeping.DAY
        await until(lambda: told(path)[-1] == f"{run.id} carried")
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
        assert find_run(reader, run.id).operator == "Wang"
        assert runs_since(reader, run.begun + NS) == [], "it began before"
    late = Desk()
    late.restore(event for event in events if event.kind == "run-carried")
    known = keeper.desk.book.get(run.id)
    expected = replace(known, first=events[-1].seq, pauses=known.pauses[:0])
    found = late.book.get(run.id)
    assert replace(found, first=expected.first, pauses=()) == expected
    assert (found.state, found.pauses[0].begin) == ("paused", known.pauses[0].begin)
    condition = InRun("oven")
    condition.hear(events[-1], 0, 0)
    assert not condition.holds(0), "it rests"
    assert events[-1].text == (
        "20261123-1: run goes on since 2026-11-23T12:00:00Z, paused with oven"
    )
