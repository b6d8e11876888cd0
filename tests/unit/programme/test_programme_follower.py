"""The follower on a real journal: nothing told twice or forgotten, whatever stops it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from daq.journal import Journal, kinds
from daq.journal.entry import Event
from daq.journal.reader import JournalReader
from daq.programme import follower as following
from daq.programme.errors import ProgrammeError
from daq.programme.fold import Fold
from daq.programme.follower import Follower
from daq.programme.keep import Keep
from daq.programme.past import evaluate, journalled_programme, programme_events, programme_for
from daq.programme.plan import Plan
from daq.programme.programme import Programme
from daq.programme.record import programme_of, results_of
from daq.programme.told import told
from daq.runs.happening import Ended, carried
from daq.runs.happening import Happening as RunHappening
from daq.runs.past import find_run
from daq.runs.record import event_of
from tests.journal_samples import NOON, NS, Clock, running, until
from tests.programme_samples import (
    MINUTE,
    OVEN_RUN,
    dwell,
    oven_key,
    oven_measured,
    oven_programme,
    oven_runs,
    oven_started,
    programme,
)

NAME = OVEN_RUN

ENDED = "programme completed, 1 of its ramps and dwells deviated"

SCANS = 60
"""One a minute, from noon on."""


@asynccontextmanager
async def following_(
    journal: Journal, path: Path, programmes: dict[str, Programme], clock: Clock | None = None
) -> AsyncGenerator[Follower]:
    keep = Keep(path.with_suffix(".programmes"))
    one = Follower(journal, oven_runs(path), lambda: programmes, keep, clock or Clock())
    task = asyncio.create_task(one.run(), name="programmes")
    try:
        yield one
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def tell(journal: Journal, what: RunHappening) -> None:
    record = event_of(what)
    journal.append_event(
        record.kind, record.subject, record.text, data=record.data, time=record.time
    )


def counted(one: Follower) -> int:
    found = one.progress(NAME)
    return 0 if found is None else found.counted


def cycles(one: Follower) -> int:
    found = one.progress(NAME)
    return 0 if found is None else found.cycles[0].completed


def ended(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    return [each.text for each in events if each.kind == kinds.PROGRAMME_ENDED.name]


def told_texts(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        run = find_run(reader, NAME)
        return [event.text for event in programme_events(reader, run)]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "LOOK", 0.01)


@pytest.mark.parametrize("cuts", [[], [1], [7, 21], [20, 21, 22], [3, 9, 17, 33, 48, 59]])
@pytest.mark.parametrize("kept", [4, 100_000])
async def test_what_was_told_is_what_an_evaluation_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: list[int], kept: int
) -> None:
    monkeypatch.setattr(following, "KEPT", kept)
    monkeypatch.setattr(following, "PAGE", 3)
    path = tmp_path / "journal.db"
    before = 0
    for number, end in enumerate([*cuts, SCANS]):
        async with running(path) as journal:
            series = journal.series(oven_key())
            if not number:
                tell(journal, oven_started())
            async with following_(journal, path, {"oven": oven_programme()}) as one:
                oven_measured(journal, series, range(before, end))
                # Somewhere among them it is stopped; the last one sees all.
                if number < len(cuts):
                    await until(lambda one=one, enough=before: one.judged >= enough)
                else:
                    await until(lambda: ended(path) == [f"{NAME}: {ENDED}"])
            before = end
    with JournalReader(path) as reader:
        run = find_run(reader, NAME)
        live = told(programme_events(reader, run))
        programme = journalled_programme(reader, run)
        assert programme is not None
        assert programme == oven_programme()
        found = evaluate(reader, run, programme)
    assert live is not None
    assert live.results == found.results
    assert len(found.results) == 6
    assert found.status == "completed"
    assert found.cycles[0].completed == 3
    texts = told_texts(path)
    assert len(texts) == len(set(texts))


async def test_a_run_that_ended_while_nobody_looked_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        tell(journal, oven_started())
        async with following_(journal, path, {"oven": oven_programme()}) as one:
            oven_measured(journal, journal.series(oven_key()), range(5))
            await until(lambda: one.progress(NAME) is not None and one.judged >= 6)
    async with running(path) as journal:
        tell(journal, RunHappening(NAME, NOON + 6 * MINUTE, Ended(by="Li")))
        await journal.wait_beyond(journal.committed)
        async with following_(journal, path, {"oven": oven_programme()}) as one:
            await until(lambda: ended(path) == [f"{NAME}: programme cut"])
            await until(lambda: one.progress(NAME) is None)
    assert not path.with_suffix(".programmes").exists()


async def test_how_far_it_is_can_be_asked_at_any_moment(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path) as journal:
        tell(journal, oven_started())
        async with following_(journal, path, {"oven": oven_programme()}, clock) as one:
            oven_measured(journal, journal.series(oven_key()), range(4))
            clock.now = NOON + 4 * MINUTE + NS
            await until(lambda: counted(one) == 4 * MINUTE)
            found = one.progress(NAME)
            assert found is not None
            assert (found.step, found.cycle, found.status) == ("1.1", (1,), "running")
            assert found.counted == 4 * MINUTE
            assert found.remaining.least == 3 * 14 * MINUTE - 4 * MINUTE
            assert found.set_points == {"temperature": 40.0}
            clock.now = NOON + 10 * MINUTE
            later = one.progress(NAME)
            assert later is not None
            assert later.interruption is not None
            assert one.progress("20261123-2") is None


async def test_a_programme_that_is_not_configured_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        tell(journal, oven_started())
        await journal.wait_beyond(0)
        async with following_(journal, path, {}):
            await until(lambda: "no [programme.oven]" in caplog.text)
            await asyncio.sleep(0.05)
        assert caplog.text.count("no [programme.oven]") == 1
    with JournalReader(path) as reader:
        run = find_run(reader, NAME)
        assert told(programme_events(reader, run)) is None
        with pytest.raises(ProgrammeError, match=r"no \[programme.oven\] \(has: none\)"):
            programme_for(reader, run, {})
        with pytest.raises(ProgrammeError, match="without a programme"):
            programme_for(reader, replace(run, programme=""), {})
        assert programme_for(reader, run, {"oven": oven_programme()}).name == "oven"


async def test_a_changed_configuration_does_not_change_a_run_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        tell(journal, oven_started())
        async with following_(journal, path, {"oven": oven_programme()}) as one:
            oven_measured(journal, journal.series(oven_key()), range(4))
            await until(lambda: one.progress(NAME) is not None and one.judged >= 5)
    other = replace(programme(dwell(99.0)), name="oven")
    async with running(path) as journal, following_(journal, path, {"oven": other}) as one:
        await until(lambda: one.progress(NAME) is not None)
        found = one.progress(NAME)
        assert found is not None
        assert found.set_points == {"temperature": 40.0}
    with JournalReader(path) as reader:
        run = find_run(reader, NAME)
        assert programme_for(reader, run, {"oven": other}) == oven_programme()
        assert programme_for(reader, run, {"oven": other}, journalled=False) == other


def test_what_a_newer_version_wrote_is_no_programme(tmp_path: Path) -> None:
    event = Event(
        seq=7,
        time=NOON,
        kind=kinds.PROGRAMME_BEGUN.name,
        subject=NAME,
        severity="info",
        text="",
        data={"definition": '{"name": 3}'},
    )
    with pytest.raises(ProgrammeError, match="event 7"):
        programme_of(event)
    odd = replace(event, kind=kinds.PROGRAMME_STEP.name, data={"result": "{}"})
    assert results_of([odd, event]) == ([], [])


def test_a_state_that_cannot_be_kept_costs_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "file"
    folder.write_text("not a folder")
    fold = Fold(Plan(oven_programme()), NOON)
    keep = Keep(folder)
    keep.save(NAME, oven_programme(), 5, fold.state)
    assert "not kept" in caplog.text
    assert keep.load(NAME, oven_programme()) is None
    good = Keep(tmp_path / "states")
    good.save(NAME, oven_programme(), 5, fold.state)
    kept = good.load(NAME, oven_programme())
    assert kept is not None
    assert (kept.seq, kept.state) == (5, fold.state)
    assert good.load("20261123-2", oven_programme()) is None
    assert good.load(NAME, replace(oven_programme(), void_after=1)) is None
    good.drop(NAME)
    assert not (tmp_path / "states").exists()


async def test_a_run_whose_beginning_the_journal_gave_up_goes_on_and_is_not_judged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "KEPT", 4)
    path, later = tmp_path / "journal.db", tmp_path / "later.db"
    async with running(path) as journal:
        tell(journal, oven_started())
        async with following_(journal, path, {"oven": oven_programme()}) as one:
            oven_measured(journal, journal.series(oven_key()), range(6))
            await until(lambda: one.progress(NAME) is not None and one.judged >= 7)
            oven_measured(journal, journal.series(oven_key()), range(6, 12))
            await until(path.with_suffix(".programmes").exists)
            run = next(iter(oven_runs(path)() or ()))
    path.with_suffix(".programmes").rename(later.with_suffix(".programmes"))
    kept = Keep(later.with_suffix(".programmes")).load(NAME, oven_programme())
    assert kept is not None
    async with running(later) as journal:
        for number in range(kept.seq):  # numbers go on where entries were given up
            journal.append_event(kinds.TIME_PASSED.name, "daq", f"{number}")
        tell(journal, RunHappening(NAME, NOON + 12 * MINUTE, carried(run)))
        async with following_(journal, later, {"oven": oven_programme()}) as one:
            oven_measured(journal, journal.series(oven_key()), range(13, 90))
            await until(lambda: cycles(one) >= 2)
    texts = told_texts(later)
    assert not any(
        "begun: temperature 40 for 8 min" in text and "cycle 1" in text for text in texts
    )
    with JournalReader(later) as reader, pytest.raises(ProgrammeError, match="its beginning"):
        evaluate(reader, find_run(reader, NAME), oven_programme())
