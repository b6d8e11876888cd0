"""From status and plan to what is shown of buses."""

import msgspec
import pytest

from daq.control.status import BusStatus, DaemonStatus, GroupStatus, InstrumentStatus
from daq.web.data.bus import buses
from daq.web.data.problem import Level
from daq.web.data.register import Listed, ListedBus, Register
from daq.web.data.snapshot import Heard, Snapshot
from daq.web.data.trail import Trail
from tests import status_samples as samples

NOW, SECOND = samples.NOW, samples.SECOND
REGISTER = Register(
    site="lab",
    instruments=(
        Listed(name="furnace", title="Furnace", bus="b1"),
        Listed(name="probes", title="Probes", bus="b1"),
    ),
    buses=(ListedBus(name="b1", line="/dev/ttyS0"), ListedBus(name="unused")),
)


def group(name: str = "g", *, scans: int = 100, requests: int = 200) -> GroupStatus:
    return GroupStatus(
        name=name,
        interval=0.5,
        quality="good",
        last_good=NOW,
        scans=scans,
        requests=requests,
        seconds=scans * 0.03,
        planned_requests=2,
        planned_seconds=0.05,
    )


def member(name: str, state: str = "answering", *groups: GroupStatus) -> InstrumentStatus:
    made = samples.instrument(name, "b1", state, "" if state == "answering" else "no reply")
    made.groups = list(groups) or [group()]
    return made


def bus(name: str = "b1", state: str = "connected", **more: object) -> BusStatus:
    made = samples.bus(name, state, "no such port" if state == "lost" else "")
    return msgspec.structs.replace(made, planned_load=20.0, **more)


def snapshot(status: DaemonStatus | None, *earlier: DaemonStatus) -> Snapshot:
    trail = Trail()
    for one in (*earlier, *([status] if status else [])):
        trail = trail.noted(one)
    heard = Heard(status, NOW, "" if status else "no answer")
    return Snapshot(register=REGISTER, version=1, time=NOW, heard=heard, trail=trail)


def test_the_plan_stands_beside_what_is_measured() -> None:
    status = samples.daemon([bus()], [member("furnace"), member("probes", "answering", group("t"))])
    (found,) = buses(snapshot(status))
    first = found.groups[0].load
    assert (first.planned_requests, first.requests) == (2, 2.0)
    assert (first.planned_seconds, first.seconds) == (0.05, pytest.approx(0.03))
    assert (first.planned_load, first.load) == (10.0, pytest.approx(6.0))
    total = found.total
    assert total is not None
    assert (total.planned_requests, total.requests) == (4, 4.0)
    assert (total.planned_seconds, total.seconds) == (0.1, pytest.approx(0.06))
    assert (total.planned_load, total.load) == (20.0, 42.0)
    assert (found.line, found.level, found.answering) == ("/dev/ttyS0", Level.GOOD, 2)


def test_a_part_is_never_taken_for_the_whole() -> None:
    fresh = member("probes", "answering", group("t", scans=0, requests=0))
    (found,) = buses(snapshot(samples.daemon([bus()], [member("furnace"), fresh])))
    assert found.groups[1].load.requests is None
    assert found.total is not None
    assert (found.total.requests, found.total.seconds) == (None, None)


def test_who_does_not_answer_is_told_with_since_when() -> None:
    status = samples.daemon([bus()], [member("furnace", "silent"), member("probes")])
    (found,) = buses(snapshot(status))
    (problem,) = found.problems
    assert (problem.kind, problem.about, problem.reason) == ("unanswered", "Furnace", "silent")
    assert (problem.since, problem.detail) == (NOW - 300 * SECOND, "no reply")
    assert (found.level, found.answering) == (Level.BAD, 1)


def test_when_nobody_answers_that_is_one_thing() -> None:
    members = [member("furnace", "silent"), member("probes", "silent")]
    (found,) = buses(snapshot(samples.daemon([bus()], members)))
    assert [problem.kind for problem in found.problems] == ["unanswered-all"]


def test_a_lost_bus_explains_its_instruments_and_comes_first() -> None:
    well = msgspec.structs.replace(member("meter"), bus="a0")
    lost = member("furnace", "disconnected")
    found = buses(snapshot(samples.daemon([bus("a0"), bus("b1", "lost")], [well, lost])))
    assert [one.name for one in found] == ["b1", "a0"]
    (problem,) = found[0].problems
    assert (problem.kind, problem.detail) == ("bus-lost", "no such port")
    assert problem.since == NOW - 3600 * SECOND


@pytest.mark.parametrize(("load", "planned"), [(81.0, 20.0), (20.0, 81.0)])
def test_a_busy_line_needs_a_look(load: float, planned: float) -> None:
    status = bus(load=load)
    status.planned_load, status.remarks = planned, ["leaves no room"]
    (found,) = buses(snapshot(samples.daemon([status], [member("furnace")])))
    (problem,) = found.problems
    assert (problem.kind, problem.level) == ("bus-heavy", Level.UNCERTAIN)
    assert (problem.reason, problem.detail) == ("81\u202f%", "leaves no room")


def test_late_scans_count_while_they_are_new() -> None:
    def at(second: int, late: int) -> DaemonStatus:
        made = samples.daemon([bus(late_ticks=late, scans=10 * second)], [member("furnace")])
        made.time = NOW + (second - 10) * SECOND
        return made

    (found,) = buses(snapshot(at(10, 9), at(0, 3)))
    assert [(p.kind, p.reason) for p in found.problems] == [("bus-late", "6")]
    (found,) = buses(snapshot(at(10, 6), at(0, 3)))
    assert found.problems == ()
    assert found.lately is not None
    assert (found.load, found.lately.late) == (0.0, 3)


def test_while_the_daemon_is_silent_buses_are_listed_and_nothing_is_claimed() -> None:
    (found,) = buses(snapshot(None))
    assert (found.name, found.status, found.total, found.load) == ("b1", None, None, None)
    assert [one.title for one in found.members] == ["Furnace", "Probes"]
    assert found.answering == 0
