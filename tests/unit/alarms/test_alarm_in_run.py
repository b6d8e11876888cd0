"""A rule that holds while a run goes on, and what it lets others do; known after a restart."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from daq.alarms.board import Sort
from daq.alarms.conditions.in_run import InRun
from daq.alarms.conditions.limit import Limit
from daq.alarms.desk import Desk
from daq.alarms.record import is_of_alarm
from daq.alarms.rule import Point, Rule, Settings
from daq.alarms.watcher import Watcher
from daq.journal import Journal
from daq.journal.reader import JournalReader
from daq.runs.desk import Desk as RunDesk
from daq.runs.happening import Ended, Happening, Paused, Resumed
from daq.runs.keeper import Keeper
from drivers.model import Status
from tests.alarm_samples import series
from tests.journal_samples import NOON, NS, Clock, running, until
from tests.run_samples import RULES, START, events_of

NAME = "20261123-1"
KEY = series().key


def heard(condition: InRun, *happenings: Happening, instruments: tuple[str, ...]) -> list[bool]:
    """Whether it holds after each."""
    found: list[bool] = []
    for event in events_of(happenings):
        told = replace(event, data={**event.data, "instruments": "\n".join(instruments)})
        condition.hear(told, 0, 0)
        found.append(condition.holds(0))
    return found


LIFE = (
    Happening(NAME, NOON, START),
    Happening(NAME, NOON, Paused(by="Li")),
    Happening(NAME, NOON, Resumed(by="Li")),
    Happening(NAME, NOON, Ended(by="Li")),
)


def test_it_holds_while_a_run_goes_on_and_rests_with_it_or_not() -> None:
    assert heard(InRun(), *LIFE, instruments=("oven",)) == [True, False, True, False]
    assert heard(InRun("oven", paused=True), *LIFE, instruments=("meter", "oven")) == [
        *(True, True, True, False),
    ]
    other = InRun("balance")
    assert heard(other, *LIFE, instruments=("oven",)) == [False] * 4
    other.feed(0, 0, 1.0, Status.GOOD)
    assert not other.holds(0)
    one = InRun()
    heard(one, LIFE[0], instruments=("oven",))
    assert one.words() == f"run {NAME} goes on"


def rules() -> Desk:
    points = (Point("chamber", "temperature"),)
    in_run = Settings(sort=Sort(name="in-run", priority="none"), points=())
    hot = Settings(sort=Sort(name="hot", priority="high"), points=points, when="in-run")
    return Desk([Rule(hot, Limit(40.0, above=True)), Rule(in_run, InRun("oven"))])


@asynccontextmanager
async def daemon(path: Path) -> AsyncGenerator[tuple[Journal, Keeper, Watcher]]:
    """What keeps runs and judges alarms; of the past the watcher is shown three entries."""
    clock = Clock()
    async with running(path, clock=clock) as journal:
        keeper = Keeper(journal, RunDesk(lambda: RULES), clock)
        watcher = Watcher(journal, rules(), clock, history=3)
        tasks = [asyncio.create_task(part.run(), name="part") for part in (keeper, watcher)]
        try:
            await until(lambda: keeper.ready and watcher.ready)
            yield journal, keeper, watcher
        finally:
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def fed(journal: Journal, watcher: Watcher, first: int, *values: float) -> None:
    for number, value in enumerate(values, first):
        journal.append_scan(journal.series(KEY), NOON + number * NS, (value,), (Status.GOOD,))
    await until(lambda: not journal.pending and watcher.judged == journal.committed)


def told(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    return [event.kind[6:] for event in events if is_of_alarm(event)]


async def test_an_alarm_in_runs_alone_also_when_the_run_began_long_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daq.alarms.watcher.LOOK", 0.02)
    path = tmp_path / "journal.db"
    async with daemon(path) as (journal, keeper, watcher):
        await fed(journal, watcher, 1, 20, 50, 20)
        assert "raised" not in told(path), "no run goes on"
        await keeper.ask(lambda desk, time: desk.start(time, START))
        await fed(journal, watcher, 10, *[20.0] * 20)
    async with daemon(path) as (journal, keeper, watcher):
        await fed(journal, watcher, 40, 50)
        assert told(path)[-1] == "raised"
        await keeper.ask(lambda desk, time: desk.end(NAME, time, Ended(by="Li")))
        await fed(journal, watcher, 50, 50, 20)
        assert "suppressed" in told(path)
    async with daemon(path) as (journal, keeper, watcher):
        await fed(journal, watcher, 60, 20, 50)
        assert told(path).count("raised") == 1
