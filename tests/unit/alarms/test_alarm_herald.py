"""The herald on a real journal: states, never events; and which names are gone."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from daq.alarms.board import Sort
from daq.alarms.conditions.limit import Limit
from daq.alarms.desk import Desk
from daq.alarms.lifecycle import Life
from daq.alarms.rule import Point, Rule, Settings
from daq.alarms.watcher import Watcher
from daq.daemon.herald import Herald
from daq.deliver.present import Present
from daq.journal import Journal
from daq.journal.reader import JournalReader
from drivers.model import Status
from tests.alarm_samples import series
from tests.journal_samples import NOON, NS, Clock, running, until

KEY = series().key


class Ear:
    """A sink and a lamp in one: keeps what it is told."""

    def __init__(self) -> None:
        self.shown: list[Present] = []
        self.heard: list[dict[str, str]] = []

    def show(self, present: Present) -> None:
        self.shown.append(present)

    def hear(self, alarms: Iterable[tuple[Sort, Life]]) -> None:
        self.heard.append({sort.name: life.state.value for sort, life in alarms})

    def state(self, name: str) -> str:
        if not self.shown:
            return ""
        return str(self.shown[-1].topics.get(f"_alarms/_state/{name}", {}).get("state", ""))


@asynccontextmanager
async def telling(
    journal: Journal, clock: Clock, names: Sequence[str]
) -> AsyncGenerator[tuple[Watcher, Ear]]:
    points = (Point("chamber", "temperature"),)
    rules = [
        Rule(Settings(sort=Sort(name=name), points=points), Limit(40.0, above=True))
        for name in names
    ]
    ear, watcher = Ear(), Watcher(journal, Desk(rules), clock)
    herald = Herald(
        watcher, journal, lambda: [ear], lambda: [ear], lambda: {"hot": frozenset({"hall"})}
    )
    tasks = [asyncio.create_task(each.run(), name="part") for each in (watcher, herald)]
    try:
        yield watcher, ear
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task


def feed(journal: Journal, second: int, value: float) -> None:
    journal.append_scan(journal.series(KEY), NOON + second * NS, (value,), (Status.GOOD,))


async def test_sinks_and_lamps_are_told_each_state(tmp_path: Path) -> None:
    clock = Clock()
    async with running(tmp_path / "j.db", clock=clock) as journal:
        async with telling(journal, clock, ["hot"]) as (watcher, ear):
            await until(lambda: ear.state("hot") == "normal")
            feed(journal, 1, 50)
            await until(lambda: ear.state("hot") == "unacknowledged")
            content = ear.shown[-1].topics["_alarms/_state/hot"]
            assert content["event"] <= journal.committed, "nothing is told before it is durable"
            assert ear.shown[-1].topics["_alarms/_beacon/hall"]["horn"] is True
            watcher.ask("hot", "acknowledged", by="ann")
            await until(lambda: ear.state("hot") == "acknowledged")
        assert ear.heard[-1] == {"hot": "acknowledged"}
        async with telling(journal, clock, ["hot"]) as (_, ear):  # a restart: told at once
            await until(lambda: ear.state("hot") == "acknowledged")


async def test_names_that_are_gone_are_known_after_restarts(tmp_path: Path) -> None:
    path, clock = tmp_path / "j.db", Clock()
    for names in (["hot", "cold"], ["cold"], ["cold"], []):
        async with running(path, clock=clock) as journal:
            feed(journal, 1, 20)
            async with telling(journal, clock, names) as (_, ear):
                await until(lambda ear=ear: bool(ear.shown))
                await until(lambda journal=journal: not journal.pending)
    assert ear.shown[-1].gone == {
        "_alarms/_state/hot",
        "_alarms/_state/cold",
        "_alarms/_beacon/hall",
        "_beacon",
    }
    assert not ear.shown[-1].topics
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    texts = [event.text for event in events if event.kind == "alarms-watched"]
    assert texts == [
        "2 alarms are watched; new: hot, cold, @hall",
        "1 alarms are watched; no longer: hot, @hall",
        "0 alarms are watched; no longer: cold",
    ]


async def test_sinks_are_told_of_runs_and_keep_what_they_know_while_nothing_is_durable(
    tmp_path: Path,
) -> None:
    clock, ear = Clock(), Ear()
    now: list[Present | None] = [Present(topics={"_runs/oven": {"run": "20261123-1"}})]
    async with running(tmp_path / "j.db", clock=clock) as journal:
        watcher = Watcher(journal, Desk([]), clock)
        nobody: Mapping[str, frozenset[str]] = {}
        herald = Herald(watcher, journal, lambda: [ear], list, lambda: nobody, lambda: now[0])
        tasks = [asyncio.create_task(each.run(), name="part") for each in (watcher, herald)]
        await until(lambda: bool(ear.shown))
        assert ear.shown[-1] == now[0]
        now[0], count = None, len(ear.shown)
        watcher.changed.set()
        await until(lambda: len(ear.shown) > count)
        assert "_runs/oven" in ear.shown[-1].topics
        now[0] = Present(gone=frozenset({"_runs/oven"}))
        await until(lambda: ear.shown[-1] == now[0])
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
