"""After an outage of hours, on virtual time: how fast, how much at once, and who waits for it."""

import asyncio
import tracemalloc
from collections.abc import Collection, Sequence

from daq.deliver.present import Present
from daq.deliver.pump import Pump
from daq.deliver.settings import PumpSettings
from daq.deliver.sink import Beat, Outcome
from daq.journal import Entry
from tests.endless_source import EndlessSource
from tests.virtual_time import run_virtual

OUTAGE = 200_000
"""Entries: more than two days of one a second."""


class Counting:
    """Counts what arrives and when; each entry takes ``cost`` s, each write a round trip."""

    name = "counting"
    address = "memory"
    retains = True

    def __init__(self, source: EndlessSource, cost: float = 0.0, round_trip: float = 0.0) -> None:
        self.lags: list[float] = []
        self.backlog: list[tuple[float, int]] = []
        self.taken = 0
        self.largest = 0
        self._source, self._cost, self._round_trip = source, cost, round_trip

    async def connect(self) -> None:
        """Always there."""

    def check(self) -> None:
        """Never gone."""

    async def write(
        self, batch: Sequence[Entry], *, historical: bool, newest: Collection[int] = ()
    ) -> Outcome:
        await asyncio.sleep(self._round_trip + self._cost * len(batch))
        now = asyncio.get_running_loop().time()
        self.taken += len(batch)
        self.largest = max(self.largest, len(batch))
        if historical:
            self.backlog.append((now, len(batch)))
        born = self._source.born
        self.lags += [now - born.pop(entry.seq) for entry in batch if entry.seq in born]
        return Outcome()

    async def beat(self, beat: Beat) -> None:
        """Nobody listens."""

    async def show(self, present: Present) -> bool:
        """Nobody looks."""
        return True

    async def close(self) -> None:
        """Nothing to close."""


async def acquire(source: EndlessSource) -> None:
    while True:
        await asyncio.sleep(0.1)
        source.commit(10)


async def catch_up(source: EndlessSource, sink: Counting, settings: PumpSettings) -> float:
    """Deliver all that has gathered beside what is acquired; how long that takes."""
    started = asyncio.get_running_loop().time()
    pump = Pump(source, sink, settings)
    tasks = [asyncio.create_task(pump.run()), asyncio.create_task(acquire(source))]
    await pump.wait_delivered(source.committed)
    took = asyncio.get_running_loop().time() - started
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert not source.events
    assert not source.refused
    return took


def test_the_backlog_keeps_to_its_rate_in_every_second_and_on_the_whole() -> None:
    async def main() -> None:
        source = EndlessSource(OUTAGE)
        sink = Counting(source, round_trip=0.002)
        settings = PumpSettings(backlog_rate=2000.0, backlog_batch=500)
        took = await catch_up(source, sink, settings)
        expected = (OUTAGE - settings.live_limit) / settings.backlog_rate
        assert expected * 0.99 <= took <= expected * 1.1
        times = [time for time, _ in sink.backlog]
        for first, last in zip(times, times[5:], strict=False):
            assert last - first >= 5 * 500 / 2000.0 - 0.01

    run_virtual(main())


def test_live_entries_hardly_wait_while_the_backlog_is_delivered() -> None:
    async def main() -> None:
        source = EndlessSource(OUTAGE)
        sink = Counting(source, cost=0.0001, round_trip=0.01)
        await catch_up(source, sink, PumpSettings())
        assert len(sink.lags) > 5000
        assert max(sink.lags) < 0.3

    run_virtual(main())


def test_live_entries_do_not_wait_for_long_on_a_slow_link_either() -> None:
    """400 entries a second and a round trip of 0.3 s: a full batch of backlog would take 1.6 s."""

    async def main() -> None:
        source = EndlessSource(20_000)
        sink = Counting(source, cost=0.0025, round_trip=0.3)
        await catch_up(source, sink, PumpSettings())
        settled = sorted(sink.lags[1000:])
        assert settled[len(settled) * 99 // 100] < 2.5

    run_virtual(main())


def test_memory_does_not_grow_with_what_waits() -> None:
    async def peak(waiting: int) -> int:
        source = EndlessSource(waiting)
        sink = Counting(source, round_trip=0.002)
        tracemalloc.start()
        try:
            await catch_up(source, sink, PumpSettings(backlog_rate=1e6))
            assert sink.taken >= waiting
            assert sink.largest <= PumpSettings().live_limit
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    few, many = run_virtual(peak(4_000)), run_virtual(peak(40_000))
    assert many < few * 1.5
    assert many < 8_000_000
