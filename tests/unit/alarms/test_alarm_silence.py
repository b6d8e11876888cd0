"""Dead man's switches: what the events of the daemon's own watch make of an alarm."""

from collections.abc import Sequence

import pytest

from daq.alarms.board import Sort
from daq.alarms.conditions.away import Away
from daq.alarms.conditions.condition import Condition
from daq.alarms.conditions.silent import Silent
from daq.alarms.engine import Engine
from daq.alarms.rule import Rule, Settings
from daq.journal.entry import Entry, Event
from tests.alarm_samples import event, scan, series
from tests.journal_samples import NS

METER = series("meter", "u", number=2)


def rule(condition: Condition, on: float = 0) -> Rule:
    return Rule(Settings(sort=Sort(name="x"), on_delay=round(on * NS)), condition)


def edges(engine: Engine, entries: Sequence[Entry]) -> list[tuple[int, str]]:
    return [(entry.seq, turn.what) for entry in entries for turn in engine.feed(entry)]


def said(*pairs: tuple[str, str]) -> list[Event]:
    return [event(kind, n, n, subject=subject) for n, (kind, subject) in enumerate(pairs, 1)]


@pytest.mark.parametrize(
    ("condition", "events", "answer"),
    [
        (
            Silent(["a"]),
            [("instrument-silent", "b"), ("instrument-silent", "a"), ("instrument-speaks", "a")],
            [(2, "raised"), (3, "returned")],
        ),
        (Silent(["a"]), [("bus-silent", "line")], []),
        (
            Silent(["a"], "line"),
            [("bus-silent", "line"), ("bus-speaks", "other"), ("bus-speaks", "line")],
            [(1, "raised"), (3, "returned")],
        ),
        (
            Silent(["a", "b"], "line"),
            [("instrument-silent", "a"), ("instrument-silent", "b"), ("instrument-speaks", "a")],
            [(2, "raised"), (3, "returned")],
        ),
        (
            Silent(["a"], "line"),
            [("bus-silent", "line"), ("start", "daq"), ("instrument-found", "a")],
            [(1, "raised"), (3, "returned")],
        ),
    ],
    ids=["instrument", "not its bus", "its bus", "all of a bus", "over after a start"],
)
def test_a_silence_that_is_told(
    condition: Silent, events: list[tuple[str, str]], answer: list[tuple[int, str]]
) -> None:
    assert edges(Engine([rule(condition)]), said(*events)) == answer


def test_a_silence_says_its_cause() -> None:
    engine = Engine([rule(Silent(["a"]))])
    (turn,) = engine.feed(event("instrument-silent", 1, 0, subject="a", cause="timeout"))
    assert turn.text == "no reading of use: timeout"


def test_a_silence_restored_ends_when_the_instrument_answers() -> None:
    engine = Engine([rule(Silent(["a"]))])
    engine.restore("x", active=True, suppressed=False)
    assert edges(engine, said(("start", "daq"), ("instrument-found", "a"))) == [(2, "returned")]


def test_a_delay_on_a_silence_is_over_without_another_event_of_it() -> None:
    engine = Engine([rule(Silent(["a"]), on=30)])
    events = [event("instrument-silent", 1, 0, subject="a"), scan(METER, 2, 29, 1.0)]
    assert edges(engine, [*events, scan(METER, 3, 30, 1.0)]) == [(3, "raised")]


ABSENCES = [
    ("killed", [scan(METER, 1, 0, 1.0), event("start", 2, 5)], True),
    ("stopped for long", [event("stop", 1, 0), event("start", 2, 600)], True),
    ("stopped for short", [event("stop", 1, 0), event("start", 2, 599)], False),
    ("nothing is known from before", [event("start", 1, 0)], False),
    ("killed after a restart", [*said(("stop", ""), ("start", "")), event("start", 3, 9)], True),
]


@pytest.mark.parametrize(
    ("entries", "raised"), [each[1:] for each in ABSENCES], ids=[each[0] for each in ABSENCES]
)
def test_the_daemon_was_away(entries: list[Entry], *, raised: bool) -> None:
    last = entries[-1].seq
    after = scan(METER, last + 1, 1000, 1.0)
    found = edges(Engine([rule(Away(600 * NS))]), [*entries, after])
    assert found == ([(last, "raised"), (last + 1, "returned")] if raised else [])


def test_an_absence_says_from_when_to_when() -> None:
    engine = Engine([rule(Away(600 * NS))])
    engine.feed(scan(METER, 1, 0, 1.0))
    (turn,) = engine.feed(event("start", 2, 90))
    assert turn.text == (
        "away from 2026-11-23T12:00:00Z to 2026-11-23T12:01:30Z (90 s), not stopped in order"
    )
