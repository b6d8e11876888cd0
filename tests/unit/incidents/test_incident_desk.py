"""What opens an incident, what joins it, what people do with it, and what it is after a restart."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from daq.alarms.errors import NotPossibleError as NotPossibleAlarmError
from daq.alarms.lifecycle import BY_PEOPLE, What
from daq.incidents.book import MOST_ALARMS, MOST_OPEN
from daq.incidents.desk import MOST_REMARKS
from daq.incidents.errors import IncidentError, NotPossibleError
from daq.incidents.happening import (
    Begun,
    Closed,
    Happening,
    Joined,
    Noted,
    Opened,
    Recorded,
    Ticked,
    after,
)
from daq.incidents.incident import Incident, Reach, Tick
from daq.incidents.record import KIND_OF, happening_of
from daq.incidents.rules import Choice, Opening, Procedure
from tests.incident_samples import PRIORITIES, RULES, STEPS, House, kinds
from tests.journal_samples import NOON, NS


def only(house: House) -> Incident:
    (found,) = house.desk.book.incidents.values()
    return found


def test_other_rules_hold_for_alarms_that_come_from_then_on() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 1)
    first = only(house)
    lone = Choice(alarms=("lone",))
    house.desk.adopt(
        msgspec.structs.replace(
            RULES,
            openings=(Opening(name="lone", choice=lone),),
            procedures=(Procedure(name="call", choice=lone, steps=("Call somebody",)),),
            titles={"oven.high-high": "Oven on fire"},
        )
    )
    assert only(house) == first, "what is open stays as it was opened"
    assert house.alarm("gas", "raised", 2) == [], "no rule means it any more"
    house.alarm("lone", "raised", 3)
    assert [one.steps[0].text for one in house.desk.book.open] == [STEPS[0], "Call somebody"]
    assert house.desk.open_by_hand("by hand", NOON, by="Li", alarms=("oven.high-high",))
    assert house.desk.book.open[-1].alarms[0].title == "Oven on fire"


def test_a_grave_alarm_opens_an_incident_with_its_procedure_and_the_first_sign() -> None:
    house = House()
    assert house.alarm("oven.high", "raised", 1) == []
    told = house.alarm("oven.high-high", "raised", 5)
    assert [type(one.what) for one in told] == [Opened, Joined, Begun, Joined]
    one = only(house)
    assert one.title == "Oven much too hot"
    assert (one.rule, one.opened_by, one.priority) == ("grave", "", "critical")
    assert [alarm.name for alarm in one.alarms] == ["oven.high-high", "oven.high"]
    assert [step.text for step in one.steps] == list(STEPS)
    assert one.reach == Reach(instruments=("oven",), rooms=("R1",), groups=("heat",), buses=("b1",))
    assert one.first == 1, "it begins with the first sign"
    assert one.id.endswith("-1")
    assert house.journal[2].severity == "error"


def test_others_join_by_what_they_share_and_within_the_time() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    house.alarm("oven.high-high", "acknowledged", 1, by="Li")
    house.alarm("gas", "raised", 2)
    assert len(house.desk.book.open) == 2, "another room, another instrument"
    house.alarm("bath.low", "raised", 3)
    first, second = house.desk.book.open
    assert [alarm.name for alarm in first.alarms] == ["oven.high-high", "bath.low"]
    assert first.reach.instruments == ("bath", "oven")
    assert second.procedures == ("gas",)


@pytest.mark.parametrize(("returned", "joins"), [(False, True), (True, False)])
def test_what_still_holds_keeps_an_incident_open_to_others(*, returned: bool, joins: bool) -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    if returned:
        house.alarm("oven.high-high", "returned", 10)
    house.alarm("bath.low", "raised", 601)
    assert only(house).has("bath.low") is joins


def test_an_alarm_of_an_incident_stays_in_it_however_late() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    house.alarm("oven.high-high", "returned", 1)
    assert house.alarm("oven.high-high", "raised", 10_000) == [], "no further word of it"
    one = only(house)
    assert (one.alarms[0].times, one.alarms[0].raised) == (2, NOON)
    assert one.latest == NOON + 10_000 * NS


def test_what_is_hidden_opens_nothing_until_it_is_heard_again() -> None:
    house = House()
    house.alarm("gas", "shelved", 0, until=NOON + 9 * NS, by="Li", why="test")
    assert house.alarm("gas", "raised", 1) == []
    assert [type(one.what) for one in house.alarm("gas", "unshelved", 9)] == [Opened, Joined, Begun]


def test_every_step_is_ticked_or_does_not_apply_before_the_close() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    name = only(house).id
    with pytest.raises(NotPossibleError, match="nobody ticked off: 1, 2, 3"):
        house.desk.close(name, NOON, by="Li", why="over")
    house.tell(house.desk.tick(name, NOON + 1, step=1, tick="done", by="Li"))
    house.tell(house.desk.tick(name, NOON + 2, step=2, tick="skipped", by="Li", why="no door"))
    house.tell(house.desk.tick(name, NOON + 3, step=3, tick="done", by="Wu"))
    with pytest.raises(NotPossibleError, match=r"step 3 of .* is done already"):
        house.desk.tick(name, NOON, step=3, tick="done", by="Li")
    with pytest.raises(IncidentError, match="no step 4; they are 1 to 3"):
        house.desk.tick(name, NOON, step=4, tick="done", by="Li")
    house.tell(house.desk.close(name, NOON + 4, by="Wu", why="relay replaced"))
    one = only(house)
    assert (one.closed, one.closed_by, one.conclusion) == (NOON + 4, "Wu", "relay replaced")
    assert [(step.tick, step.by) for step in one.steps] == [
        ("done", "Li"),
        ("skipped", "Li"),
        ("done", "Wu"),
    ]
    with pytest.raises(NotPossibleError, match="is closed"):
        house.desk.note(name, NOON + 5, by="Li", text="too late")
    assert house.desk.recorded(name, NOON + 6, Recorded(bus="b1")) == []
    late = Happening(name, NOON + 6, Noted(by="Li", text="out of a journal"))
    assert after(one, late) == one
    house.alarm("oven.high-high", "returned", 7)
    house.alarm("oven.high-high", "raised", 8)
    assert len(house.desk.book.incidents) == 2, "what comes after the close is another incident"


def test_somebody_opens_one_by_hand() -> None:
    house = House()
    house.alarm("oven.high", "raised", 1)
    told = house.desk.open_by_hand(
        "Smoke", NOON + 2 * NS, by="Li", why="seen", alarms=("oven.high",), instruments=("bath",)
    )
    house.tell(told)
    one = only(house)
    assert (one.title, one.opened_by, one.why, one.rule) == ("Smoke", "Li", "seen", "")
    assert one.reach.buses == ("b1", "b2")
    assert one.alarms[0].state == "unacknowledged"
    assert one.procedures == ("hot",)
    assert one.first == 1
    house.alarm("bath.low", "raised", 3)
    assert only(house).has("bath.low")


def test_a_procedure_is_chosen_by_hand_in_place_of_that_of_the_alarms() -> None:
    house = House()
    house.tell(house.desk.open_by_hand("x", NOON, by="Li", alarms=("oven.high",), procedure="gas"))
    assert only(house).procedures == ("gas",)
    assert only(house).alarms[0].state == "normal"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ({"alarms": ("oven.hihg",)}, "did you mean oven.high"),
        ({"alarms": ("zzz",)}, "daq alarms list"),
        ({"procedure": "hto"}, "there is hot"),
        ({"instruments": ("bth",)}, "no instrument 'bth'; there is bath"),
    ],
)
def test_what_is_not_there_brings_the_nearest(asked: dict[str, object], answer: str) -> None:
    house = House()
    with pytest.raises(IncidentError, match=answer):
        house.desk.open_by_hand("x", NOON, by="Li", **asked)  # pyright: ignore[reportArgumentType]
    assert house.desk.book.incidents == {}
    with pytest.raises(IncidentError, match="no incident '20261123-1'; there is none"):
        house.desk.book.get("20261123-1")


def test_an_event_carries_what_its_kind_says_and_gives_back_what_it_was_made_of() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    name = only(house).id
    house.tell(house.desk.note(name, NOON, by="Li", text="smoke\nfrom above"))
    house.tell(house.desk.tick(name, NOON, step=1, tick="done", by="Li", why="fuse 3"))
    house.tell(house.desk.recorded(name, NOON, Recorded(bus="b1", file="f", pieces=2, size=9)))
    house.tell(house.desk.recorded(name, NOON, Recorded(bus="b2", trouble="disk full")))
    told = [event for event in house.journal if event.subject == name]
    by_name = {kind.name: kind for kind in KIND_OF.values()}
    for event in told:
        kind = by_name[event.kind]
        assert event.severity in kind.severities
        assert event.data.keys() <= kind.data.keys()
        assert all(not isinstance(value, (list, dict)) for value in event.data.values())
    assert [one.text for one in only(house).remarks] == ["smoke\nfrom above"]
    assert house.restarted().book.incidents == house.desk.book.incidents
    assert kinds(house, name) == [
        *("opened", "joined", "procedure", "note", "step", "recorded", "recorded"),
    ]


def test_what_is_no_event_of_an_incident_is_refused_or_left_alone() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    alarm, opened = house.journal[:2]
    assert happening_of(alarm) is None
    del opened.data["title"], opened.data["within"]
    with pytest.raises(ValueError, match="event 2 is no event of an incident"):
        happening_of(opened)
    del alarm.data["active"]
    assert house.restarted().book.incidents == {}, "left out, and nothing of it is made up"


def test_a_flood_of_alarms_is_one_incident_that_tells_of_so_many() -> None:
    names = [f"a{number}" for number in range(MOST_ALARMS + 5)]
    reach = Reach(rooms=("R1",))
    rules = msgspec.structs.replace(RULES, reaches=dict.fromkeys(names, reach))
    house = House(rules, dict.fromkeys(names, "high"))
    for second, name in enumerate(names):
        house.alarm(name, "raised", second)
    one = only(house)
    assert len(one.alarms) == MOST_ALARMS
    assert one.latest == NOON + (len(names) - 1) * NS


def test_so_many_incidents_are_open_that_one_more_helps_nobody() -> None:
    house = House()
    for _ in range(MOST_OPEN):
        house.tell(house.desk.open_by_hand("x", NOON, by="Li"))
    with pytest.raises(NotPossibleError, match="close some of them first"):
        house.desk.open_by_hand("x", NOON, by="Li")
    assert house.alarm("gas", "raised", 1) == []
    for _ in range(MOST_REMARKS):
        house.tell(house.desk.note("20261123-1", NOON, by="Li", text="x"))
    with pytest.raises(NotPossibleError, match="open another"):
        house.desk.note("20261123-1", NOON, by="Li", text="x")


def test_a_procedure_is_begun_once_and_another_goes_on_with_the_numbers() -> None:
    house = House()
    house.alarm("oven.high-high", "raised", 0)
    house.tell(house.desk.open_by_hand("x", NOON, by="Li", alarms=("oven.high",)))
    first = house.desk.book.get(only_names(house)[0])
    gas = next(one for one in RULES.procedures if one.name == "gas")
    assert house.desk.book.begin(first.id, gas, NOON) != []
    assert house.desk.book.begin(first.id, gas, NOON) == []
    steps = house.desk.book.get(first.id).steps
    assert [(step.number, step.procedure) for step in steps][-2:] == [(3, "hot"), (4, "gas")]
    house.tell(house.desk.open_by_hand("y", NOON, by="Li"))
    with pytest.raises(IncidentError, match="it has no procedure"):
        house.desk.tick(only_names(house)[-1], NOON, step=1, tick="done", by="Li")


def only_names(house: House) -> list[str]:
    return list(house.desk.book.incidents)


class WholeLife(RuleBasedStateMachine):
    """Alarms, people and restarts in any order, against a model of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.house = House()
        self.now = 0.0
        self.said: dict[str, list[object]] = {}
        """Of each incident what people did, in order."""
        self.closed: dict[str, Incident] = {}

    def names(self) -> list[str]:
        return [one.id for one in self.house.desk.book.open]

    def pick(self, number: int) -> Incident:
        return self.house.desk.book.open[number % len(self.names())]

    @rule(seconds=st.sampled_from([0.0, 1.0, 300.0, 601.0, 90_000.0]))
    def pass_time(self, seconds: float) -> None:
        self.now += seconds

    @rule(name=st.sampled_from(sorted(PRIORITIES)), what=st.sampled_from(["raised", "returned"]))
    def rules_turn(self, name: str, what: What) -> None:
        board = self.house.board
        if not board.changes(name, what):
            return
        before = {one.id: one for one in self.house.desk.book.open}
        told = self.house.alarm(name, what, self.now)
        life = board.life(name)
        if what == "raised" and life.pending and PRIORITIES[name] in ("critical", "high"):
            assert any(one.has(name) for one in self.house.desk.book.open), (
                "no grave alarm is left out"
            )
        opened = [one.id for one in told if isinstance(one.what, Opened)]
        assert len(opened) <= 1
        if opened:
            assert not any(one.has(name) for one in before.values())

    @rule(name=st.sampled_from(sorted(PRIORITIES)), what=st.sampled_from(sorted(BY_PEOPLE)))
    def people_turn(self, name: str, what: What) -> None:
        until = NOON + round((self.now + 100) * NS)
        with suppress(NotPossibleAlarmError):
            self.house.alarm(name, what, self.now, until=until, by="ann", why="why")

    @rule(alarms=st.sets(st.sampled_from(sorted(PRIORITIES)), max_size=2))
    def open_by_hand(self, alarms: set[str]) -> None:
        time = NOON + round(self.now * NS)
        told = self.house.desk.open_by_hand("hand", time, by="ann", alarms=tuple(sorted(alarms)))
        self.house.tell(told)
        assert self.house.desk.book.get(told[0].id).alarms != () or not alarms

    @precondition(lambda self: self.names())
    @rule(number=st.integers(0, 9), text=st.text(min_size=1, max_size=5))
    def note(self, number: int, text: str) -> None:
        one = self.pick(number)
        self.house.tell(self.house.desk.note(one.id, NOON, by="ann", text=text))
        self.said.setdefault(one.id, []).append(text)

    @precondition(lambda self: self.names())
    @rule(number=st.integers(0, 9), step=st.integers(0, 4), tick=st.sampled_from(["done", "open"]))
    def tick(self, number: int, step: int, tick: Tick) -> None:
        one = self.pick(number)
        known = {each.number: each.tick for each in one.steps}
        if known.get(step, tick) == tick:
            with pytest.raises(IncidentError):
                self.house.desk.tick(one.id, NOON, step=step, tick=tick, by="ann")
            return
        self.house.tell(self.house.desk.tick(one.id, NOON, step=step, tick=tick, by="ann"))
        ticks = {each.number: each.tick for each in self.house.desk.book.get(one.id).steps}
        assert ticks == known | {step: tick}

    @precondition(lambda self: self.names())
    @rule(number=st.integers(0, 9), through=st.booleans())
    def close(self, number: int, *, through: bool) -> None:
        one = self.pick(number)
        desk = self.house.desk
        if one.waiting and not through:
            with pytest.raises(NotPossibleError):
                desk.close(one.id, NOON, by="ann", why="over")
            return
        for step in one.waiting:
            self.house.tell(desk.tick(one.id, NOON, step=step.number, tick="done", by="ann"))
        self.house.tell(desk.close(one.id, NOON + 1, by="ann", why="over"))
        self.closed[one.id] = desk.book.get(one.id)

    @rule()
    def restart(self) -> None:
        desk = self.house.restarted()
        assert desk.book.incidents == self.house.desk.book.incidents
        self.house.desk = desk

    @invariant()
    def what_people_said_is_kept(self) -> None:
        for name, texts in self.said.items():
            assert [one.text for one in self.house.desk.book.get(name).remarks] == texts

    @invariant()
    def what_is_closed_changes_no_more(self) -> None:
        for name, one in self.closed.items():
            assert self.house.desk.book.get(name) == one

    @invariant()
    def an_alarm_is_in_one_open_incident_that_a_rule_opened(self) -> None:
        by_rule = [one for one in self.house.desk.book.open if one.rule]
        names = [alarm.name for one in by_rule for alarm in one.alarms]
        assert len(names) == len(set(names))
        for one in self.house.desk.book.open:
            for alarm in one.alarms:
                life = self.house.board.life(alarm.name)
                assert (alarm.state, alarm.active) == (life.state.value, life.active)
            assert [step.number for step in one.steps] == list(range(1, len(one.steps) + 1))

    @invariant()
    def each_event_of_the_journal_can_be_read_again(self) -> None:
        for event in self.house.journal[-4:]:
            found = happening_of(event)
            if found is not None:
                assert isinstance(found.what, (Opened, Joined, Begun, Noted, Ticked, Closed))


TestWholeLife = WholeLife.TestCase
TestWholeLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
