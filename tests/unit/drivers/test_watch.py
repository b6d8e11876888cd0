"""How old what is read may be: a stopped process, a suspended machine, a busy one."""

import asyncio
from collections.abc import Callable

import pytest

from drivers.transport.watch import LATE, LOOK, Watch
from tests.virtual_time import VirtualLoop, run_virtual


class Suspended:
    """A machine that sleeps when told to; the event loop's clock stands still meanwhile."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def stop_process(loop: VirtualLoop, _sleep: Suspended) -> None:
    loop.stand_still(30.0)


def suspend_machine(_loop: VirtualLoop, sleep: Suspended) -> None:
    sleep.seconds += 30.0


WAYS = pytest.mark.parametrize("stop", [stop_process, suspend_machine])
Stop = Callable[[VirtualLoop, Suspended], None]


def begun() -> tuple[Watch, VirtualLoop, Suspended]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    sleep = Suspended()
    watch = Watch(loop, slept=sleep)
    watch.begin()
    return watch, loop, sleep


def test_what_is_read_promptly_has_no_age() -> None:
    async def read() -> None:
        watch, _, _ = begun()
        for wait in (0.0, 0.01, 1.0, 3600.0):
            await asyncio.sleep(wait)
            assert watch.age() == 0.0
        watch.close()

    run_virtual(read())


@WAYS
def test_all_that_has_waited_is_old_and_what_comes_after_is_not(stop: Stop) -> None:
    """However many reads it takes: each turn of the loop finds some, until one finds none."""

    async def read() -> None:
        watch, loop, sleep = begun()
        await asyncio.sleep(10 * LOOK + 0.1)
        stop(loop, sleep)
        for _ in range(5):
            assert 30.0 <= watch.age() <= 30.0 + LOOK
            await asyncio.sleep(0)
        await asyncio.sleep(2 * LOOK)
        assert watch.age() == 0.0
        watch.close()

    run_virtual(read())


@WAYS
def test_what_has_waited_is_old_when_timers_go_before_it(stop: Stop) -> None:
    async def read() -> None:
        watch, loop, sleep = begun()
        await asyncio.sleep(LOOK / 2)
        stop(loop, sleep)
        await asyncio.sleep(0)  # the look that was due
        assert watch.age() == pytest.approx(30.0 + LOOK / 2)
        watch.close()

    run_virtual(read())


def test_a_loop_that_was_busy_for_a_moment_is_no_stop() -> None:
    async def read() -> None:
        watch, loop, _ = begun()
        await asyncio.sleep(10 * LOOK)
        loop.stand_still(LATE - 0.01)
        assert watch.age() == 0.0
        watch.close()

    run_virtual(read())


def test_nothing_goes_on_after_the_end() -> None:
    async def read() -> None:
        watch, loop, _ = begun()
        watch.close()
        watch.close()
        watch.begin()
        watch.begin()  # one timer still
        watch.close()
        loop.stand_still(5.0)
        await asyncio.sleep(5.0)
        assert watch.age() > 5.0  # nobody has looked

    run_virtual(read())
