"""The whole life cycle, against a table of the standard and against a model of its own."""

from typing import get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from daq.alarms.board import Board, Sort
from daq.alarms.errors import AlarmError, NotPossibleError
from daq.alarms.lifecycle import BY_PEOPLE, Life, State, What, step
from daq.alarms.record import KIND_OF, event_of, life_of
from tests.alarm_samples import as_event

WALK: list[tuple[list[What], State]] = [
    ([], State.NORMAL),
    (["raised"], State.UNACKNOWLEDGED),
    (["raised", "raised"], State.UNACKNOWLEDGED),
    (["raised", "acknowledged"], State.ACKNOWLEDGED),
    (["raised", "acknowledged", "returned"], State.NORMAL),
    (["raised", "returned"], State.RETURNED),
    (["raised", "returned", "raised"], State.UNACKNOWLEDGED),
    (["raised", "returned", "acknowledged"], State.NORMAL),
    (["raised", "shelved"], State.SHELVED),
    (["raised", "acknowledged", "shelved", "unshelved"], State.UNACKNOWLEDGED),
    (["raised", "shelved", "returned", "unshelved"], State.NORMAL),
    (["shelved", "raised", "unshelved"], State.UNACKNOWLEDGED),
    (["raised", "suppressed"], State.SUPPRESSED),
    (["suppressed", "raised", "unsuppressed"], State.UNACKNOWLEDGED),
    (["shelved", "suppressed", "unsuppressed"], State.SHELVED),
    (["raised", "out-of-service", "returned", "raised"], State.OUT_OF_SERVICE),
    (["raised", "out-of-service", "in-service"], State.UNACKNOWLEDGED),
    (["shelved", "out-of-service", "unshelved"], State.OUT_OF_SERVICE),
]


@pytest.mark.parametrize(("way", "end"), WALK)
def test_the_states_of_the_standard(way: list[What], end: State) -> None:
    life = Life()
    for what in way:
        life = step(life, what, until=5)
    assert life.state is end


@pytest.mark.parametrize(
    ("way", "asked"),
    [
        ([], "acknowledged"),
        (["raised", "acknowledged"], "acknowledged"),
        (["raised", "shelved"], "acknowledged"),
        ([], "unshelved"),
        ([], "in-service"),
        (["out-of-service"], "shelved"),
        (["out-of-service"], "out-of-service"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(way: list[What], asked: What) -> None:
    life = Life()
    for what in way:
        life = step(life, what, until=5)
    with pytest.raises(NotPossibleError, match=life.state.value):
        step(life, asked, until=5)


def test_the_first_of_a_group_is_marked_and_the_next_only_when_all_is_over() -> None:
    board = Board([Sort(name=name, group="oven") for name in ("a", "b")])
    assert board.apply("b", "raised", 1).first
    assert not board.apply("a", "raised", 2).first
    board.apply("b", "returned", 3)
    board.apply("a", "returned", 4)
    assert not board.apply("a", "raised", 5).first, "b waits to be acknowledged"
    board.apply("a", "returned", 6)
    board.apply("a", "acknowledged", 7)
    board.apply("b", "acknowledged", 8)
    assert board.apply("a", "raised", 9).first


def test_an_event_carries_what_its_kind_says_and_no_more() -> None:
    board = Board([Sort(name="x", priority="high", group="oven")])
    assert get_args(What) == tuple(KIND_OF)
    for what in ("raised", "commented", "acknowledged", "shelved", "unshelved", "returned"):
        told = {"by": "ann", "why": "seen"} if what in BY_PEOPLE else {"cause": 1}
        told |= {"text": "61, limit above 60"} if what == "raised" else {}
        record = event_of(board.apply("x", what, 1, until=2, **told))
        kind = KIND_OF[what]
        assert record.severity in kind.severities
        assert record.data.keys() <= kind.data.keys()


def test_an_unknown_alarm_brings_the_nearest() -> None:
    with pytest.raises(AlarmError, match="did you mean chamber-hot"):
        Board([Sort(name="chamber-hot")]).life("chamber-hott")


class WholeLife(RuleBasedStateMachine):
    """Rules, people, time and restarts in any order; the model holds what people have to see."""

    def __init__(self) -> None:
        super().__init__()
        self.board = Board([Sort(name="x", priority="high")])
        self.holds = self.owed = self.out = self.suppressed = False
        self.shelved = self.now = self.seq = 0
        self.journal: list[tuple[Life, Life]] = []

    def happens(self, what: What, until: int = 0) -> None:
        self.seq += 1
        change = self.board.apply("x", what, self.now, until=until, by="somebody", why="why")
        event = as_event(event_of(change), self.seq)
        self.journal.append((change.life, life_of(event)))

    def hidden(self) -> bool:
        return bool(self.out or self.shelved or self.suppressed)

    def reappears(self) -> None:
        self.owed = self.holds and not self.hidden()

    @rule()
    def raise_it(self) -> None:
        self.owed = self.owed or not (self.holds or self.hidden())
        self.holds = True
        self.happens("raised")

    @rule()
    def clear_it(self) -> None:
        self.holds = False
        self.happens("returned")

    @rule(what=st.sampled_from(sorted(BY_PEOPLE)))
    def ask_for_what_does_not_fit(self, what: What) -> None:
        fits = {
            "acknowledged": self.owed,
            "shelved": not self.out,
            "unshelved": self.shelved > 0,
            "out-of-service": not self.out,
            "in-service": self.out,
            "commented": True,
        }[what]
        before = self.board.life("x")
        if not fits:
            with pytest.raises(NotPossibleError):
                self.board.apply("x", what, self.now, until=self.now + 1)
            assert self.board.life("x") == before

    @precondition(lambda self: self.owed)
    @rule()
    def acknowledge(self) -> None:
        self.owed = False
        self.happens("acknowledged")

    @precondition(lambda self: not self.out)
    @rule(length=st.integers(1, 5))
    def shelve(self, length: int) -> None:
        self.shelved, self.owed = self.now + length, False
        self.happens("shelved", self.shelved)

    @rule(length=st.integers(0, 3))
    def pass_time(self, length: int) -> None:
        self.now += length
        if 0 < self.shelved <= self.now:
            assert self.board.over(self.now) == ["x"]
            self.shelved = 0
            self.reappears()
            self.happens("unshelved")
        assert self.board.over(self.now) == []

    @precondition(lambda self: self.shelved)
    @rule()
    def unshelve(self) -> None:
        self.shelved = 0
        self.reappears()
        self.happens("unshelved")

    @rule(on=st.booleans())
    def suppress(self, *, on: bool) -> None:
        was, self.suppressed = self.suppressed, on
        if on:
            self.owed = False
        elif was:
            self.reappears()
        self.happens("suppressed" if on else "unsuppressed")

    @rule()
    def service(self) -> None:
        self.out = not self.out
        self.owed = False
        if not self.out:
            self.reappears()
        self.happens("out-of-service" if self.out else "in-service")

    @rule()
    def comment(self) -> None:
        self.happens("commented")

    @rule()
    def restart(self) -> None:
        if self.journal:
            fresh = Board([Sort(name="x", priority="high")])
            fresh.restore("x", self.journal[-1][1])
            self.board = fresh

    @invariant()
    def is_as_people_have_to_see_it(self) -> None:
        life = self.board.life("x")
        assert (life.active, life.pending) == (self.holds, self.owed)
        assert life.hidden == self.hidden()
        assert not (life.hidden and life.pending)
        assert self.board.next_end() == self.shelved

    @invariant()
    def is_restored_from_its_event(self) -> None:
        assert all(written == read for written, read in self.journal[-1:])


TestWholeLife = WholeLife.TestCase
TestWholeLife.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_what_does_not_fit_says_of_which_alarm() -> None:
    board = Board([Sort(name="hot", priority="high")])
    with pytest.raises(NotPossibleError, match="hot is normal: cannot be acknowledged"):
        board.apply("hot", "acknowledged", 1)
