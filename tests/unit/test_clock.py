"""Steps of the wall clock, and sleep, told apart."""

import asyncio
from pathlib import Path

import pytest

from daq import clock
from daq.clock import PERIOD, SLEEP, STEP, ClockWatch
from daq.journal import Event, JournalReader, Query, Severity
from daq.journal.eventcodec import Data
from tests.journal_samples import NOON, NS, good, running, series_key
from tests.virtual_time import for_seconds, run_virtual

HOUR = 3600 * NS


class Events:
    def __init__(self) -> None:
        self.told: list[tuple[str, str, float]] = []

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
    ) -> int:
        seconds = (data or {})["seconds"]
        assert isinstance(seconds, float)
        self.told.append((kind, text, seconds))
        return len(self.told)


class Machine:
    """Its clocks, in ns."""

    def __init__(self) -> None:
        self.wall, self.steady, self.awake = NOON, 50 * NS, 20 * NS

    def run(self, seconds: float, *, asleep: bool = False) -> None:
        passed = int(seconds * NS)
        self.wall += passed
        self.steady += passed
        self.awake += 0 if asleep else passed

    def watch(self, events: clock.Events) -> ClockWatch:
        return ClockWatch(
            events,
            lambda: self.wall,
            steady=lambda: self.steady,
            awake=lambda: self.awake,
        )


@pytest.fixture
def machine() -> Machine:
    return Machine()


def test_a_step_is_told_once_with_its_size(machine: Machine) -> None:
    events = Events()
    watch = machine.watch(events)
    for step in (0, -HOUR, 0, 2 * HOUR, 0):
        machine.run(PERIOD)
        machine.wall += step
        watch.look()
    assert [(kind, seconds) for kind, _, seconds in events.told] == [
        ("clock-stepped", -3600.0),
        ("clock-stepped", 7200.0),
    ]
    assert "set back by 3600.000 s, to 2026-11-23T11:00:02" in events.told[0][1]
    assert "set forward by 7200.000 s" in events.told[1][1]
    assert watch.steps == 2


def test_a_leap_second_is_told_and_less_is_not(machine: Machine) -> None:
    events = Events()
    watch = machine.watch(events)
    machine.wall += int(0.9 * STEP * NS)
    watch.look()
    assert not events.told
    machine.wall -= NS
    watch.look()
    assert [seconds for _, _, seconds in events.told] == [-1.0]


def test_sleep_is_no_step(machine: Machine) -> None:
    events = Events()
    watch = machine.watch(events)
    machine.run(0.9 * SLEEP, asleep=True)
    watch.look()
    assert not events.told
    machine.run(7200, asleep=True)
    machine.wall -= HOUR  # and the time zone of the real-time clock was wrong
    watch.look()
    assert [(kind, seconds) for kind, _, seconds in events.told] == [
        ("suspended", 7200.0),
        ("clock-stepped", -3600.0),
    ]


def test_a_process_that_stood_still_between_two_clocks_has_seen_no_step(machine: Machine) -> None:
    events = Events()
    stops = iter([0.0, 0.0, 0.0, 30.0, 0.0, 0.0])

    def stopped() -> int:
        wall = machine.wall
        machine.run(next(stops))
        return wall

    watch = ClockWatch(events, stopped, steady=lambda: machine.steady, awake=lambda: machine.awake)
    watch.look()
    assert not events.told


def test_the_clocks_of_this_machine_agree(machine: Machine) -> None:
    events = Events()
    watch = ClockWatch(events)
    for _ in range(100):
        watch.look()
    assert not events.told


def test_it_looks_every_second(machine: Machine) -> None:
    events = Events()

    async def main() -> None:
        watch = machine.watch(events)
        watching = asyncio.create_task(for_seconds(watch.run(), 10.5 * PERIOD))
        for _ in range(5):
            await asyncio.sleep(2 * PERIOD)
            machine.wall += HOUR
        await watching

    run_virtual(main())
    assert len(events.told) == 5


async def test_a_clock_set_back_an_hour_leaves_order_and_times_intact(
    tmp_path: Path, machine: Machine
) -> None:
    path = tmp_path / "journal.db"
    async with running(path, clock=lambda: machine.wall) as journal:
        watch = machine.watch(journal)
        series = journal.series(series_key())
        for number in range(20):
            if number == 10:
                machine.wall -= HOUR
                watch.look()
            machine.run(360)
            journal.append_scan(series, machine.wall, (float(number),) * 3, good(3))
    with JournalReader(path) as reader:
        entries = reader.entries(0, 100)
        scans = list(reader.scans(Query()))
    assert [entry.seq for entry in entries] == list(range(1, 22))
    assert [scan.values[0] for scan in scans] == list(range(20))
    (event,) = [entry for entry in entries if isinstance(entry, Event)]
    assert (event.kind, event.seq, event.data) == ("clock-stepped", 11, {"seconds": -3600.0})
    assert len({scan.time for scan in scans}) == 20
    minutes = [(scan.time - NOON) // (60 * NS) for scan in scans]
    assert minutes == [*range(6, 61, 6), *range(6, 61, 6)]
