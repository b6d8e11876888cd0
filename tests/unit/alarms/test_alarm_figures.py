"""What figures are made of besides the cases by hand: events of the daemon, and periods."""

import pytest
from msgspec.structs import replace

from daq.alarms.board import Board, Sort
from daq.alarms.conditions.limit import Limit
from daq.alarms.desk import Desk
from daq.alarms.figures.annunciation import SENT, annunciations
from daq.alarms.figures.figures import figures
from daq.alarms.figures.guide import judged, unjudged
from daq.alarms.figures.rates import HOUR, rates, slices
from daq.alarms.record import event_of
from daq.alarms.rule import Point, Rule, Settings
from daq.journal.entry import Event
from tests.alarm_samples import as_event, scans, series
from tests.journal_samples import NOON, NS


def message(seq: int, second: float, matters: str) -> Event:
    return Event(
        seq=seq,
        time=NOON + round(second * NS),
        kind=SENT,
        subject="li",
        severity="info",
        text="li was told",
        data={"matters": matters},
    )


def test_detection_begins_with_the_reading_that_crossed_the_limit() -> None:
    settings = Settings(
        sort=Sort(name="hot", priority="high"),
        points=(Point("chamber", "temperature"),),
        on_delay=3 * NS,
    )
    desk = Desk([Rule(settings, Limit(60.0, above=True))])
    changes = [
        change
        for scan in scans(series(), [50, 70, 50, 70, 70, 70, 70, 50, 70])
        for change in desk.take(scan)
    ]
    (raised, returned) = (event_of(change) for change in changes)
    assert (raised.data["began"], raised.time) == (NOON + 3 * NS, NOON + 6 * NS)
    assert "began" not in returned.data


def test_the_first_message_counts_and_what_is_not_understood_does_not() -> None:
    board = Board([Sort(name="hot", priority="high")])
    raised = board.apply("hot", "raised", NOON + NS, began=NOON)
    events = [
        as_event(event_of(raised), 7),
        message(8, 2.0, ""),
        message(9, 2.5, "x:raised 77:raised 7"),
        message(10, 4.0, "7:raised"),
    ]
    (told,) = annunciations(events)
    assert told.sent == NOON + round(2.5 * NS)
    found = figures(events, NOON, NOON + 60 * NS).detection
    assert (found.sent.count, found.sent.longest) == (1, 2.5)
    assert found.noticed.count == 0, "this event does not say when it was noticed"


@pytest.mark.parametrize("what", ["unshelved", "in-service", "unsuppressed"])
def test_what_comes_back_while_it_holds_is_told(what: str) -> None:
    board = Board([Sort(name="hot")])
    hidden = {"unshelved": "shelved", "in-service": "out-of-service"}.get(what, "suppressed")
    steps = [
        board.apply("hot", hidden, NOON, until=NOON + 5 * NS),  # pyright: ignore[reportArgumentType]
        board.apply("hot", "raised", NOON + NS),
        board.apply("hot", what, NOON + 2 * NS),  # pyright: ignore[reportArgumentType]
    ]
    found = annunciations(as_event(event_of(step), n) for n, step in enumerate(steps, 1))
    assert [told.time for told in found] == [NOON + 2 * NS]


def test_what_is_taken_out_of_the_configuration_stands_no_more() -> None:
    board = Board([Sort(name="hot")])
    steps = [board.apply("hot", "raised", NOON), board.apply("hot", "retired", NOON + HOUR)]
    events = [as_event(event_of(step), n) for n, step in enumerate(steps, 1)]
    found = figures(events, NOON, NOON + 48 * HOUR)
    assert (found.rates.count, found.standing, found.unacknowledged) == (1, (), 0)


def test_a_clock_that_was_set_back_makes_no_delay_negative() -> None:
    board = Board([Sort(name="hot")])
    raised = as_event(event_of(board.apply("hot", "raised", NOON + 9 * NS)), 1)
    seen = as_event(event_of(board.apply("hot", "acknowledged", NOON)), 2)
    found = figures([raised, seen], NOON, NOON + HOUR)
    assert found.to_acknowledge.longest == 0.0


def test_other_events_count_for_nothing_and_a_damaged_one_is_named() -> None:
    assert annunciations([message(1, 0, "1:raised")]) == []
    board = Board([Sort(name="hot")])
    event = as_event(event_of(board.apply("hot", "raised", NOON)), 5)
    with pytest.raises(ValueError, match="event 5 is no step"):
        annunciations([replace(event, data={"active": "yes"})])


def test_a_period_without_length_is_none() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        rates([], NOON, NOON)


def test_the_last_slice_may_be_shorter() -> None:
    found = slices([NOON, NOON + HOUR], NOON, NOON + HOUR + 1, HOUR)
    assert [(part.count, part.end - part.start) for part in found] == [(1, HOUR), (1, 1)]


def test_what_a_period_is_too_short_to_tell_is_not_judged() -> None:
    """Two alarms in the first minute were 2,880 a day, and all of the time in flood."""
    board = Board([Sort(name="hot", priority="high")])
    steps = [board.apply("hot", what, NOON) for what in ("raised", "returned", "raised")]
    events = [as_event(event_of(step), n) for n, step in enumerate(steps, 1)]
    minute = figures(events, NOON, NOON + 60 * NS)
    assert minute.rates.count == 2
    known = {one.name: one.value for one in judged(minute)}
    assert known == {"peak_ten_minutes": 2, "chattering": 0, "fleeting": 1, "standing": 0}
    day, long, longer = (figures(events, NOON, NOON + n * HOUR) for n in (24, 99, 100))
    assert [*unjudged(day)] == [*unjudged(long)] == ["hours_above", "top_part"]
    assert [*unjudged(longer)] == ["top_part"], "two alarms are all there are"


def test_nothing_at_all_is_as_it_should_be() -> None:
    found = figures([], NOON, NOON + HOUR)
    assert all(each.well for each in judged(found))
    parts = ("hours_above", "tens_above", "in_flood", "top_part")
    assert [*unjudged(found)] == ["per_day", *parts]
    assert found.to_acknowledge.count == found.unacknowledged == 0
