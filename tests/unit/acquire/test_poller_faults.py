"""What the poller does and tells when instruments come and go, on virtual time."""

import asyncio

from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.schedule import Ticker
from daq.journal.entry import Series, SeriesKey
from drivers.driver import ReadPlan
from drivers.errors import DeviceError, DisconnectedError, DriverError, ReplyTimeoutError
from drivers.model import Identity, Sample
from drivers.transport.link import Link, Settings
from tests.modbus_lab import Say, memory_link
from tests.unit.acquire.test_poller import Notes, Scripted, dead, fine, poll, polled


def test_an_instrument_that_answers_every_other_time_is_one_fault() -> None:
    notes, calls = Notes(), iter(range(10**6))
    flapping = Scripted(lambda now: dead(now) if next(calls) % 2 else None)
    unit = polled("one", flapping, notes)
    poll(notes, [unit, polled("two", Scripted(fine), notes)], 3600)
    kinds = [kind for kind, subject in notes.events if subject == "one"]
    assert kinds.count("instrument-fault") <= 3
    assert len(notes.failed("one")) > 50, "each gap is in the scans"
    assert notes.good("two") >= 0.95 * 3600


def test_a_bus_that_comes_and_goes_is_one_fault() -> None:
    notes = Notes()
    driver = Scripted(lambda now: DisconnectedError("unplugged") if int(now) % 2 else None)
    poller = poll(notes, [polled("one", driver, notes, 0.2)], 600)
    assert poller.counters.losses > 100
    kinds = [kind for kind, subject in notes.events if subject == "bus"]
    assert kinds == ["bus-lost", "bus-restored", "bus-lost"]


def test_a_fault_that_outlasts_a_lost_bus_ends_with_an_event() -> None:
    notes = Notes()

    def behaviour(now: float) -> DriverError | None:
        if 30 <= now - 1000.0 < 31:
            return DisconnectedError("unplugged")
        return dead(now) if 10 <= now - 1000.0 < 30 else None

    poll(notes, [polled("one", Scripted(behaviour), notes)], 120)
    assert [kind for kind, _ in notes.events if "instrument" in kind] == [
        "instrument-found",
        "instrument-fault",
        "instrument-restored",
    ]


class Choosy(Scripted):
    """Declines to be read with some plans."""

    def __init__(self, refused: ReadPlan) -> None:
        super().__init__(fine)
        self._refused = refused

    async def read(self, link: Link, plan: ReadPlan) -> Sample:
        sample = await super().read(link, plan)
        if plan is self._refused:
            raise DeviceError("busy")
        return sample


def test_a_group_that_is_always_declined_is_one_fault_beside_one_that_is_read() -> None:
    notes = Notes()
    plans = [Scripted(fine).plan([name]) for name in ("good", "refused")]
    groups: list[PolledGroup] = []
    for number, plan in enumerate(plans):
        key = SeriesKey(
            site="lab",
            instrument="one",
            group=str(number),
            model="",
            asset="",
            interval=1.0,
            channels=plan.channels,
        )
        groups.append(PolledGroup(Series(number, key), plan, Ticker(1.0, 1000.0, number / 2)))
    poll(notes, [PolledInstrument("one", Choosy(plans[1]), groups, notes)], 60)
    assert [kind for kind, _ in notes.events] == ["instrument-found", "instrument-fault"]
    assert notes.good("one") >= 60


class Reluctant(Scripted):
    """Declines to be identified."""

    async def identify(self, link: Link) -> Identity:
        await super().identify(link)
        raise DeviceError("not now")


def test_a_declined_identification_is_asked_for_less_and_less() -> None:
    notes, driver = Notes(), Reluctant(fine)
    poll(notes, [polled("one", driver, notes)], 300)
    assert len(driver.calls) < 30
    assert [kind for kind, _ in notes.events] == ["instrument-fault"]


def test_a_line_on_which_nobody_answers_is_opened_anew_without_a_word() -> None:
    """A terminal server may keep a connection that leads nowhere any more."""
    notes = Notes()
    stale: list[Link] = []

    class Wired(Scripted):
        """Speaks over the line it is given; hears nothing on the first from 100 s on."""

        async def _exchange(self, what: str) -> None:
            now = asyncio.get_running_loop().time()
            self.calls.append((now, what))
            link = self.link
            if link is stale[0] and now > 1100.0:
                link.tally.in_vain += 1
                await asyncio.sleep(0.5)
                raise ReplyTimeoutError("no answer")
            link.tally.in_vain = 0
            await asyncio.sleep(0.01)

        async def identify(self, link: Link) -> Identity:
            self.link = link
            return await super().identify(link)

    async def opener() -> Link:
        stale.append(memory_link(nothing, Settings())[0])
        return stale[-1]

    units = [polled(name, Wired(fine), notes) for name in ("one", "two")]
    poller = poll(notes, units, 300, opener)
    assert poller.counters.connects == 2
    assert poller.counters.losses == 0
    assert {subject for _, subject in notes.events} == {"one", "two"}
    assert [kind for kind, subject in notes.events if subject == "one"] == [
        "instrument-found",
        "instrument-fault",
        "instrument-restored",
    ]


def nothing(_request: bytes, _say: Say) -> None:
    """A far end that says nothing."""


def test_a_line_lost_between_two_scans_is_noticed_at_once() -> None:
    notes = Notes()

    async def opener() -> Link:
        link, line = memory_link(nothing, Settings())
        asyncio.get_running_loop().call_later(10.0, line.lose, OSError(5, "gone"))
        return link

    poll(notes, [polled("one", Scripted(fine), notes, 600.0)], 20, opener)
    assert ("bus-lost", "bus") in notes.events
