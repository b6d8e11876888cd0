"""The daemon's own state as scans: counts of a span, whatever was restarted in it."""

import asyncio

import pytest

from daq.control.status import DaemonStatus
from daq.health.diary import Diary
from daq.health.reference import PAGE, with_table
from daq.health.vitals import Look, Process, Vitals, vitals
from daq.journal.entry import Series, SeriesKey
from drivers.model import Status, Value
from tests.status_samples import NOW, SECOND, bus, daemon, instrument


def look(state: DaemonStatus, clock: float, processor: float = 1.0) -> Look:
    return Look(state, Process(memory=50_000_000, processor=processor), clock)


def values(scans: list[Vitals]) -> dict[str, Value]:
    return {
        f"{scan.group}.{channel.name}": value
        for scan in scans
        for channel, value in zip(scan.channels, scan.values, strict=True)
    }


def a_status(time: int = NOW) -> DaemonStatus:
    silent = instrument("furnace", state="silent", trouble="no reply")
    state = daemon(instruments=[instrument(), silent])
    state.time = time
    return state


def test_what_is_counted_is_of_the_span_and_what_is_measured_of_its_end() -> None:
    before, now = a_status(), a_status()
    now.buses[0].busy += 5.0
    now.buses[0].scans += 20
    now.buses[0].skipped_ticks += 2
    now.buses[0].lateness.total += 0.1
    now.sinks[0].delivered += 40
    now.journal.committed += 60
    found = values(list(vitals(look(before, 100.0), look(now, 110.0, 1.5))))
    assert found["bus-rs485-1.load"] == pytest.approx(50.0)
    assert found["bus-rs485-1.lateness"] == pytest.approx(0.005)
    assert found["bus-rs485-1.skipped"] == 2
    assert found["bus-rs485-1.losses"] == 0
    assert found["bus-rs485-1.up"] == 1
    assert found["sink-broker.rate"] == pytest.approx(4.0)
    assert found["daemon.processor"] == pytest.approx(5.0)
    assert found["daemon.memory"] == 50_000_000
    assert found["daemon.journal_entries"] == 60
    assert (found["daemon.instruments"], found["daemon.answering"]) == (2, 1)


def test_a_part_that_is_new_or_was_restarted_counts_from_nothing() -> None:
    before, now = a_status(), a_status()
    now.buses[0].skipped_ticks = 1  # 3 before: its poller was made anew
    now.buses.append(bus("new"))
    found = values(list(vitals(look(before, 0.0), look(now, 10.0))))
    assert found["bus-rs485-1.skipped"] == 1
    assert found["bus-new.skipped"] == 3


def test_the_page_of_its_channels_is_not_stale() -> None:
    page = PAGE.read_text("utf-8")
    assert with_table(page) == page, "run make schema"


def test_what_the_journal_does_not_say_is_bad_and_not_zero() -> None:
    now = a_status()
    now.sinks[0].lag_seconds = None
    scans = list(vitals(look(a_status(), 0.0), look(now, 10.0)))
    of_sink = next(scan for scan in scans if scan.group.startswith("sink-"))
    lag = [channel.name for channel in of_sink.channels].index("lag")
    assert of_sink.values[lag] is None
    assert of_sink.statuses[lag] is Status.TIMEOUT
    assert set(of_sink.statuses[:lag] + of_sink.statuses[lag + 1 :]) == {Status.GOOD}


class Kept:
    """Keeps the scans by group, as the journal would."""

    def __init__(self, enough: int) -> None:
        self.scans: dict[str, list[tuple[int, tuple[Value, ...]]]] = {}
        self.keys: set[SeriesKey] = set()
        self.done = asyncio.Event()
        self._enough = enough

    def series(self, key: SeriesKey) -> Series:
        self.keys.add(key)
        return Series(len(self.keys), key)

    def append_scan(
        self, series: Series, time: int, values: tuple[Value, ...], statuses: tuple[Status, ...]
    ) -> int:
        assert len(values) == len(statuses) == len(series.key.channels)
        mine = self.scans.setdefault(series.key.group, [])
        mine.append((time, values))
        if len(mine) == self._enough:
            self.done.set()
        return 1


async def test_the_diary_writes_a_scan_of_each_part_at_each_interval() -> None:
    kept, looks = Kept(3), 0

    async def take() -> DaemonStatus:
        nonlocal looks
        looks += 1
        return a_status(time=NOW + looks * SECOND)

    diary = asyncio.create_task(Diary(kept, take, 0.01).run())
    async with asyncio.timeout(30):
        await kept.done.wait()
    diary.cancel()
    with pytest.raises(asyncio.CancelledError):
        await diary
    assert kept.scans.keys() == {"daemon", "bus-rs485-1", "sink-broker"}
    assert [time for time, _ in kept.scans["daemon"][:2]] == [NOW + 2 * SECOND, NOW + 3 * SECOND]
    assert {key.instrument for key in kept.keys} == {"daq"}
    memory = kept.scans["daemon"][0][1][1]
    assert isinstance(memory, float)
    assert memory > 1_000_000
