"""Who is stuck, and what the service manager is told, on virtual time."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from daq.journal.entry import Severity
from daq.journal.eventcodec import Data
from daq.pulse import Judge, Pulse
from daq.watchdog import STATUS_PERIOD, Watchdog, watchdog_period
from tests.virtual_time import for_seconds, run_virtual

PERIOD = 15.0
FED = "STATUS=fine\nWATCHDOG=1"


class Notes:
    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
    ) -> int:
        self.events.append((kind, subject))
        return 1


def _nobody(text: str) -> None:
    """No service manager."""


def watched(
    loop: Callable[[Pulse], Awaitable[None]], seconds: float
) -> tuple[list[tuple[float, str]], list[tuple[str, str]]]:
    """What was sent when (seconds from the start), and the events, while a loop ran."""
    sent: list[tuple[float, str]] = []
    notes, pulse = Notes(), Pulse("poll a")

    async def main() -> None:
        clock = asyncio.get_running_loop().time
        start = clock()
        watchdog = Watchdog(
            lambda: [pulse],
            lambda: "fine",
            notes,
            period=PERIOD,
            send=lambda text: sent.append((clock() - start, text)),
        )
        task = asyncio.ensure_future(loop(pulse))
        await for_seconds(watchdog.run(), seconds)
        task.cancel()
        await asyncio.wait([task])

    run_virtual(main())
    return sent, notes.events


def test_a_loop_that_keeps_its_promises_feeds_the_watchdog_every_period() -> None:
    async def polls(pulse: Pulse) -> None:
        while True:
            for wait in (0.01, 30.0, 3600.0):  # a step, a back-off, the next scan of an hour
                pulse.within(wait)
                await asyncio.sleep(wait)

    sent, events = watched(polls, 4 * 3600)
    assert {text for _, text in sent} == {FED}
    assert len(sent) == 4 * 3600 / PERIOD
    assert not events


def test_a_loop_that_waits_for_what_may_take_for_ever_is_alive() -> None:
    async def rests(pulse: Pulse) -> None:
        pulse.within(1)
        pulse.rest()
        await asyncio.sleep(1e6)

    sent, _ = watched(rests, 3600)
    assert {text for _, text in sent} == {FED}


def test_a_stuck_loop_starves_the_watchdog_and_is_told_once() -> None:
    async def hangs(pulse: Pulse) -> None:
        pulse.within(60)
        await asyncio.sleep(1e6)

    sent, events = watched(hangs, 3600)
    last = max(time for time, text in sent if text == FED)
    assert 60 <= last <= 60 + PERIOD
    assert {text for time, text in sent if time > last} == {"STATUS=stuck: poll a"}
    assert events == [("loop-stuck", "poll a")]


def test_who_asks_is_told_what_was_found_at_the_last_look() -> None:
    async def main() -> None:
        pulse = Pulse("poll a")
        watchdog = Watchdog(lambda: [pulse], lambda: "", Notes(), period=PERIOD, send=_nobody)
        pulse.within(1)
        await for_seconds(watchdog.run(), 1.5 * PERIOD)
        assert not watchdog.is_stuck("poll a")  # a promise broken at one look
        await for_seconds(watchdog.run(), 0.5 * PERIOD)
        assert watchdog.is_stuck("poll a")
        assert not watchdog.is_stuck("poll b")

    run_virtual(main())


def test_a_loop_that_goes_on_after_all_is_told_once_and_fed_again() -> None:
    async def stumbles(pulse: Pulse) -> None:
        pulse.within(10)
        await asyncio.sleep(100)
        while True:
            pulse.within(1)
            await asyncio.sleep(1)

    sent, events = watched(stumbles, 600)
    assert events == [("loop-stuck", "poll a"), ("loop-restored", "poll a")]
    assert sent[-1][1] == FED


def test_one_broken_promise_is_none_after_a_pause_of_the_whole_process() -> None:
    judge = Judge()

    async def main() -> None:
        now = asyncio.get_running_loop().time()
        pulse = Pulse("pump b")
        pulse.within(1)
        assert not judge.look(now + 1000, [pulse])
        pulse.within(1)  # it ran, promised, and the next pause came
        assert not judge.look(now + 2000, [pulse])
        assert judge.look(now + 2001, [pulse]) == [pulse]

    run_virtual(main())


def test_a_loop_that_was_stopped_in_order_is_not_missed() -> None:
    judge = Judge()

    async def main() -> None:
        pulse = Pulse("poll c")
        pulse.within(1)
        now = asyncio.get_running_loop().time() + 10
        assert not judge.look(now, [pulse])
        assert not judge.look(now, [])

    run_virtual(main())


@pytest.mark.parametrize(
    ("environ", "period"),
    [
        ({}, STATUS_PERIOD),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"}, STATUS_PERIOD),
        ({"WATCHDOG_USEC": "0"}, STATUS_PERIOD),
        ({"WATCHDOG_USEC": "soon"}, STATUS_PERIOD),
    ],
)
def test_the_period_is_half_of_what_systemd_allows(environ: dict[str, str], period: float) -> None:
    assert watchdog_period(environ, pid=7) == period
