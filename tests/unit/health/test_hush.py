"""Silences through a lost bus, told once for the bus."""

from hypothesis import given
from hypothesis import strategies as st

from daq.health.hush import Hushes, Over

PATIENCE = {"one": 60.0, "two": 60.0}


def test_the_first_tells_and_the_last_to_speak_ends_it() -> None:
    hushes = Hushes()
    assert hushes.begins("bus", "one", 61.0)
    assert not hushes.begins("bus", "two", 75.0)
    assert hushes.look(1.0, {"bus": True}, PATIENCE) == ([], [])
    assert hushes.ends("one")
    assert hushes.look(1.0, {"bus": False}, PATIENCE) == ([], [])
    assert hushes.ends("two")
    assert hushes.look(1.0, {"bus": False}, PATIENCE) == ([], [Over("bus", 64.0)])
    assert not hushes.ends("two")


def test_patience_begins_when_the_bus_is_back_and_anew_when_it_is_lost_again() -> None:
    hushes = Hushes()
    hushes.begins("bus", "one", 61.0)
    for _ in range(59):
        assert hushes.look(1.0, {"bus": False}, PATIENCE) == ([], [])
    assert hushes.look(1.0, {"bus": True}, PATIENCE) == ([], [])
    for _ in range(60):
        assert hushes.look(1.0, {"bus": False}, PATIENCE) == ([], [])
    own, over = hushes.look(1.0, {"bus": False}, PATIENCE)
    assert own == ["one"]
    assert [each.bus for each in over] == ["bus"]


def test_what_is_configured_no_more_is_forgotten() -> None:
    hushes = Hushes()
    hushes.begins("bus", "one", 61.0)
    hushes.begins("gone", "two", 61.0)
    assert hushes.look(1.0, {"bus": False}, {}) == ([], [Over("bus", 62.0)])
    assert hushes.look(1.0, {"bus": False}, {}) == ([], [])


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["one", "two", "look"]))))
def test_each_silence_is_ended_exactly_once(steps: list[tuple[bool, str]]) -> None:
    hushes = Hushes()
    silent: set[str] = set()
    for lost, what in steps:
        if what == "look":
            own, over = hushes.look(30.0, {"bus": lost}, PATIENCE)
            assert silent.issuperset(own)
            silent -= set(own)
            assert bool(over) <= (not silent)
        elif what in silent:
            assert hushes.ends(what)
            silent.remove(what)
        else:
            assert not hushes.ends(what)
            hushes.begins("bus", what, 60.0)
            silent.add(what)
