"""Coils written between scans, on virtual time: at once, again when it failed, and now and then."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from daq.acquire.output import Output
from daq.acquire.poller import BusPoller
from drivers.errors import DisconnectedError, DriverError, OpenFailedError, ReplyTimeoutError
from drivers.transport.link import Link, Settings
from tests.scripted_instrument import Scripted, fine, polled
from tests.unit.acquire.test_poller import Notes
from tests.virtual_time import for_seconds, run_virtual

if TYPE_CHECKING:
    from daq.acquire.instrument import PolledInstrument

TIMEOUT = 1.0


class Relays:
    """A unit with coils that fails while ``wrong`` has errors left; a failure takes a time-out."""

    def __init__(self, *wrong: DriverError) -> None:
        self.wrong = list(wrong)
        self.writes: list[tuple[float, int, bool]] = []
        self.tries: list[float] = []

    async def write(self, link: Link, address: int, *, on: bool) -> None:
        del link
        now = asyncio.get_running_loop().time() - 1000.0
        self.tries.append(round(now, 3))
        if self.wrong:
            await asyncio.sleep(TIMEOUT)
            raise self.wrong.pop(0)
        await asyncio.sleep(0.01)
        self.writes.append((round(now, 3), address, on))

    def cost(self, line: Settings) -> float:
        return line.timeout + line.quiet


class Case:
    """A bus with an output and perhaps instruments; what is wanted is said at moments."""

    def __init__(self, unit: Relays, *wants: tuple[float, dict[int, bool], Sequence[int]]) -> None:
        self.unit, self.wants = unit, wants
        self.told: list[str] = []
        self.failures = 0
        self.notes = Notes()

    def run(
        self, seconds: float, *, flash: float = 0.0, scanned: bool = False, lost: int = 0
    ) -> None:
        run_virtual(self._main(seconds, flash, lost, scanned=scanned))

    async def _main(self, seconds: float, flash: float, lost: int, *, scanned: bool) -> None:
        instruments: list[PolledInstrument] = []
        if scanned:
            instruments.append(polled("one", Scripted(fine), self.notes))
        output = Output("tower", self.unit, self._tell, flash=flash)
        opened = 0

        async def open_link() -> Link:
            nonlocal opened
            opened += 1
            if opened <= lost:
                raise OpenFailedError("no such port")
            return Link("bus", Settings())

        poller = BusPoller("bus", open_link, instruments, self.notes, outputs=[output])
        loop = asyncio.get_running_loop()
        for at, steady, flashing in self.wants:
            loop.call_later(at, output.want, steady, flashing)
        await for_seconds(poller.run(), seconds)

    def _tell(self, error: DriverError | None) -> None:
        self.told.append("done" if error is None else str(error))


def test_what_is_wanted_is_written_at_once_also_while_the_bus_rests() -> None:
    case = Case(Relays(), (10.0, {0: True, 1: False}, ()), (20.5, {0: False, 1: False}, ()))
    case.run(30)
    assert case.unit.writes == [(10.0, 0, True), (10.01, 1, False), (20.5, 0, False)]
    assert case.told == ["done", "done"]


def test_it_is_written_between_scans_and_none_is_skipped() -> None:
    case = Case(Relays(), (10.3, {0: True}, ()))
    case.run(20.5, scanned=True)
    assert [write[1:] for write in case.unit.writes] == [(0, True)]
    assert case.notes.good("one") == 21


def test_it_is_written_again_now_and_then() -> None:
    case = Case(Relays(), (0.0, {0: True}, ()))
    case.run(200)
    times = [at for at, _, _ in case.unit.writes]
    assert len(times) == 4
    assert all(59 <= b - a <= 61 for a, b in pairwise(times))


def test_what_flashes_goes_on_and_off_and_the_horn_does_not_wait() -> None:
    case = Case(Relays(), (0.1, {1: True}, [0]), (4.9, {1: False, 0: True}, ()))
    case.run(8, flash=2.0)
    horn = [(at, on) for at, coil, on in case.unit.writes if coil == 1]
    lamp = [(at, on) for at, coil, on in case.unit.writes if coil == 0]
    assert horn == [(0.1, True), (4.9, False)]
    assert [on for _, on in lamp] == [True, False, True, False, True]
    assert [round(at) for at, _ in lamp] == [0, 1, 2, 3, 4]


def test_what_fails_is_tried_again_less_and_less_often() -> None:
    wrong = [ReplyTimeoutError("unit 1: no reply") for _ in range(6)]
    case = Case(Relays(*wrong), (1.0, {0: True}, ()))
    case.run(240, scanned=True)
    assert case.told[:7] == ["unit 1: no reply"] * 6 + ["done"]
    assert set(case.told[7:]) == {"done"}
    assert case.unit.tries[0] < 1.1, "the first is not delayed"
    assert case.notes.good("one") > 225, "a dead unit costs the others little"


def test_a_lost_bus_is_told_and_everything_is_written_when_it_is_back() -> None:
    case = Case(Relays(DisconnectedError("gone")), (1.0, {0: True}, ()))
    case.run(20)
    assert case.told == ["gone", "done"]
    assert [write[1:] for write in case.unit.writes] == [(0, True)]


def test_a_bus_that_cannot_be_opened_is_told() -> None:
    case = Case(Relays(), (0.0, {0: True}, ()))
    case.run(20, lost=2)
    assert case.told == ["no such port", "no such port", "done"]


def test_a_bus_without_instruments_is_told_lost_and_restored() -> None:
    case = Case(Relays(DisconnectedError("gone")), (1.0, {0: True}, ()))
    case.run(20)
    assert case.notes.events == [("bus-lost", "bus"), ("bus-restored", "bus")]
