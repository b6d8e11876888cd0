"""Drift of an instrument by its check standard, against published and worked-out answers."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from daq.alarms.board import Change, Sort
from daq.alarms.check import Check
from daq.alarms.conditions.check_standard import CheckStandard, Limits
from daq.alarms.conditions.condition import NS
from daq.alarms.conditions.equals import Equals
from daq.alarms.desk import Desk
from daq.alarms.rule import Point, Rule, Settings
from daq.alarms.watcher import Watcher
from daq.journal.entry import Scan
from daq.journal.reader import JournalReader
from drivers.model import Status, Value
from tests.alarm_samples import scan, series
from tests.journal_samples import NOON, Clock, running, until
from tests.unit.alarms.test_alarm_charts import MONTGOMERY

BALANCE = series("balance", "weight", number=5)
WEIGHT = (Point("balance", "weight"),)
DAY = 86_400


def rule(limits: Limits, nominal: float = 100.0, last: int = 50) -> Rule:
    condition = CheckStandard(nominal, 5.0, 2 * NS, limits, last)
    return Rule(Settings(sort=Sort(name="drift"), points=WEIGHT), condition)


def weighed(values: Sequence[Value], start: float = 0, seq: int = 1) -> list[Scan]:
    """A value a second; text is a reading that is not stable, of that value."""
    return [
        scan(
            BALANCE,
            seq + n,
            start + n,
            float(value) if isinstance(value, str) else value,
            status=Status.UNSTABLE if isinstance(value, str) else Status.GOOD,
        )
        for n, value in enumerate(values)
    ]


def put_on(values: Sequence[float], every: float = DAY) -> Iterator[Scan]:
    """The standard is put on for three seconds and taken off, with the readings of each time."""
    for n, value in enumerate(values):
        yield from weighed([0.0, value, value, value, 0.0], n * every, 5 * n + 1)


def checks(rules: Sequence[Rule], entries: Sequence[Scan]) -> list[Check]:
    desk = Desk(rules)
    return [t for entry in entries for t in desk.take(entry) if isinstance(t, Check)]


def edges(limits: Limits, values: Sequence[float], nominal: float = 100.0) -> list[int]:
    """The numbers of the checks, from 1, at which it is raised, returned ..."""
    desk, found = Desk([rule(limits, nominal)]), list[int]()
    for entry in put_on(values):
        found += [(entry.seq - 1) // 5 + 1 for t in desk.take(entry) if isinstance(t, Change)]
    return found


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ([0.0, 99.0, 100.0, 101.0, 101.0, 101.0], [(3, 100.0, 3)]),
        ([99.0, 100.0, 101.0, 0.0, 102.0, 102.0, 102.0], [(2, 100.0, 3), (6, 102.0, 3)]),
        ([100.0, 100.0, 0.0, 100.0, 100.0], []),
        ([100.0, "100.5", 100.0, 100.0, 101.0], [(4, 100 + 1 / 3, 3)]),
        ([100.0, None, 100.0, 100.0, 100.0], [(4, 100.0, 3)]),
        ([94.9] * 9 + [105.1] * 9, []),
    ],
    ids=["once", "put on again", "too short", "not stable", "a bad reading", "another weight"],
)
def test_what_is_a_check(values: list[Value], made: list[tuple[int, float, int]]) -> None:
    found = checks([rule(Limits(tolerance=9))], weighed(values))
    seconds = [(check.time - NOON) / NS for check in found]
    assert seconds == [second for second, _, _ in made]
    assert [check.made.value for check in found] == pytest.approx([value for _, value, _ in made])
    assert [check.made.readings for check in found] == [count for _, _, count in made]


def test_only_while_somebody_says_that_it_is_measured() -> None:
    both = series("balance", "weight", "checking", number=6)
    on = Rule(Settings(sort=Sort(name="on"), points=(Point("balance", "checking"),)), Equals([1.0]))
    condition = CheckStandard(100, 5, 2 * NS, Limits(tolerance=1), during=True)
    settings = Settings(sort=Sort(name="drift"), points=WEIGHT, members=("on",))
    states = [0, 0, 0, 0, 1, 1, 1, 1, 1]
    entries = [scan(both, n, n, 100.0, float(state)) for n, state in enumerate(states, 1)]
    found = checks([Rule(settings, condition), on], entries)
    # The reading that begins it comes before what says so: it counts from the next.
    assert [check.cause for check in found] == [8]


def test_beyond_the_tolerance_until_a_check_is_within() -> None:
    assert edges(Limits(tolerance=0.5), [100.5, 100.6, 100.0, 99.4]) == [2, 3, 4]


def test_montgomerys_small_shift_is_found_at_the_check_of_the_book() -> None:
    """As the CUSUM of table 9.1 is: at 29, though no check is beyond 3 sigma."""
    assert edges(Limits(sigma=1.0), MONTGOMERY, nominal=10.0) == [29]
    shifted = [value + 0.25 for value in MONTGOMERY]
    assert edges(Limits(sigma=1.0, bias=0.25), shifted, nominal=10.0) == [29]


def test_a_check_beyond_three_sigma_is_told_at_once() -> None:
    desk, told = Desk([rule(Limits(sigma=0.1))]), list[Change]()
    for entry in put_on([100.0, 100.31, 100.0]):
        told += [each for each in desk.take(entry) if isinstance(each, Change)]
    assert [(change.what, change.text) for change in told] == [
        ("raised", "3.1 sigma off, allowed 3"),
        ("returned", ""),
    ]


def test_a_trend_is_told_before_the_tolerance_is_reached() -> None:
    """0.01 a day, tolerance 0.5, 30 days before: at the 21st check, whose error is 0.2."""
    limits = Limits(tolerance=0.5, horizon=30 * DAY * NS)
    drifting = [100 + 0.01 * n + 0.001 * (n % 2) for n in range(40)]
    (first, *_) = edges(limits, drifting)
    assert first == pytest.approx(21, abs=1)
    assert edges(limits, [100 + 0.1 * (-1) ** n for n in range(40)]) == []


def test_a_check_that_nobody_makes_is_overdue() -> None:
    desk, told = Desk([rule(Limits(tolerance=1, overdue=3600 * NS))]), list[tuple[float, str]]()
    entries = [*put_on([100.0]), scan(BALANCE, 6, 3602, 0.0), scan(BALANCE, 7, 3603, 0.0)]
    for entry in [*entries, *weighed([100.0] * 3, 5000, 8)]:
        for each in desk.take(entry):
            if isinstance(each, Change):
                told.append(((each.time - NOON) / NS, each.what))
    assert told == [(3603, "raised"), (5002, "returned")]


async def test_checks_of_weeks_are_known_after_a_restart(tmp_path: Path) -> None:
    """The history shown to rules is short; the checks come from their events."""
    path, split = tmp_path / "journal.db", 25
    entries = list(put_on([value + 90 for value in MONTGOMERY]))
    for part in (entries[: 5 * split], entries[5 * split :]):
        async with running(path) as journal:
            one = Desk([rule(Limits(sigma=1.0))])
            watcher = Watcher(journal, one, Clock(), history=10)
            task = asyncio.create_task(watcher.run(), name="alarms")
            await until(lambda watcher=watcher: watcher.ready)
            for entry in part:
                of = journal.series(BALANCE.key)
                journal.append_scan(of, entry.time, entry.values, entry.statuses)
            await until(
                lambda journal=journal, watcher=watcher: (
                    not journal.pending and watcher.judged == journal.committed
                )
            )
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    with JournalReader(path) as reader:
        events = reader.events_between(0, reader.last)
    kinds = [event.kind for event in events]
    assert kinds == [*["standard-checked"] * 29, "alarm-raised", "standard-checked"]
    assert "drifted: sum 5.28 sigma" in events[29].text
    assert events[28].data["error"] == pytest.approx(1.31)
