"""What is counted so that silence, lateness and a poller that is stuck show."""

import asyncio

import pytest

from daq.acquire.counters import BusCounters, GroupCounters
from daq.acquire.poller import BusPoller
from daq.acquire.schedule import Ticker
from daq.build.unjournaled import Unjournaled
from drivers.errors import OpenFailedError
from drivers.model import Status
from drivers.transport.link import Link
from tests.virtual_time import for_seconds, run_virtual


@pytest.mark.parametrize(
    ("statuses", "usable"),
    [
        ((Status.GOOD, Status.GOOD), 1),
        ((Status.TIMEOUT, Status.IMPLAUSIBLE), 1),
        ((Status.SENSOR_BREAK, Status.OVER_RANGE), 0),
        ((Status.OFF, Status.OFF), 1),
        ((Status.TIMEOUT,), 0),
    ],
)
def test_a_scan_is_of_use_when_one_reading_is(statuses: tuple[Status, ...], usable: int) -> None:
    counters = GroupCounters()
    counters.note(7, statuses)
    assert counters.usable == usable
    assert counters.status is max(statuses)
    assert counters.last_good == (7 if usable and Status.OFF not in statuses else 0)


@pytest.mark.parametrize(("interval", "limit"), [(0.02, 0.01), (1.0, 0.1), (60.0, 6.0)])
def test_late_is_a_tenth_of_the_interval_but_no_timers_whim(interval: float, limit: float) -> None:
    ticker = Ticker(interval, start=100.0)
    assert not ticker.is_late(100.0 + 0.9 * limit)
    assert ticker.is_late(100.0 + 1.1 * limit)


def test_rest_is_not_being_stuck_but_an_open_that_never_ends_is() -> None:
    assert BusCounters().overdue(5.0) == 0.0, "it has not run yet"
    overdue: list[float] = []

    async def open_link() -> Link:
        if len(overdue) < 5:
            raise OpenFailedError("no such port")
        await asyncio.Event().wait()
        raise AssertionError

    async def main() -> None:
        loop = asyncio.get_running_loop()
        poller = BusPoller("bus", open_link, [], Unjournaled())
        async with asyncio.TaskGroup() as group:
            polling = group.create_task(for_seconds(poller.run(), 1000.0))
            while not polling.done():
                await asyncio.sleep(7.0)
                overdue.append(poller.counters.overdue(loop.time()))

    run_virtual(main())
    assert set(overdue[:5]) == {0.0}
    assert overdue[-1] > 800.0
