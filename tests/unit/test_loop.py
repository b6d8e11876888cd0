"""uvloop where it is wanted and there, and a clock that can be relied upon."""

import asyncio
import logging
import sys
import time

import pytest

from daq.loop import loop_factory

DELAYS = [0.0001 * number for number in range(1, 40)]


@pytest.fixture(scope="module", autouse=True)
def _pipe_for_good() -> None:
    """libuv's first loop opens a pipe for signals that stays as long as the process."""
    with on_uvloop() as runner:
        runner.get_loop()


def on_uvloop() -> asyncio.Runner:
    return asyncio.Runner(loop_factory=loop_factory("uvloop"))


def test_it_is_what_is_wanted() -> None:
    assert loop_factory("asyncio") is asyncio.new_event_loop
    with on_uvloop() as runner:
        assert type(runner.get_loop()).__mro__[1].__module__ == "uvloop"


def test_where_there_is_none_asyncio_serves_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delitem(sys.modules, "daq.exact_uvloop", raising=False)
    monkeypatch.setitem(sys.modules, "uvloop", None)
    with caplog.at_level(logging.WARNING):
        assert loop_factory("uvloop") is asyncio.new_event_loop
    assert "asyncio serves; pip install 'lab-daq[uvloop]'" in caplog.text


def test_the_clock_is_the_systems_between_two_steps_too() -> None:
    async def ask() -> list[float]:
        loop, before = asyncio.get_running_loop(), time.monotonic()
        first = loop.time()
        while time.monotonic() < before + 0.005:
            pass
        return [before, first, loop.time(), time.monotonic()]

    with on_uvloop() as runner:
        before, first, second, after = runner.run(ask())
    assert before <= first < before + 0.005 <= second <= after


def test_no_timer_is_early() -> None:
    async def later(delay: float) -> float:
        loop = asyncio.get_running_loop()
        fired = loop.create_future()
        wanted = time.monotonic() + delay
        loop.call_later(delay, fired.set_result, None)
        await fired
        return time.monotonic() - wanted

    async def at(delay: float) -> float:
        loop = asyncio.get_running_loop()
        fired = loop.create_future()
        wanted = loop.time() + delay
        loop.call_at(wanted, fired.set_result, None)
        await fired
        return loop.time() - wanted

    async def ask() -> float:
        return min([await wait(delay) for wait in (later, at) for delay in DELAYS])

    with on_uvloop() as runner:
        assert runner.run(ask()) >= 0


@pytest.mark.parametrize("delay", [0.0, -1.0])
def test_what_is_due_comes_at_once(delay: float) -> None:
    async def ask() -> None:
        fired = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(delay, fired.set_result, None)
        async with asyncio.timeout(60):
            await fired

    with on_uvloop() as runner:
        runner.run(ask())


def test_for_ever_is_possible() -> None:
    async def ask() -> None:
        asyncio.get_running_loop().call_later(float("inf"), print).cancel()

    with on_uvloop() as runner:
        runner.run(ask())
