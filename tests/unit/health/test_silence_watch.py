"""The watch over real pollers with scripted instruments, on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from daq.acquire.poller import BusPoller
from daq.build.unjournaled import Unjournaled
from daq.health.watch import SilenceWatch
from daq.journal.entry import Severity
from drivers.errors import DisconnectedError, DriverError, OpenFailedError
from drivers.model import Status
from drivers.transport.link import Link, Settings
from tests.scripted_instrument import Scripted, fine, polled, silent_between
from tests.virtual_time import VirtualLoop, for_seconds, run_virtual


class Events(Unjournaled):
    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []
        self.severities: set[Severity] = set()
        self.data: dict[str, str | int | float | bool | None] = {}

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
        if kind.endswith("-silent"):
            self.severities.add(severity)
            self.data = data or {}
        return 1

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _, _ in self.told]

    @property
    def causes(self) -> list[str]:
        return [text for kind, _, text in self.told if kind == "instrument-silent"]


async def open_link() -> Link:
    return Link("bus", Settings())


Opener: TypeAlias = Callable[[], Awaitable[Link]]


def back_at(seconds: float) -> Opener:
    """A port that is there again so long after the beginning."""

    async def opener() -> Link:
        if asyncio.get_running_loop().time() < 1000 + seconds:
            raise OpenFailedError("no such port")
        return await open_link()

    return opener


def watch(
    drivers: Scripted | list[Scripted],
    seconds: float,
    opener: Opener = open_link,
    names: Sequence[str] = ("one",),
) -> Events:
    events = Events()
    each = drivers if isinstance(drivers, list) else [drivers] * len(names)

    async def main() -> None:
        members = [polled(name, driver, events) for name, driver in zip(names, each, strict=True)]
        poller = BusPoller("bus", opener, members, events)
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


async def no_port() -> Link:
    raise OpenFailedError("no such port")


def test_a_lost_bus_tells_the_silence_of_all_its_instruments_once() -> None:
    names = [f"unit-{number}" for number in range(32)]
    events = watch(Scripted(fine), 600, no_port, names)
    assert events.kinds == ["bus-lost", "bus-silent"]
    _, subject, text = events.told[1]
    assert subject == "bus"
    assert "no such port" in text
    assert "from its 32 instruments: unit-0, unit-1, " in text
    assert text.endswith("unit-19 and 12 more")
    assert events.data["count"] == 32


def test_a_bus_that_is_back_ends_it_once_for_all() -> None:
    events = watch(Scripted(fine), 600, back_at(300), ["one", "two", "three"])
    assert [kind for kind in events.kinds if "found" not in kind] == [
        "bus-lost",
        "bus-silent",
        "bus-restored",
        "bus-speaks",
    ]


def test_an_instrument_that_stays_silent_when_its_bus_is_back_is_told_alone() -> None:
    dead, fit = Scripted(silent_between(0, 10_000)), Scripted(fine)
    events = watch([dead, fit], 600, back_at(300), ["dead", "fit"])
    assert [kind for kind in events.kinds if "found" not in kind] == [
        "bus-lost",
        "bus-silent",
        "instrument-fault",
        "bus-restored",
        "instrument-silent",
        "bus-speaks",
    ]
    assert [subject for kind, subject, _ in events.told if kind == "instrument-silent"] == ["dead"]


def test_one_that_was_silent_before_its_bus_was_lost_is_not_told_again() -> None:
    """Dead from 10 s on, the bus away from 200 to 300 s."""

    def unplugged(now: float) -> DriverError | None:
        return DisconnectedError("unplugged") if 1200 <= now < 1300 else None

    dead, fit = Scripted(silent_between(10, 10_000)), Scripted(unplugged)
    events = watch([dead, fit], 600, open_link, ["dead", "fit"])
    told = [(kind, subject) for kind, subject, _ in events.told if "silent" in kind]
    assert told == [("instrument-silent", "dead"), ("bus-silent", "bus")]
    assert ("instrument-speaks", "dead") not in [each[:2] for each in events.told]
    assert "bus-speaks" in events.kinds


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
