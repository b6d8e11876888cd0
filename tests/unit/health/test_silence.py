"""When an instrument counts as silent: pure, with seconds handed in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.health.silence import GroupSight, Sight, Silences, Turn


def sight(*usable: int, interval: float = 1.0, silent_after: float = 10.0) -> Sight:
    groups = tuple(GroupSight(f"g{n}", interval, count) for n, count in enumerate(usable))
    return Sight("mains", silent_after, groups)


def turns(silences: Silences, passed: float, seen: Sight) -> list[tuple[Turn, tuple[str, ...]]]:
    return [(verdict.turn, verdict.groups) for verdict in silences.look(passed, [seen])]


def test_one_word_when_it_falls_silent_and_one_when_it_speaks() -> None:
    silences = Silences()
    heard = [turns(silences, 1.0, sight(1)) for _ in range(30)]
    assert heard == [[]] * 11 + [[("begins", ("g0",))]] + [[]] * 18
    assert silences.seconds("mains") == 29.0
    (verdict,) = silences.look(1.0, [sight(2)])
    assert (verdict.turn, verdict.seconds) == ("ends", 30.0)
    assert silences.seconds("mains") == 0.0


def test_what_never_spoke_is_silent_too() -> None:
    silences = Silences()
    assert sum(len(turns(silences, 1.0, sight(0))) for _ in range(100)) == 1


@pytest.mark.parametrize(("interval", "limit"), [(1.0, 10.0), (60.0, 180.0)])
def test_it_is_given_three_intervals_at_least(interval: float, limit: float) -> None:
    silences, seen = Silences(), sight(0, interval=interval)
    assert not turns(silences, limit, seen)
    assert turns(silences, 0.1, seen) == [("begins", ("g0",))]


def test_one_group_that_is_never_served_is_found_and_only_all_groups_end_it() -> None:
    silences = Silences()
    for count in range(1, 11):
        assert not turns(silences, 1.0, sight(count, 0))
    assert turns(silences, 1.0, sight(11, 0)) == [("begins", ("g1",))]
    assert not turns(silences, 20.0, sight(11, 1)), "the other one has fallen silent meanwhile"
    assert turns(silences, 1.0, sight(12, 2)) == [("ends", ("g0",))]


def test_a_poller_made_anew_is_no_sign_of_life() -> None:
    silences = Silences()
    silences.look(1.0, [sight(57)])
    assert turns(silences, 11.0, sight(0)) == [("begins", ("g0",))]
    assert turns(silences, 1.0, sight(1)) == [("ends", ("g0",))]


def test_an_instrument_that_is_configured_no_more_is_forgotten() -> None:
    silences = Silences()
    silences.look(11.0, [sight(0)])
    silences.keep([])
    assert silences.seconds("mains") == 0.0


@given(st.lists(st.booleans(), max_size=80))
def test_beginnings_and_ends_take_turns_and_each_is_true(speaks: list[bool]) -> None:
    silences, told, usable, quiet = Silences(), list[Turn](), 0, 0.0
    for heard in speaks:
        usable, quiet = (usable + 1, 0.0) if heard else (usable, quiet + 4.0)
        told += [verdict.turn for verdict in silences.look(4.0, [sight(usable)])]
        assert (quiet > 10.0) == (told[-1:] == ["begins"])
    assert told == (["begins", "ends"] * len(told))[: len(told)]
