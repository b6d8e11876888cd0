"""The watch over real pollers with scripted instruments, on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable

from daq.acquire.poller import BusPoller
from daq.build.unjournaled import Unjournaled
from daq.health.watch import SilenceWatch
from daq.journal.entry import Severity
from drivers.errors import OpenFailedError
from drivers.model import Status
from drivers.transport.link import Link, Settings
from tests.scripted_instrument import Scripted, fine, polled, silent_between
from tests.virtual_time import VirtualLoop, for_seconds, run_virtual


class Events(Unjournaled):
    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.severities: set[Severity] = set()

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
    ) -> int:
        self.told.append((kind, subject, text))
        if kind == "instrument-silent":
            assert data
            assert data["bus"] == "bus"
            self.severities.add(severity)
        return 1

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.told]

    @property
    def causes(self) -> list[str]:
        return [text for kind, _, text in self.told if kind == "instrument-silent"]


async def open_link() -> Link:
    return Link("bus", Settings())


def watch(
    driver: Scripted, seconds: float, opener: Callable[[], Awaitable[Link]] = open_link
) -> Events:
    events = Events()

    async def main() -> None:
        poller = BusPoller("bus", opener, [polled("one", driver, events)], events)
        async with asyncio.TaskGroup() as group:
            group.create_task(for_seconds(poller.run(), seconds))
            group.create_task(for_seconds(SilenceWatch(lambda: [poller], events).run(), seconds))

    run_virtual(main())
    return events


def test_a_short_fault_does_not_escalate() -> None:
    events = watch(Scripted(silent_between(10, 40)), 200)
    assert events.kinds == ["instrument-found", "instrument-fault", "instrument-restored"]


def test_a_long_one_does_once_and_says_when_it_is_over() -> None:
    events = watch(Scripted(silent_between(10, 300)), 600)
    assert events.kinds == [
        "instrument-found",
        "instrument-fault",
        "instrument-silent",
        "instrument-restored",
        "instrument-speaks",
    ]
    assert events.severities == {"error"}
    assert events.causes[0].endswith("no answer")


def test_a_lost_bus_is_the_cause_of_its_instruments_silence() -> None:
    async def opener() -> Link:
        raise OpenFailedError("no such port")

    events = watch(Scripted(fine), 200, opener)
    assert events.kinds == ["bus-lost", "instrument-silent"]
    assert "bus bus is lost: no such port" in events.causes[0]


def test_a_poller_that_is_stuck_is_found() -> None:
    async def opener() -> Link:
        await asyncio.Event().wait()
        raise AssertionError

    events = watch(Scripted(fine), 200, opener)
    assert events.kinds == ["instrument-silent"]
    assert "the poller of bus bus makes no progress" in events.causes[0]


def test_an_instrument_that_answers_nothing_of_use_is_found() -> None:
    events = watch(Scripted(fine, status=Status.SENSOR_BREAK), 200)
    assert events.kinds == ["instrument-found", "instrument-silent"]
    assert "it answers, but with nothing of use (bad: sensor break)" in events.causes[0]


def test_a_process_that_stood_still_blames_nobody() -> None:
    """On waking, the watch may look before the pollers have had their turn."""
    events = Events()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        poller = BusPoller("bus", open_link, [polled("one", Scripted(fine), events)], events)
        watching = asyncio.create_task(SilenceWatch(lambda: [poller], events).run())
        await asyncio.sleep(5.5)
        loop.stand_still(500.0)
        await asyncio.sleep(5.0)
        watching.cancel()
        await asyncio.wait([watching])

    run_virtual(main())
    assert events.told == []
