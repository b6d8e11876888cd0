"""Links say everything that is looked at."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daq.web.data.period import Period
from daq.web.data.register import Register
from daq.web.data.snapshot import Snapshot
from daq.web.errors import WrongLinkError
from daq.web.text import Text
from daq.web.visit import Visit

NS = 1_000_000_000
NOW = 1_795_435_200 * NS


def visit(**choices: tuple[str, ...]) -> Visit:
    snapshot = Snapshot(register=Register(site="lab"), time=NOW)
    return Visit(snapshot=snapshot, text=Text("en"), now=NOW, path={}, choices=choices)


@given(st.dictionaries(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1)))
def test_a_link_says_the_same_again(choices: dict[str, list[str]]) -> None:
    some = visit(**{key: tuple(values) for key, values in choices.items()})
    link = some.link("/x")
    assert parse_qs(link.partition("?")[2]) == choices


def test_a_choice_is_changed_or_left_out() -> None:
    some = visit(channel=("g.a", "g.b"), to=("now",))
    assert some.link("/x", to="2026-11-23", channel=None) == "/x?to=2026-11-23"
    assert some.link(channel=("c",)) == "?channel=c&to=now"
    assert some.choice("channel") == "g.b"
    assert some.choice("nothing", "default") == "default"


@given(st.integers(2, 10**6), st.integers(0, 10**6))
def test_a_fixed_period_is_the_same_whenever_it_is_followed(length: int, before: int) -> None:
    end = NOW - before * NS
    period = Period(start=end - length * NS, end=end, said=("-1h", "now"))
    again = Period.of(*period.fixed(), NOW + 10**15)
    assert (again.start, again.end) == (period.start, period.end)
    assert not again.moves


def test_moving_and_scaling_keep_length_and_middle() -> None:
    period = Period.of("-1h", "now", NOW)
    assert period.moves
    earlier = Period.of(*period.moved(-0.5), NOW)
    assert (earlier.start, earlier.end) == (NOW - 5400 * NS, NOW - 1800 * NS)
    wider = Period.of(*period.scaled(2), NOW)
    assert (wider.start, wider.end) == (NOW - 5400 * NS, NOW + 1800 * NS)


@pytest.mark.parametrize(
    ("start", "end"), [("now", "-1h"), ("now", "now"), ("soon", "now"), ("-99999d", "now")]
)
def test_what_is_no_period_is_said(start: str, end: str) -> None:
    with pytest.raises(WrongLinkError):
        Period.of(start, end, NOW)
