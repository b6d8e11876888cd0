"""Floods of alarms after ISA-18.2: more than 10 in 10 minutes, over below 5."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from daq.alarms.board import Change, Priority, Sort
from daq.alarms.conditions.flood import Flood
from daq.alarms.conditions.limit import Limit
from daq.alarms.desk import Desk
from daq.alarms.flooding import UNNAMED, Flooded
from daq.alarms.record import Told, event_of
from daq.alarms.rule import Point, Rule, Settings
from daq.build.alarms import build_rules
from daq.config.config import Config
from daq.journal.entry import Entry, Event
from tests.alarm_samples import as_event, scan, series
from tests.journal_samples import NOON, NS

ALARMS = 14
CHAMBER = series("chamber", *(f"c{n}" for n in range(ALARMS)))


def desk(flood: Priority = "high") -> Desk:
    rules = [Rule(Settings(sort=Sort(name="flood", priority=flood)), Flood())]
    for number in range(ALARMS):
        priority: Priority = "low" if number % 2 else "high"
        sort, point = Sort(name=f"a{number}", priority=priority), Point("chamber", f"c{number}")
        rules.append(Rule(Settings(sort=sort, points=(point,)), Limit(0, above=True)))
    return Desk(rules)


def state(seq: int, minute: float, on: int) -> Entry:
    """The first ``on`` channels are beyond their limits."""
    return scan(CHAMBER, seq, minute * 60, *[float(n < on) for n in range(ALARMS)])


ONE_A_MINUTE = [state(n + 1, n, n + 1) for n in range(9)]


def said(entries: Sequence[Entry], one: Desk | None = None) -> list[Told]:
    judging = one or desk()
    return [told for entry in entries for told in judging.take(entry)]


def told(entries: Sequence[Entry], one: Desk | None = None) -> list[Change]:
    return [told for told in said(entries, one) if isinstance(told, Change)]


def of_flood(changes: Sequence[Told]) -> list[tuple[str, float]]:
    return [
        (change.what, (change.time - NOON) / NS / 60)
        for change in changes
        if isinstance(change, Change) and change.sort.name == "flood"
    ]


def floods(all_said: Sequence[Told]) -> list[tuple[bool, float]]:
    return [(one.on, (one.time - NOON) / NS / 60) for one in all_said if isinstance(one, Flooded)]


def test_ten_are_no_flood_and_eleven_are() -> None:
    assert of_flood(told([*ONE_A_MINUTE, state(10, 9, 10)])) == []
    assert of_flood(told([*ONE_A_MINUTE, state(10, 9, 11)])) == [("raised", 9.0)]


def test_it_is_over_when_fewer_than_five_are_of_the_last_ten_minutes() -> None:
    """Those at 7, 8 and 9 (two) minutes are four; the one at 6 minutes leaves at 16."""
    quiet = [state(seq, minute, 11) for seq, minute in ((11, 15.9), (12, 16.0), (13, 30))]
    everything = said([*ONE_A_MINUTE, state(10, 9, 11), *quiet])
    assert of_flood(everything) == [("raised", 9.0), ("returned", 16.0)]
    assert floods(everything) == [(True, 9.0), (False, 16.0)]
    began = next(event_of(one) for one in everything if isinstance(one, Flooded))
    assert (began.kind, began.subject, began.severity) == ("flood-began", "daq", "warning")
    assert began.text == "a flood of alarms: more than 10 alarms within 10 min"
    assert began.data == {"cause": 10, "rule": "flood"}


def test_what_is_less_urgent_is_marked_while_it_lasts() -> None:
    changes = told([state(1, 0, ALARMS), state(2, 30, 0), state(3, 31, ALARMS)])
    raised = [change for change in changes if change.what == "raised"]
    held = [change.sort.name for change in raised if change.held_back]
    assert held == ["a11", "a13"] * 2, "the eleventh, a10, makes it a flood"
    assert event_of(raised[-1]).data["held_back"] is True
    assert "held_back" not in event_of(raised[0]).data


def test_what_people_do_not_see_is_not_counted() -> None:
    one = desk()
    for number in range(11):
        one.ask(f"a{number}", "shelved", NOON, by="ann", why="repair", until=NOON + 3600 * NS)
    assert of_flood(told([state(1, 0, ALARMS)], one)) == []
    assert of_flood(told([state(2, 60, ALARMS)], one)) == [("raised", 60.0)], "eleven come back"


def journal(changes: Sequence[Told], entries: Sequence[Entry]) -> Iterator[Entry]:
    """Entries, and after each the events of what it changed, as the journal holds them."""
    for entry in entries:
        yield entry
        for change in changes:
            if change.cause == entry.seq:
                yield as_event(event_of(change), entry.seq)


def names(all_said: Sequence[Told]) -> list[str]:
    return [str((one.sort.name, one.what) if isinstance(one, Change) else one) for one in all_said]


@pytest.mark.parametrize("priority", ["high", "none"])
@pytest.mark.parametrize("cut", range(1, 13))
def test_after_a_restart_it_goes_on_as_it_would_have(cut: int, priority: Priority) -> None:
    more = [state(11, 12, 0), state(12, 15.9, 0), state(13, 16, 3), state(14, 18, 3)]
    entries = [*ONE_A_MINUTE, state(10, 9, 11), *more]
    whole = said(entries, desk(priority))
    judged = list(journal(whole, entries[:cut]))
    fresh = desk(priority)
    for entry in judged:
        fresh.warm(entry)
    fresh.restore(event for event in judged if isinstance(event, Event))
    later = [one for one in whole if one.cause > entries[cut - 1].seq]
    assert names(said(entries[cut:], fresh)) == names(later)
    assert len(floods(whole)) == 2


def test_what_is_known_of_a_flood_outlasts_the_entries_that_made_it() -> None:
    """After a month of entries a minute the windows are empty, and yet its end is told."""
    whole = said([*ONE_A_MINUTE, state(10, 9, 11)])
    fresh = desk("none")
    fresh.restore(as_event(event_of(one), 10) for one in whole)
    assert floods(said([state(11, 9.1, 11), state(12, 16, 11)], fresh)) == [(False, 9.1)]


def test_a_flood_ends_with_the_rule_that_said_so() -> None:
    one = desk("none")
    said([*ONE_A_MINUTE, state(10, 9, 11)], one)
    followed = Desk([]).follow(one, NOON)
    assert [event_of(each).kind for each in followed][-1] == "flood-over"


def test_without_a_rule_of_that_kind_one_counts_unseen() -> None:
    limit: dict[str, Any] = {"type": "limit", "channel": "chamber.c1", "high": 1.0}
    site: dict[str, Any] = {"site": {"name": "lab"}}
    unseen = Desk(build_rules(Config.model_validate({**site, "alarm": {"hot": limit}})))
    assert [sort.name for sort, _ in unseen.board] == ["hot.high"]
    assert unseen.rule(UNNAMED) is not None
    flood = {"hot": limit, "many": {"type": "flood", "more_than": 20}}
    assert Desk(build_rules(Config.model_validate({**site, "alarm": flood}))).rule(UNNAMED) is None
    assert build_rules(Config.model_validate(site)) == []
