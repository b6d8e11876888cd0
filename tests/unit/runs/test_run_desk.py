"""What people may do to a run, and what is refused with which words."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from daq.runs.desk import MOST_GOING, MOST_MARKS, MOST_PAUSES, Desk
from daq.runs.errors import NoSuchRunError, NotPossibleError, RunError
from daq.runs.happening import Ended, Happening, Marked, Paused, Resumed, Signed, Started, begun
from daq.runs.rules import Rules
from daq.runs.run import Mark, Pause, Signature
from tests.journal_samples import NOON
from tests.run_samples import RULES, START, at, events_of


def desk(rules: Rules = RULES) -> Desk:
    return Desk(lambda: rules)


def test_a_run_from_its_start_to_its_signature() -> None:
    one = desk()
    name, _ = one.start(at(0), START)
    one.mark(name, at(1), Marked(by="Li", text="door opened"))
    one.pause(name, at(2), Paused(by="Li", why="specimen turned"))
    assert one.book.get(name).state == "paused"
    one.resume("", at(3), Resumed(by="Wang"))
    assert one.book.get(name).state == "running"
    one.pause("", at(4), Paused(by="Li"))
    one.end("", at(5), Ended(by="Wang", conclusion="within the band"))
    one.sign(name, at(6), Signed(by="Zhao", meaning="reviewed", digest="ab" * 32))
    run = one.book.get(name)
    assert (run.id, run.state, run.outcome) == ("20261123-1", "ended", "completed")
    assert (run.begun, run.ended, run.ended_by) == (at(0), at(5), "Wang")
    assert (run.operator, run.begun_by, run.sample, run.order) == ("Wang", "Li", "S-0815", "4711")
    assert run.marks == (Mark(at(1), "Li", "door opened"),)
    first = Pause(begin=at(2), by="Li", why="specimen turned", end=at(3), resumed_by="Wang")
    last = Pause(begin=at(4), by="Li", why="", end=at(5), resumed_by="Wang")
    assert run.pauses == (first, last), "a pause ends with its run"
    assert run.signatures == (
        Signature(time=at(6), by="Zhao", meaning="reviewed", digest="ab" * 32),
    )


def test_a_number_names_one_run_even_after_the_clock_was_set_back() -> None:
    one = desk(replace(RULES, shared=True))
    day = 86_400
    names = [one.start(at(second), START)[0] for second in (0, 1, day, -3 * day, 1)]
    assert names == ["20261123-1", "20261123-2", "20261124-1", "20261124-2", "20261124-3"]


REFUSED: list[tuple[Rules, Started, str]] = [
    (RULES, replace(START, instruments=()), "needs one instrument"),
    (RULES, replace(START, instruments=("ovne",)), "no instrument 'ovne'; there is oven"),
    (Rules(), START, "no instrument 'oven'; none is configured"),
    (replace(RULES, required=("standard",)), START, "standard is missing"),
    (replace(RULES, required=("cost_centre",)), START, "cost centre is missing"),
    (
        replace(RULES, methods=frozenset({"weigh"})),
        replace(START, method="wiegh"),
        "no method 'wiegh'; there is weigh",
    ),
    (
        replace(RULES, programmes=frozenset({"damp-heat"})),
        replace(START, programme="x"),
        "no programme 'x'; there is damp-heat",
    ),
]


@pytest.mark.parametrize(("rules", "started", "words"), REFUSED)
def test_a_start_that_is_refused_leaves_nothing(rules: Rules, started: Started, words: str) -> None:
    one = desk(rules)
    with pytest.raises(RunError, match=words):
        one.start(NOON, started)
    assert not one.book.runs


def test_what_nothing_knows_may_be_any_text() -> None:
    one = desk()
    name, _ = one.start(NOON, replace(START, method="by hand", programme="any"))
    assert one.book.get(name).method == "by hand"


def test_an_instrument_is_in_one_run_at_a_time_unless_it_may_be_in_several() -> None:
    one = desk()
    first, _ = one.start(NOON, START)
    with pytest.raises(NotPossibleError, match=f"oven in use by run {first}"):
        one.start(NOON, replace(START, instruments=("balance", "oven")))
    assert one.start(NOON, replace(START, instruments=("balance", "balance")))[0] == "20261123-2"
    assert one.book.get("20261123-2").instruments == ("balance",)
    one.end(first, NOON, Ended(by="Li"))
    assert one.start(NOON, START)[0] == "20261123-3"
    shared = desk(replace(RULES, shared=True))
    assert [shared.start(NOON, START)[0][-2:] for _ in range(2)] == ["-1", "-2"]


Act = Callable[[Desk, str], object]

UNFIT: list[tuple[str, Act, str]] = [
    ("running", lambda one, name: one.resume(name, NOON, Resumed(by="Li")), "is not paused"),
    ("paused", lambda one, name: one.pause(name, NOON, Paused(by="Li")), "is paused already"),
    ("ended", lambda one, name: one.pause(name, NOON, Paused(by="Li")), "has ended"),
    ("ended", lambda one, name: one.resume(name, NOON, Resumed(by="Li")), "has ended"),
    ("ended", lambda one, name: one.end(name, NOON, Ended(by="Li")), "has ended"),
    ("ended", lambda one, name: one.mark(name, NOON, Marked(by="Li", text="x")), "has ended"),
    (
        "running",
        lambda one, name: one.sign(name, NOON, Signed(by="Li", meaning="approved", digest="")),
        "it can be signed when it has ended",
    ),
]


@pytest.mark.parametrize(("state", "act", "words"), UNFIT)
def test_what_does_not_fit_how_a_run_is(state: str, act: Act, words: str) -> None:
    one = desk()
    name, _ = one.start(NOON, START)
    if state == "paused":
        one.pause(name, NOON, Paused(by="Li"))
    elif state == "ended":
        one.end(name, NOON, Ended(by="Li"))
    before = one.book.get(name)
    with pytest.raises(NotPossibleError, match=words):
        act(one, name)
    assert one.book.get(name) == before


def test_without_a_number_the_only_run_that_goes_on_is_meant() -> None:
    one = desk()
    with pytest.raises(NotPossibleError, match="none goes on"):
        one.pause("", NOON, Paused(by="Li"))
    one.start(NOON, START)
    assert one.meant("") == "20261123-1"
    one.start(NOON, replace(START, instruments=("meter",)))
    with pytest.raises(NotPossibleError, match="20261123-1, 20261123-2 go on"):
        one.mark("", NOON, Marked(by="Li", text="x"))
    with pytest.raises(NoSuchRunError, match="no run '20261123-3'; there is 20261123-"):
        one.mark("20261123-3", NOON, Marked(by="Li", text="x"))


def test_a_request_that_is_asked_again_is_carried_out_once() -> None:
    one = desk()
    start = replace(START, key="a1")
    name, done = one.start(NOON, start)
    assert done is not None
    assert one.start(at(5), start) == (name, None)
    mark = Marked(by="Li", text="x", key="a2")
    assert one.mark("", at(6), mark)[1] is not None
    assert one.mark("", at(7), mark) == (name, None)
    end = Ended(by="Li", key="a3")
    one.end(name, at(8), end)
    assert one.end("", at(9), end) == (name, None), "although it has ended since"
    assert len(one.book.get(name).marks) == 1
    with pytest.raises(NotPossibleError, match="was used for another request"):
        one.start(NOON, replace(start, sample="other"))
    with pytest.raises(NotPossibleError, match="was used for another request"):
        one.end("20261123-9", NOON, end)
    sign = Signed(by="Li", meaning="reviewed", digest="00", key="a4")
    one.sign(name, NOON, sign)
    assert one.sign(name, NOON, sign) == (name, None)


def test_requests_are_known_again_after_a_restart() -> None:
    before, after = desk(), desk()
    start = replace(START, key="a1")
    name, done = before.start(NOON, start)
    after.restore(events_of([done]))
    assert after.start(NOON, start) == (name, None)


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (MOST_MARKS, MOST_PAUSES, MOST_GOING) == (1000, 1000, 100)
    for bound in ("MOST_MARKS", "MOST_PAUSES", "MOST_GOING"):
        monkeypatch.setattr(f"daq.runs.desk.{bound}", 1)
    one = desk()
    name, _ = one.start(NOON, START)
    with pytest.raises(NotPossibleError, match="1 runs go on"):
        one.start(NOON, replace(START, instruments=("meter",)))
    one.mark(name, NOON, Marked(by="Li", text="x"))
    with pytest.raises(NotPossibleError, match="has 1 marks"):
        one.mark(name, NOON, Marked(by="Li", text="y"))
    one.pause(name, NOON, Paused(by="Li"))
    one.resume(name, NOON, Resumed(by="Li"))
    with pytest.raises(NotPossibleError, match="was paused 1 times"):
        one.pause(name, NOON, Paused(by="Li"))


def test_what_is_of_no_known_run_is_left_out() -> None:
    one = desk()
    one.book.apply(Happening("20261123-1", NOON, Marked(by="Li", text="x")))
    one.book.numbered("20261123-1", 7)
    assert not one.book.runs
    with pytest.raises(ValueError, match="has no beginning"):
        begun(Happening("20261123-1", NOON, Marked(by="Li", text="x")))


def test_what_would_not_change_a_run_changes_nothing() -> None:
    """As a damaged journal may tell it."""
    one = desk()
    name, done = one.start(NOON, START)
    assert done is not None
    before = one.book.get(name)
    one.book.apply(done)
    one.book.apply(Happening(name, at(1), Resumed(by="Li")))
    assert one.book.get(name) == before
    one.pause(name, at(2), Paused(by="Li"))
    paused = one.book.get(name)
    one.book.apply(Happening(name, at(3), Paused(by="Li")))
    assert one.book.get(name) == paused
    one.end(name, at(4), Ended(by="Li"))
    ended = one.book.get(name)
    one.book.apply(Happening(name, at(5), Marked(by="Li", text="late")))
    assert one.book.get(name) == ended
