"""The watcher on a real journal: told once, whatever stops it, and known again after a restart."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from daq.alarms.board import Change, Sort
from daq.alarms.conditions.cusum import Cusum
from daq.alarms.conditions.limit import Limit
from daq.alarms.conditions.stale import Stale
from daq.alarms.desk import Desk
from daq.alarms.errors import AlarmError, NotPossibleError
from daq.alarms.lifecycle import State
from daq.alarms.record import is_of_alarm
from daq.alarms.replay import replay
from daq.alarms.rule import Point, Rule, Settings
from daq.alarms.watcher import STANDING, Watcher
from daq.journal import Cursor, Journal
from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from drivers.model import Status
from tests.alarm_samples import series
from tests.journal_samples import NOON, NS, Clock, running, until

KEY = series().key


@pytest.fixture(autouse=True)
def _restless(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    """A watcher to which nothing comes looks at the time often: tests wait for it."""
    monkeypatch.setattr("daq.alarms.watcher.LOOK", 0.02)


def desk() -> Desk:
    points = (Point("chamber", "temperature"),)
    rules = [
        Rule(Settings(sort=Sort(name=name, priority="high"), points=points), Limit(x, above=True))
        for name, x in (("hot", 40.0), ("hotter", 60.0))
    ]
    return Desk(rules)


@asynccontextmanager
async def watching(
    journal: Journal, clock: Clock, rules: Desk | None = None
) -> AsyncGenerator[Watcher]:
    watcher = Watcher(journal, rules or desk(), clock)
    task = asyncio.create_task(watcher.run(), name="alarms")
    try:
        await until(lambda: watcher.ready)
        yield watcher
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def feed(journal: Journal, first: int, *values: float) -> None:
    for number, value in enumerate(values, first):
        journal.append_scan(journal.series(KEY), NOON + number * NS, (value,), (Status.GOOD,))


def told(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    assert all(isinstance(event, Event) for event in events)
    return [f"{event.subject} {event.kind[6:]}" for event in events if is_of_alarm(event)]


async def settled(journal: Journal, watcher: Watcher) -> None:
    """Everything is committed and judged, the events of it included."""
    await until(lambda: not journal.pending and watcher.judged == journal.committed)


async def test_what_people_do_is_known_after_a_restart(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path, clock=clock) as journal, watching(journal, clock) as watcher:
        feed(journal, 1, 20, 50, 70)
        await until(lambda: len(told(path)) == 2)
        watcher.ask("hot", "acknowledged", by="ann", why="seen")
        watcher.ask("hotter", "shelved", by="ann", why="door", until=NOON + 60 * NS)
        with pytest.raises(NotPossibleError, match="is acknowledged: cannot be acknowledged"):
            watcher.ask("hot", "acknowledged", by="ann")
    async with running(path, clock=clock) as journal, watching(journal, clock) as watcher:
        assert watcher.board.life("hot").state is State.ACKNOWLEDGED
        assert watcher.board.life("hotter").shelved == NOON + 60 * NS
        feed(journal, 59, 70, 70, 20)
        await until(lambda: len(told(path)) == 7)
    assert told(path) == [
        "hot raised",
        "hotter raised",
        "hot acknowledged",
        "hotter shelved",
        "hotter unshelved",
        "hot returned",
        "hotter returned",
    ]


async def test_nothing_is_lost_or_told_twice_wherever_it_is_cut_off(tmp_path: Path) -> None:
    values = [20.0 + 50 * (number % 3) for number in range(60)]
    whole = tmp_path / "whole.db"
    cuts: list[Path] = []
    async with running(whole) as journal, watching(journal, Clock()) as watcher:
        for start in range(0, 60, 6):
            feed(journal, start, *values[start : start + 6])
            await asyncio.sleep(0.001 * (start % 4))
            cut = tmp_path / f"cut-{start}.db"  # as a killed process leaves it
            await asyncio.to_thread(_copy, whole, cut)
            cuts.append(cut)
        await settled(journal, watcher)
    answer = told(whole)
    assert len(answer) > 70
    for cut in cuts:
        with JournalReader(cut) as reader:
            missing = 60 - sum(not isinstance(e, Event) for e in reader.entries(0, 1000))
        async with running(cut) as journal, watching(journal, Clock()) as watcher:
            feed(journal, 60 - missing, *values[60 - missing :])
            await settled(journal, watcher)
        assert told(cut) == answer, cut.name


async def test_nobody_is_told_of_what_was_before_there_were_rules(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        feed(journal, 1, 50)
    async with running(path) as journal, watching(journal, Clock()) as watcher:
        feed(journal, 2, 20)
        await settled(journal, watcher)
    assert told(path) == []


async def test_rules_that_are_back_do_not_judge_what_was_in_between(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal, watching(journal, Clock()) as watcher:
        feed(journal, 1, 20)
        await settled(journal, watcher)
    async with running(path) as journal, watching(journal, Clock(), Desk([])):
        feed(journal, 2, 50)
        feed(journal, 3, 20)
    async with running(path) as journal, watching(journal, Clock()) as watcher:
        feed(journal, 4, 20)
        await settled(journal, watcher)
    assert told(path) == []


def silence() -> Desk:
    settings = Settings(sort=Sort(name="silent"), points=(Point("chamber", "temperature"),))
    return Desk([Rule(settings, Stale(NS // 2))])


async def test_where_nothing_is_journalled_time_goes_by_and_a_replay_has_the_same(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal, watching(journal, Clock(), silence()) as watcher:
        feed(journal, 1, 20)
        await until(lambda: told(path) == ["silent raised"])
        await settled(journal, watcher)
        feed(journal, 60, 20)
        await until(lambda: told(path)[1:2] == ["silent returned"])
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
        raised = next(e for e in events if e.kind == "alarm-raised")
        passed = next(e for e in events if e.seq == raised.data["cause"])  # not before the reading
        second = max(scan.seq for scan in reader.scans(Query()))
        changes = list(replay(reader, silence(), Query()))
    assert passed.kind == "time-passed"
    assert 0.5 <= (passed.time - NOON) / NS - 1 < 10
    assert raised.time == pytest.approx(passed.time, abs=NS / 1000)
    assert [(c.what, c.cause) for c in changes if isinstance(c, Change)][:2] == [
        ("raised", passed.seq),
        ("returned", second),
    ]


async def test_a_shelf_ends_although_nothing_comes(tmp_path: Path) -> None:
    path, clock = tmp_path / "journal.db", Clock()
    async with running(path, clock=clock) as journal, watching(journal, clock) as watcher:
        feed(journal, 1, 50)
        await settled(journal, watcher)
        watcher.ask("hot", "shelved", by="ann", why="door", until=NOON + NS // 2)
        await until(lambda: told(path)[-1] == "hot unshelved")
        assert watcher.board.life("hot").state is State.UNACKNOWLEDGED


async def test_people_have_to_wait_until_the_journal_is_read(tmp_path: Path) -> None:
    async with running(tmp_path / "journal.db") as journal:
        with pytest.raises(AlarmError, match="try again"):
            Watcher(journal, desk(), Clock()).ask("hot", "acknowledged", by="ann")


def _copy(source: Path, target: Path) -> None:
    for ending in ("-wal", ""):  # the log first: what it lacks is in the file copied after it
        file = source.with_name(source.name + ending)
        if file.exists():
            shutil.copyfile(file, target.with_name(target.name + ending))


def with_limit(limit: float, *others: Rule) -> list[Rule]:
    """The rule ``hot`` with another limit; rules are told apart by their recipe."""
    settings = Settings(
        sort=Sort(name="hot", priority="high"),
        points=(Point("chamber", "temperature"),),
        recipe=f"{limit}",
    )
    return [Rule(settings, Limit(limit, above=True)), *others]


def cusum(title: str = "") -> Rule:
    settings = Settings(
        sort=Sort(name="sum", title=title), points=(Point("chamber", "temperature"),)
    )
    return Rule(settings, Cusum(20, 1, slack=0, decision=10))


async def test_a_changed_rule_takes_over_and_the_others_keep_their_past(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    rules = Desk(with_limit(40, cusum()))
    async with running(path) as journal, watching(journal, Clock(), rules) as watcher:
        feed(journal, 1, *[22.0] * 4, 50, 20)
        await settled(journal, watcher)
        watcher.ask("hot", "acknowledged", by="ann")
        await watcher.change(with_limit(21, cusum("with a title")))
        feed(journal, 7, 22)
        await settled(journal, watcher)
        titles = [sort.title for sort, _ in watcher.board]
        await watcher.change([cusum("with a title")])
        await watcher.change([])
        feed(journal, 8, 99)
        await until(lambda: not journal.pending)
        await watcher.change(with_limit(40))
        feed(journal, 9, 50)
        await settled(journal, watcher)
    assert titles == ["", "with a title"]
    assert told(path) == [
        "hot raised",
        "sum raised",
        "hot returned",
        "hot acknowledged",
        "hot raised",
        "hot retired",
        "sum retired",
        "hot raised",
    ]


async def test_new_rules_have_seen_what_was(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal, watching(journal, Clock()) as watcher:
        feed(journal, 1, *[22.0] * 5)
        await settled(journal, watcher)
        await watcher.change([cusum()])
        assert told(path) == []
        feed(journal, 6, 22)
        await settled(journal, watcher)
    assert told(path) == ["hot retired", "hotter retired", "sum raised"]


async def test_an_alarm_that_went_while_the_daemon_was_down_is_retired_if_it_stood(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal, watching(journal, Clock()) as watcher:
        feed(journal, 1, 70, 50)
        await settled(journal, watcher)
    for rules in (with_limit(40), []):
        async with running(path) as journal, watching(journal, Clock(), Desk(rules)) as watcher:
            await until(lambda: not journal.pending)
    assert told(path) == [
        "hot raised",
        "hotter raised",
        "hotter returned",
        "hotter retired",
        "hot retired",
    ]


async def test_rules_that_change_before_the_journal_is_read(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        watcher = Watcher(journal, desk(), Clock())
        await watcher.change(with_limit(21))
        task = asyncio.create_task(watcher.run(), name="alarms")
        await until(lambda: watcher.ready)
        feed(journal, 1, 22)
        await settled(journal, watcher)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert told(path) == ["hot raised"]


async def test_a_thousand_alarms_at_once_are_marked_in_the_journal_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a start goes on from was looked for after each of them: a second without a scan."""
    points = (Point("chamber", "temperature"),)
    many = Desk(
        Rule(Settings(sort=Sort(name=f"a{n}", group="all"), points=points), Limit(n, above=True))
        for n in range(1000)
    )
    async with running(tmp_path / "journal.db") as journal, watching(journal, Clock(), many) as it:
        saved, save = list[str](), journal.save_cursor

        def counted(sink: str, cursor: Cursor) -> None:
            saved.append(sink)
            save(sink, cursor)

        monkeypatch.setattr(journal, "save_cursor", counted)
        feed(journal, 1, 5000)
        await until(lambda: all(life.active for _, life in it.board))
        await settled(journal, it)
        standing = journal.cursor(STANDING)
    assert saved.count(STANDING) == 1
    assert standing is not None
    assert 0 < standing.live < 5, "before the first of a thousand"
