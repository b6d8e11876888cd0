"""States moment by moment: the surest first, nothing invented, nothing lost."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from daq.journal import kinds
from daq.journal.entry import Event
from daq.runs.run import Pause, Run
from daq.usage.happened import Book, Happened
from daq.usage.judge import Found
from daq.usage.plan import STATES, ByAlarm, Item, State
from daq.usage.stretches import Stretch, union
from daq.usage.timeline import Lasting, clipped, failures, hours, of_state, running_with, timeline
from tests.usage_samples import MINUTE, event

PERIOD = (0, 100 * MINUTE)


def told(*events: Event, before: float = 0) -> Happened:
    book = Book()
    for one in events:
        book.take(one, round(before * MINUTE))
    return book.happened(PERIOD[1])


def states(happened: Happened, item: Item | None = None, **found: Found) -> list[tuple[str, int]]:
    item = item or Item(name="oven", bus="line")
    known: dict[State, Found] = {"running": Found((), (PERIOD,))}
    known |= found  # pyright: ignore[reportArgumentType, reportAssignmentType]
    lasting = timeline(item, known, happened, PERIOD, (PERIOD,), MINUTE)
    return [(one.state, (one.end - one.start) // MINUTE) for one in lasting]


FAULT = event("instrument-fault", 10, reason="timeout")
RESTORED = event("instrument-restored", 50, severity="info", seconds=1200)


def test_a_fault_lasts_as_long_as_its_end_says() -> None:
    assert states(told(FAULT, RESTORED)) == [("idle", 10), ("fault", 20), ("idle", 70)]
    assert states(told(FAULT)) == [("idle", 10), ("fault", 90)]


def test_a_short_fault_is_none() -> None:
    end = event("instrument-restored", 10.5, severity="info", seconds=30)
    assert states(told(FAULT, end)) == [("idle", 100)]


def test_who_is_silent_is_off_if_that_is_what_it_means() -> None:
    off = Item(name="oven", bus="line", off_when_silent=True)
    assert states(told(FAULT, RESTORED), off) == [("idle", 10), ("off", 20), ("idle", 70)]
    wrong = event("instrument-fault", 10, severity="error", reason="timeout")
    other = event("instrument-fault", 10, reason="device error")
    for one in (wrong, other):
        assert states(told(one), off) == [("idle", 10), ("fault", 90)]


def test_a_lost_bus_is_a_fault_of_all_that_is_on_it() -> None:
    lost = event("bus-lost", 20, "line", "error", reason="disconnected")
    back = event("bus-restored", 30, "line", "info", seconds=600)
    assert states(told(lost, back)) == [("idle", 20), ("fault", 10), ("idle", 70)]
    assert states(told(lost, back), Item(name="oven", bus="other")) == [("idle", 100)]
    assert states(told(lost), Item(name="oven", bus="line", instrument=False)) == [("idle", 100)]


def test_silence_began_before_it_was_told() -> None:
    silent = event("instrument-silent", 20, severity="error", seconds=300)
    speaks = event("instrument-speaks", 30, severity="info", seconds=900)
    assert states(told(silent, speaks)) == [("idle", 15), ("fault", 15), ("idle", 70)]


def test_while_the_daemon_is_away_nobody_knows() -> None:
    start = event("start", 40, "daq", "info")
    assert states(told(FAULT, start, before=30)) == [
        ("idle", 10),
        ("fault", 20),
        ("unknown", 10),
        ("idle", 60),
    ]
    stop = event("stop", 35, "daq", "info")
    assert states(told(stop, start, before=35)) == [("idle", 35), ("unknown", 5), ("idle", 60)]
    assert states(told(stop)) == [("idle", 35), ("unknown", 65)]
    slept = event("suspended", 40, "daq", seconds=300)
    assert states(told(slept)) == [("idle", 35), ("unknown", 5), ("idle", 60)]


def test_an_alarm_can_say_it() -> None:
    item = Item(name="oven", fault=ByAlarm("hot.high"))
    found = told(
        event(kinds.ALARM_RAISED.name, 5, "hot.high"),
        event(kinds.ALARM_RETURNED.name, 9, "hot.high", "info"),
        event(kinds.ALARM_RETURNED.name, 10, "hot.high", "info"),
        event(kinds.ALARM_RAISED.name, 20, "hot.high"),
    )
    assert found.alarms["hot.high"] == ((5 * MINUTE, 9 * MINUTE), (20 * MINUTE, 100 * MINUTE))
    held = Found(found.alarms["hot.high"], (PERIOD,))
    assert states(found, item, fault=held)[:2] == [("idle", 5), ("fault", 4)]


def test_what_is_over_can_be_forgotten() -> None:
    book = Book()
    for one in (FAULT, RESTORED, event(kinds.ALARM_RAISED.name, 5, "a")):
        book.take(one)
    book.forget(60 * MINUTE)
    found = book.happened(PERIOD[1])
    assert found.troubles == ()
    assert found.alarms == {"a": ((5 * MINUTE, 100 * MINUTE),)}


SETS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 20)).map(
        lambda pair: (pair[0] * MINUTE, min(sum(pair), 100) * MINUTE)
    ),
    max_size=6,
).map(union)


@given(SETS, SETS, SETS, SETS, SETS)
def test_states_add_up_to_the_period(
    running: tuple[Stretch, ...],
    known: tuple[Stretch, ...],
    off: tuple[Stretch, ...],
    fault: tuple[Stretch, ...],
    away: tuple[Stretch, ...],
) -> None:
    found: dict[State, Found] = {
        "running": Found(running, known),
        "off": Found(off, (PERIOD,)),
        "fault": Found(fault, (PERIOD,)),
    }
    item = Item(name="oven")
    lasting = timeline(item, found, Happened(away=away), PERIOD, ((0, 90 * MINUTE),), 0)
    assert sum(hours(lasting, (PERIOD,)).values()) == PERIOD[1]
    assert lasting[0].start == 0
    for one, other in itertools.pairwise(lasting):
        assert one.end == other.start
        assert one.state != other.state
    for stretch in away:
        assert {one.state for one in clipped(lasting, stretch)} == {"unknown"}
    assert sum(len(of_state(lasting, state)) for state in STATES) == len(lasting)


def test_a_fault_that_was_there_before_is_no_failure() -> None:
    def course(*said: State) -> list[Lasting]:
        return [Lasting(n * MINUTE, (n + 1) * MINUTE, state) for n, state in enumerate(said)]

    assert failures(course("idle", "fault", "idle", "fault"), (0, PERIOD[1])) == 2
    assert failures(course("fault", "idle"), PERIOD) == 0
    assert failures(course("idle", "fault", "unknown", "fault"), PERIOD) == 1
    assert failures(course("idle", "fault", "idle", "fault"), (2 * MINUTE, PERIOD[1])) == 1


def run_of(begun: int, ended: int = 0, pauses: tuple[Pause, ...] = ()) -> Run:
    return Run(
        id="r",
        begun=begun,
        ended=ended,
        begun_by="Li",
        operator="Li",
        instruments=("oven",),
        pauses=pauses,
    )


def test_runs_rest_and_go_on() -> None:
    pauses = (Pause(begin=10, end=20, by="", why=""), Pause(begin=50, by="", why=""))
    found = running_with([run_of(5, 0, pauses)], Item(name="oven"), (0, 100))
    assert found == Found(((5, 10), (20, 50)), ((0, 100),))
    assert running_with([run_of(5)], Item(name="other"), (0, 100)).held == ()
    measured = Item(name="other", instrument=False, meters=frozenset({"oven"}))
    assert running_with([run_of(5, 50)], measured, (0, 100)).held == ((5, 50),)
