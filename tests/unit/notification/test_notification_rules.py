"""Who is told of what, when: each rule alone, and all of them whatever happens."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daq.alarms.lifecycle import What
from daq.notification.recipient import Place, Recipient, Shift, Window
from daq.notification.rules import Rules
from tests.notification_samples import ALARMS, HOUR, MINUTE, MONDAY, NS, House, policy, recipient

if TYPE_CHECKING:
    from daq.notification.matter import Heard

EVERY_DAY = frozenset(range(7))
MORNING = Shift(EVERY_DAY, Window(6 * 60, 14 * 60))
NIGHT = Shift(EVERY_DAY, Window(22 * 60, 6 * 60))


def house(*recipients: Recipient, **settings: Any) -> House:  # noqa: ANN401 - any of a policy
    return House(policy(*recipients, **settings))


def test_an_alarm_is_told_once_and_so_is_how_it_went_on() -> None:
    lab = house(recipient())
    lab.alarm("hot", "raised")
    for _ in range(3):
        lab.turn(1)
    assert lab.stages("li") == [("hot", "raised")]
    lab.alarm("hot", "acknowledged", by="Wang")
    lab.turn(1)
    lab.turn(1)
    lab.alarm("hot", "returned")
    lab.turn(1)
    assert lab.stages("li") == [("hot", "raised"), ("hot", "acknowledged"), ("hot", "over")]
    lab.turn(1)
    assert lab.matters == ()


def test_who_wants_no_follow_up_is_told_only_that_it_holds_again() -> None:
    lab = house(recipient(follow_up=False))
    for what in ("raised", "returned", "raised", "acknowledged", "returned", "raised"):
        lab.alarm("hot", what)
        lab.turn(1)
    assert lab.stages("li") == [("hot", "raised"), ("hot", "raised")]
    assert len({seq for _, seq, _ in lab.told}) == 2


def test_that_it_holds_again_is_news_to_who_was_told_that_it_was_over() -> None:
    lab = house(recipient())
    for what in ("raised", "returned", "raised"):
        lab.alarm("hot", what)
        lab.turn(1)
    assert [stage for _, stage in lab.stages("li")] == ["raised", "returned", "raised"]


def test_least_priority_and_none() -> None:
    lab = house(recipient("li", rank=1), recipient("wang", rank=-1), recipient("chen"))
    for name in ALARMS:
        lab.alarm(name, "raised")
    lab.turn(1)
    assert {name for name, _ in lab.stages("li")} == {"fire", "hot"}
    assert lab.stages("wang") == []
    assert len(lab.stages("chen")) == 4


def test_many_at_once_are_one_message_the_most_urgent_first() -> None:
    lab = house(recipient())
    for name in reversed([*ALARMS]):
        lab.alarm(name, "raised")
    lab.turn(1)
    assert lab.messages == [
        ("li", "[lab] 4 messages, the most urgent: Fire in the oven (fire) raised")
    ]


def test_instruments_and_rooms() -> None:
    places = {
        "fire": Place(frozenset({"oven"}), frozenset({"2"})),
        "hot": Place(frozenset({"chamber"}), frozenset({"1"})),
        "warm": Place(frozenset({"bath"}), frozenset({"1"})),
    }
    one = recipient("one", rooms=frozenset({"1"}))
    two = recipient("two", instruments=frozenset({"oven", "bath"}))
    lab = house(one, two, alarms={**places, "dry": Place()})
    for name in ("fire", "hot", "warm"):
        lab.alarm(name, "raised")
    lab.turn(1)
    assert {name for name, _ in lab.stages("one")} == {"hot", "warm"}
    assert {name for name, _ in lab.stages("two")} == {"fire", "warm"}


def test_escalation_only_while_nobody_has_taken_charge() -> None:
    lab = house(recipient("li"), recipient("chief", after=15 * MINUTE))
    lab.alarm("hot", "raised")
    lab.alarm("warm", "raised")
    lab.turn(14 * 60)
    lab.alarm("warm", "acknowledged", by="Li")
    lab.turn(0)
    assert lab.stages("chief") == []
    lab.turn(2 * 60)
    assert lab.stages("chief") == [("hot", "raised")]
    assert len(lab.stages("li")) == 3


def test_when_the_first_cannot_be_told_the_next_are_at_once() -> None:
    chief = recipient("chief", after=HOUR, events=frozenset({"notification-failed"}))
    lab = house(recipient("li"), chief)
    lab.down = {"li"}
    lab.alarm("hot", "raised")
    lab.turn(1)
    lab.turn(1)
    assert set(lab.stages("chief")) == {("li", "raised"), ("hot", "raised")}
    lab.down = set()
    lab.turn(1)
    lab.turn(1)
    assert lab.stages("li") == [("hot", "raised")]
    assert ("li", "over") in lab.stages("chief")
    kinds = [event.kind for event in lab.events if event.subject == "li"]
    assert kinds.count("notification-failed") == kinds.count("notification-restored") == 1


def test_who_comes_on_duty_is_told_of_what_nobody_has_taken_charge_of() -> None:
    lab = house(recipient("li", shifts=(NIGHT,)), recipient("chief"))  # it is noon
    lab.alarm("hot", "raised")
    lab.alarm("warm", "raised")
    lab.turn(1)
    assert lab.stages("li") == []
    lab.alarm("warm", "acknowledged")
    lab.turn(10 * 3600 - 2)
    assert lab.stages("li") == []
    lab.turn(2)
    assert lab.stages("li") == [("hot", "raised")]


def test_an_event_without_an_end_is_told_to_who_comes_on_duty_within_a_day() -> None:
    lab = house(recipient("li", shifts=(NIGHT,), events=frozenset({"suspended"})))
    lab.event("suspended", "daq", "warning")
    lab.turn(1)
    assert lab.stages("li") == []
    lab.turn(10 * 3600)
    assert lab.stages("li") == [("daq", "raised")]
    lab.turn(86_400)
    assert lab.matters == ()


def test_quiet_hours_hold_back_all_but_the_critical() -> None:
    lab = house(recipient(quiet=Window(11 * 60, 13 * 60)))
    for name in ("fire", "hot", "warm"):
        lab.alarm(name, "raised")
    lab.turn(1)
    lab.alarm("warm", "acknowledged")
    lab.turn(1)
    assert lab.stages("li") == [("fire", "raised")]
    lab.turn(3600)
    assert lab.stages("li") == [("fire", "raised"), ("hot", "raised")]


def test_a_digest_tells_of_everything_once_however_it_ended() -> None:
    lab = house(recipient(digest=2, digest_at=(8 * 60, 16 * 60)))
    for what in ("raised", "returned", "acknowledged"):
        lab.alarm("warm", what)
    lab.alarm("dry", "raised")
    lab.alarm("hot", "raised")
    lab.turn(1)
    assert lab.stages("li") == [("hot", "raised")]
    lab.turn(4 * 3600 - 2)
    assert len(lab.told) == 1
    lab.turn(1)
    assert lab.stages("li")[1:] == [("dry", "raised"), ("warm", "over")]
    assert lab.messages[-1][1] == "[lab] Digest: 2 messages"
    lab.alarm("dry", "returned")
    lab.turn(86_400)
    assert len(lab.told) == 3


def test_a_shelved_alarm_calls_nobody_and_comes_back() -> None:
    lab = house(recipient("li"), recipient("chief", after=10 * MINUTE))
    lab.alarm("hot", "raised")
    lab.turn(1)
    lab.alarm("hot", "shelved", by="Li")
    lab.turn(3000)
    assert lab.stages("chief") == []
    assert lab.stages("li") == [("hot", "raised"), ("hot", "hidden")]
    lab.alarm("hot", "unshelved")
    lab.turn(1)
    assert lab.stages("li")[2:] == [("hot", "raised")]
    lab.turn(601)
    assert lab.stages("chief") == [("hot", "raised")]


def test_pauses_grow_while_alarms_keep_coming_and_the_critical_do_not_wait_long() -> None:
    lab = house(recipient(pause=MINUTE, pause_longest=15 * MINUTE, follow_up=False))
    for second in range(3600):
        lab.alarm("warm", ("raised", "acknowledged", "returned")[second % 3])
        lab.turn(1)
    assert 5 <= len(lab.messages) <= 8
    before = len(lab.messages)
    lab.alarm("fire", "raised")
    for _ in range(61):
        lab.turn(1)
    assert len(lab.messages) == before + 1
    assert "fire" in lab.messages[-1][1]


def test_a_fault_that_ends_soon_is_told_to_nobody() -> None:
    lab = house(recipient(events=frozenset({"sink-lost"}), digest=3))
    lab.event("sink-lost", "broker", "warning")
    lab.turn(500)
    lab.event("sink-restored", "broker")
    lab.turn(3600)
    assert lab.told == []
    assert lab.matters == ()
    lab.event("sink-lost", "broker", "warning")
    lab.turn(601)
    lab.turn(601)
    assert lab.stages("li") == [("broker", "raised")]
    lab.event("sink-restored", "broker")
    lab.turn(1)
    assert lab.stages("li")[1:] == [("broker", "over")]


def test_kinds_that_are_not_listed_are_not_told() -> None:
    lab = house(recipient(events=frozenset({"journal-full"})))
    lab.event("journal-trouble", "journal", "error")
    lab.event("journal-full", "journal", "warning")
    lab.event("start", "daq")
    lab.turn(1)
    assert lab.stages("li") == [("journal", "raised")]


def test_a_crash_is_told_and_an_orderly_end_is_not() -> None:
    lab = house(recipient(events=frozenset({"crash"})))
    lab.restart(orderly=True)
    assert lab.told == []
    lab.restart(orderly=False)
    lab.turn(1)
    assert lab.stages("li") == [("daq", "raised")]
    lab.restart(orderly=True)
    assert len(lab.told) == 1


def test_a_fault_that_outlasts_a_restart_is_told_once() -> None:
    lab = house(recipient(events=frozenset({"instrument-silent", "bus-silent"})))
    lab.event("instrument-silent", "oven", "error")
    lab.event("bus-silent", "rs485", "error")
    lab.turn(1)
    lab.restart(orderly=False)
    lab.turn(60)
    lab.event("instrument-silent", "oven", "error")  # the daemon tells of it anew
    lab.turn(1)
    assert len(lab.told) == 2
    lab.turn(900)
    assert lab.stages("li")[2:] == [("rs485", "over")]
    lab.event("instrument-speaks", "oven")
    lab.turn(1)
    assert lab.stages("li")[3:] == [("oven", "over")]


def test_what_is_configured_no_more_is_told_no_more() -> None:
    silent = frozenset({"bus-silent"})
    lab = house(
        recipient("li", events=silent), recipient("chief", after=10 * MINUTE, events=silent)
    )
    lab.alarm("hot", "raised")
    lab.event("bus-silent", "rs485", "error")
    lab.turn(1)
    people = lab.rules.policy.recipients
    lab.rules = Rules(policy(*people, alarms={"fire": Place()}, buses={}))
    lab.turn(3600)
    assert lab.told == [("li", 2, "raised"), ("li", 3, "raised")]
    assert lab.matters == ()


def test_a_clock_that_is_set_neither_hastens_nor_delays() -> None:
    lab = house(recipient("li"), recipient("chief", after=10 * MINUTE))
    lab.alarm("hot", "raised")
    lab.turn(1)
    lab.now += HOUR
    lab.event("clock-stepped", "daq", "warning", {"seconds": 3600.0})
    lab.turn(1)
    assert lab.stages("chief") == []
    lab.restart(orderly=True)
    assert lab.stages("chief") == []
    lab.now -= 2 * HOUR
    lab.event("clock-stepped", "daq", "warning", {"seconds": -7200.0})
    lab.turn(600)
    assert lab.stages("chief") == [("hot", "raised")]


@pytest.mark.parametrize(
    ("hour", "zone", "on"),
    [
        *((5, "UTC", True), (6, "UTC", False), (21, "UTC", False), (22, "UTC", True)),
        *((14, "Asia/Shanghai", True), (13, "Asia/Shanghai", False)),
        (22, "Asia/Shanghai", False),
    ],
)
def test_a_shift_over_midnight_in_its_time_zone(hour: int, zone: str, *, on: bool) -> None:
    lab = house(recipient(shifts=(NIGHT,)), zone=ZoneInfo(zone))
    lab.now = MONDAY - 12 * HOUR + hour * HOUR
    lab.alarm("hot", "raised")
    lab.turn()
    assert bool(lab.told) is on


@pytest.mark.parametrize(("hours", "on"), [(21, False), (22, True), (29, True), (30, False)])
def test_a_shift_belongs_to_the_day_on_which_it_begins(hours: int, *, on: bool) -> None:
    lab = house(recipient(shifts=(Shift(frozenset({4}), Window(22 * 60, 6 * 60)),)))
    lab.now = MONDAY - 12 * HOUR + (4 * 24 + hours) * HOUR  # so many after Friday began
    lab.alarm("hot", "raised")
    lab.turn()
    assert bool(lab.told) is on


def test_a_digest_comes_once_a_day_also_when_clocks_are_put_back() -> None:
    zone = ZoneInfo("Europe/Berlin")
    lab = house(recipient(digest=3, digest_at=(150,)), zone=zone)  # 02:30 comes twice that night
    lab.now = round(datetime(2026, 10, 24, 12, tzinfo=zone).timestamp()) * NS
    lab.alarm("dry", "raised")
    for _ in range(24):
        lab.turn(3600)
    assert len(lab.told) == 1


ACTIONS: tuple[What, ...] = (
    "raised",
    "returned",
    "acknowledged",
    "shelved",
    "unshelved",
    "out-of-service",
    "in-service",
)
PEOPLE = (
    recipient("li"),
    recipient("night", shifts=(NIGHT,), pause=MINUTE, pause_longest=15 * MINUTE),
    recipient("morning", shifts=(MORNING,), quiet=Window(12 * 60, 13 * 60), follow_up=False),
    recipient("chief", rank=1, after=15 * MINUTE),
    recipient("office", digest=2, digest_at=(8 * 60,), quiet=Window(22 * 60, 6 * 60)),
)
NAMES = st.sampled_from([*ALARMS])
WAYS = st.sampled_from([who.name for who in PEOPLE])
RAISE = st.tuples(st.just("alarm"), NAMES, st.just("raised"))
ACT = st.tuples(st.just("alarm"), NAMES, st.sampled_from(ACTIONS))
WAIT = st.tuples(st.just("wait"), st.sampled_from([1, 60, 900, 7200, 40_000]))
BREAK = st.tuples(st.sampled_from(["down", "up"]), WAYS)
RESTART = st.tuples(st.sampled_from(["restart", "kill"]), st.booleans())
FLOOD = st.tuples(st.just("flood"), st.sampled_from(["began", "over"]))
STEPS = st.one_of(RAISE, RAISE, ACT, WAIT, WAIT, BREAK, RESTART, FLOOD)
"""What happens, the usual more often than the rare: most alarms have to be raised to be told."""


def play(lab: House, step: tuple[Any, ...]) -> None:
    match step:
        case ("alarm", name, what):
            lab.alarm(name, what, by="Li")
        case ("wait", seconds):
            lab.turn(seconds)
        case ("flood", how):
            lab.flood(how)
        case ("down", name):
            lab.down.add(name)
        case ("up", name):
            lab.down.discard(name)
        case ("restart", orderly):
            lab.turn()
            lab.restart(orderly=orderly)
        case _:
            lab.take()
            lab.restart(orderly=False)


AGAIN = [
    ("alarm", "fire", "raised"),
    ("wait", 1),
    ("alarm", "fire", "returned"),
    ("alarm", "fire", "acknowledged"),
    ("alarm", "fire", "raised"),
]
"""That it is over and that it holds again come in one message."""


@example(AGAIN)
@settings(max_examples=300, deadline=None)
@given(st.lists(STEPS, min_size=5, max_size=40))
def test_nobody_is_told_twice_and_everybody_due_is_told(steps: list[tuple[Any, ...]]) -> None:
    lab = house(*PEOPLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("daq.notification.flood.FEW", 1)  # of the four alarms
        for step in steps:
            play(lab, step)
    lab.down.clear()
    lab.flood("over")
    for _ in range(2 * 24):  # all shifts, quiet hours and digests go by
        lab.turn(3600)
    _nobody_twice(lab)
    _everybody_due(lab)


def _nobody_twice(lab: House) -> None:
    known: dict[tuple[str, int], Heard] = {}
    for who, matter, stage in lab.told:
        assert known.get((who, matter)) != stage, f"{who} told twice that {matter} is {stage}"
        known[who, matter] = stage


def _everybody_due(lab: House) -> None:
    """Who is responsible for what still calls was told of it, and knows how it stands."""
    known = {(who, seq): stage for who, seq, stage in lab.told}
    newest_last = sorted(known.items(), key=lambda item: item[0][1])
    last = {(who, lab.events[seq - 1].subject): stage for (who, seq), stage in newest_last}
    for sort, life in lab.board:
        if not life.pending or life.hidden:
            continue
        stage = "raised" if life.active else "returned"
        rank = [*ALARMS].index(sort.name)
        for who in PEOPLE:
            if rank > who.rank:
                continue
            told = last.get((who.name, sort.name))
            assert told is not None, f"{who.name} was never told of {sort.name}"
            if who.follow_up and not (who.digest is not None and rank >= who.digest):
                assert told == stage, f"{who.name} believes that {sort.name} is {told}"
