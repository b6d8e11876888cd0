"""Which run each instrument is in, as a broker keeps it."""

from msgspec.structs import replace

from daq.build.run_topics import run_topics
from daq.deliver.present import Present, together
from daq.runs.run import Pause, Run
from tests.run_samples import at

FIRST = Run(
    id="20261123-1",
    begun=at(0),
    begun_by="Li",
    operator="Wang",
    instruments=("oven", "meter"),
    sample="S-1",
)
SECOND = replace(FIRST, id="20261123-2", begun=at(5), instruments=("oven",), sample="")


def test_each_instrument_has_the_run_it_is_in() -> None:
    paused = replace(FIRST, pauses=(Pause(begin=at(3), by="Li", why=""),))
    shown = run_topics([SECOND, paused])
    assert shown.topics["_runs/meter"] == {
        "run": "20261123-1",
        "state": "paused",
        "begun": "2026-11-23T12:00:00.000000000Z",
        "since": "2026-11-23T12:00:03.000000000Z",
        "sample": "S-1",
        "operator": "Wang",
    }
    oven = shown.topics["_runs/oven"]
    assert (oven["run"], oven["state"], oven["also"]) == ("20261123-2", "running", "20261123-1")
    third = replace(SECOND, id="20261123-3", begun=at(6))
    oven = run_topics([FIRST, SECOND, third]).topics["_runs/oven"]
    assert (oven["run"], oven["also"]) == ("20261123-3", "20261123-1 20261123-2")


def test_what_is_in_no_run_any_more_is_taken_away() -> None:
    shown = run_topics([replace(FIRST, ended=at(9)), SECOND])
    assert set(shown.topics) == {"_runs/oven"}
    assert shown.gone == {"_runs/meter"}
    assert run_topics([]) == Present()


def test_both_are_shown_together() -> None:
    alarms = Present(topics={"_beacon": {"lamp": "off"}}, gone=frozenset({"_alarms/_state/x"}))
    assert together(alarms, Present()) is alarms
    both = together(alarms, run_topics([replace(FIRST, ended=at(9)), SECOND]))
    assert set(both.topics) == {"_beacon", "_runs/oven"}
    assert both.gone == {"_alarms/_state/x", "_runs/meter"}
