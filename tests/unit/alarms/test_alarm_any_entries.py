"""Rules on any entries: nothing fails, and a replay or a restart says what the life said."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.alarms.board import Change
from daq.alarms.desk import Desk
from daq.alarms.record import Told, event_of
from daq.build.alarms import build_rules
from daq.config.config import Config
from daq.journal import kinds
from daq.journal.entry import Entry, Event, Scan
from drivers.model import Status
from tests.alarm_samples import as_event, event, series
from tests.journal_samples import NOON, NS

ON = {"channel": "one.a"}
CHART = {**ON, "mean": 0.0, "sigma": 1.0}
ALARMS: dict[str, dict[str, Any]] = {
    "limit": {"type": "limit", **ON, "low": -1.0, "high": 1.0, "dead_band": 0.5, "on_delay": "2s"},
    "change": {"type": "change", **ON, "rise": 2.0, "fall": 2.0, "window": "5s"},
    "apart": {"type": "deviation", **ON, "set_point": "one.b", "by": 1.0, "settle": "3s"},
    "stale": {"type": "stale", **ON, "after": "4s", "unless": "state"},
    "silent": {"type": "silent", "instrument": "one", "on_delay": "3s"},
    "bus": {"type": "silent", "bus": "line"},
    "away": {"type": "silent", "daemon": True},
    "quality": {"type": "quality", **ON, "off_delay": "1s", "priority": "low"},
    "flat": {"type": "flat", **ON, "window": "3s", "band": 0.5},
    "state": {"type": "state", "channel": "one.b", "values": [0, True, "x"], "priority": "low"},
    "both": {"type": "combination", "need": "all", "of": ["quality", "stale"], "within": "3s"},
    "none": {"type": "combination", "need": "none", "of": ["limit.high"], "when": "quality"},
    "flood": {"type": "flood", "more_than": 3, "until_below": 2, "window": "20s"},
    "shew": {"type": "shewhart", **CHART, "every": "2s"},
    "ew": {"type": "ewma", **CHART},
    "cu": {"type": "cusum", **CHART},
    "trend": {"type": "trend", **ON, "above": 3.0, "window": "4s", "horizon": "1min"},
    "standard": {
        "type": "check-standard",
        **ON,
        "nominal": 1.0,
        "near": 0.5,
        "hold": "1s",
        "tolerance": 0.2,
        "sigma": 0.1,
        "horizon": "1d",
        "overdue": "1min",
    },
}
CONFIG = Config.model_validate(
    {
        "site": {"name": "lab"},
        "bus": {"line": {"address": "127.0.0.1:1"}},
        "instrument": {
            "one": {
                "profile": "eastron-sdm630",
                "bus": "line",
                "unit": 1,
                "group": {"all": {"interval": "1s"}},
            }
        },
        "alarm": ALARMS,
    }
)
ONE = series("one", "a", "b")
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=2),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from([0.9, 1.0, 1.1, 0.0, 5.0, math.inf]),
)
SCAN = st.tuples(st.just("scan"), VALUES, VALUES, st.sampled_from(list(Status)))
EVENT = st.tuples(
    st.sampled_from([kind.name for kind in kinds.KINDS if not kind.name.startswith("alarm-")]),
    st.sampled_from(["one", "line", "daq", "", "standard"]),
    st.one_of(st.none(), st.floats(-1e4, 1e4), st.text(max_size=3)),
)
STEPS = st.lists(
    st.tuples(st.one_of(st.floats(0, 3), st.floats(-1e5, 1e5)), st.one_of(SCAN, EVENT)),
    max_size=40,
)


def entries(steps: Sequence[tuple[float, tuple[Any, ...]]]) -> Iterator[Entry]:
    now = 0.0
    for seq, (passed, (what, *rest)) in enumerate(steps, 1):
        now += passed
        if what == "scan":
            first, second, status = rest
            time = NOON + round(now * NS)
            yield Scan(seq, time, ONE, (first, second), (status, Status.GOOD))
        else:
            data = {} if rest[1] is None else {"seconds": rest[1], "value": rest[1]}
            yield event(what, seq, now, subject=rest[0], **data)


def as_event_of_time(time: int) -> Event:
    return event("time-passed", 10**6, (max(time, NOON) - NOON) / NS)


def desk() -> Desk:
    return Desk(build_rules(CONFIG))


def told(one: Desk, some: Sequence[Entry]) -> list[Told]:
    return [each for entry in some for each in one.take(entry)]


@given(STEPS)
def test_nothing_fails_and_each_change_makes_an_event(
    steps: list[tuple[float, tuple[Any, ...]]],
) -> None:
    known = {kind.name: kind for kind in kinds.KINDS}
    one, some = desk(), list(entries(steps))
    for entry in some:
        for each in one.take(entry):
            record = event_of(each)
            assert record.data.keys() <= known[record.kind].data.keys()
            assert record.severity in known[record.kind].severities
    passed = as_event_of_time(one.now)
    one.take(passed)
    assert one.due() > passed.time, "what is due at once again would be for ever"
    for sort, life in one.board:
        assert not (life.hidden and life.pending), sort.name


@given(STEPS)
def test_a_replay_says_what_the_life_said(steps: list[tuple[float, tuple[Any, ...]]]) -> None:
    some = list(entries(steps))
    life = told(desk(), some)
    # The journal of that life holds its own words as well, which are not judged again.
    assert told(desk(), list(journal(some, life))) == life


def journal(some: Sequence[Entry], life: Sequence[Told]) -> Iterator[Entry]:
    for entry in some:
        yield entry
        yield from (as_event(event_of(t), entry.seq) for t in life if t.cause == entry.seq)


@given(STEPS, st.data())
def test_a_restart_goes_on_with_the_lives_and_forgets_no_alarm(
    steps: list[tuple[float, tuple[Any, ...]]], data: st.DataObject
) -> None:
    some = list(entries(steps))
    cut = data.draw(st.integers(0, len(some)))
    before = desk()
    judged = list(journal(some[:cut], told(before, some[:cut])))
    after = desk()
    for entry in judged:
        after.warm(entry)
    after.restore(entry for entry in judged if isinstance(entry, Event))
    assert list(after.board) == list(before.board)
    changes = [t for t in told(after, some[cut:]) if isinstance(t, Change)]
    assert all(change.cause > cut for change in changes)


@given(STEPS, st.data())
def test_a_reload_that_changes_nothing_changes_nothing(
    steps: list[tuple[float, tuple[Any, ...]]], data: st.DataObject
) -> None:
    some = list(entries(steps))
    cut = data.draw(st.integers(0, len(some)))
    one = desk()
    first = told(one, some[:cut])
    fresh = desk()
    assert not fresh.learns_from(one)
    assert fresh.follow(one, NOON) == []
    assert first + told(fresh, some[cut:]) == told(desk(), some)


@pytest.mark.parametrize("name", ALARMS)
def test_a_rule_whose_settings_changed_is_another(name: str) -> None:
    changed = {**ALARMS[name], "title": "another"}
    plain = CONFIG.model_dump(mode="json")
    same = CONFIG.model_validate({**plain, "alarm": {**ALARMS, name: changed}})
    assert not Desk(build_rules(same)).learns_from(desk())
    delayed = {**ALARMS[name], "when" if name != "none" else "unless": "bus"}
    if name != "bus":
        other = {**plain, "alarm": {**ALARMS, name: delayed}}
        assert Desk(build_rules(CONFIG.model_validate(other))).learns_from(desk())
