"""What happens to a run is an event and back, and bad events say what is wrong with them."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from daq.journal.entry import Event
from daq.runs.desk import Desk
from daq.runs.happening import (
    Carried,
    Ended,
    Happening,
    Marked,
    Paused,
    Resumed,
    Signed,
    Started,
    What,
)
from daq.runs.record import KIND_OF, event_of, happening_of, is_of_run
from tests.journal_samples import NOON
from tests.run_samples import START, events_of

words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=20)
names = st.lists(st.from_regex(r"[a-z0-9][a-z0-9_-]{0,10}", fullmatch=True), min_size=1, max_size=4)

happened: st.SearchStrategy[What] = st.one_of(
    st.builds(
        Started,
        by=words,
        operator=words,
        instruments=names.map(tuple),
        sample=words,
        order=words,
        standard=words,
        method=words,
        programme=words,
        cost_centre=words,
        why=words,
        key=words,
    ),
    st.builds(Marked, by=words, text=st.text(max_size=50), key=words),
    st.builds(Paused, by=words, why=words),
    st.builds(Resumed, by=words, why=words),
    st.builds(Signed, by=words, meaning=words, digest=words, why=words),
    st.builds(
        Carried,
        begun=st.integers(0, 2**62),
        begun_by=words,
        paused=st.integers(0, 2**62),
        operator=words.filter(bool),
        instruments=names.map(tuple),
        sample=words,
    ),
    st.builds(Ended, by=words, conclusion=words, outcome=st.sampled_from(["completed", "aborted"])),
)


@given(happened)
def test_what_happened_comes_back_as_it_was(what: What) -> None:
    filled = what if isinstance(what, Carried) else replace(what, by=what.by or "x")
    needed = {
        key: "x"
        for key in ("operator", "text", "meaning", "digest")
        if getattr(filled, key, "x") == ""
    }
    told = Happening("20261123-1", NOON, replace(filled, **needed))
    (event,) = events_of([told])
    assert happening_of(event) == told
    assert is_of_run(event)


def test_every_event_says_what_happened_in_words() -> None:
    several = replace(START, instruments=("oven", "meter"), why="re-test")
    told = {
        several: "run started with oven meter, sample S-0815, order 4711, by Li (re-test)",
        Marked(by="Li", text="a\nb"): "mark: a b, by Li",
        Paused(by="Li", why="noon"): "run paused, by Li (noon)",
        Resumed(by="Li"): "run resumed, by Li",
        Signed(by="Li", meaning="reviewed", digest="0"): "signed: reviewed, by Li",
        Ended(by="Li"): "run completed, by Li",
        Ended(by="Li", outcome="aborted", conclusion="smoke"): "run aborted: smoke, by Li",
    }
    for what, said in told.items():
        record = event_of(Happening("20261123-1", NOON, what))
        assert (record.text, record.kind) == (f"20261123-1: {said}", KIND_OF[type(what)].name)
        grave = isinstance(what, Ended) and what.outcome == "aborted"
        assert record.severity == ("warning" if grave else "info")


def test_a_wrong_event_is_left_out_and_told(caplog: pytest.LogCaptureFixture) -> None:
    (good,) = events_of([Happening("20261123-1", NOON, START)])
    wrong = [
        replace(good, seq=2, subject="../etc", data=good.data),
        replace(good, seq=3, subject="20261123-2", data={}),
        replace(good, seq=4, kind="run-of-tomorrow"),
    ]
    assert happening_of(wrong[2]) is None
    desk = Desk()
    with caplog.at_level(logging.WARNING):
        desk.restore([*wrong, good])
    assert list(desk.book.runs) == ["20261123-1"]
    assert "event 2: '../etc' is no number of a run" in caplog.text
    assert "event 3 is no event of a run" in caplog.text


def test_first_and_last_are_the_entries_that_tell_of_it() -> None:
    desk = Desk()
    name = "20261123-1"
    told = [
        Happening(name, NOON, START),
        Happening(name, NOON, Marked(by="Li", text="x")),
        Happening(name, NOON, Ended(by="Li")),
        Happening(name, NOON, Signed(by="Li", meaning="reviewed", digest="0")),
    ]
    seen: list[tuple[int, int]] = []
    for event in events_of(told, 41):
        desk.restore([event])
        seen.append((desk.book.get(name).first, desk.book.get(name).last))
    assert seen == [(41, 0), (41, 0), (41, 43), (41, 43)]


def test_events_of_others_are_none_of_ours() -> None:
    other = Event(
        seq=1, time=NOON, kind="start", subject="daq", severity="info", text="daq started", data={}
    )
    assert not is_of_run(other)
    assert happening_of(other) is None
