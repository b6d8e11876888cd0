"""The timer of silences: never early, freed once, and asyncio's where there is none."""

import asyncio
import time
from pathlib import Path

import pytest

from drivers.transport import fine_timer
from drivers.transport.fine_timer import FineTimer

DEADLINE = 30.0


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_it_is_never_early() -> None:
    timer = FineTimer()
    for wait in (0.0, 1e-9, 0.0002, 0.00175, 0.0021):
        began = time.monotonic()
        await asyncio.wait_for(timer.sleep(wait), DEADLINE)
        assert time.monotonic() - began >= wait
    timer.close()


async def test_a_wait_that_was_given_up_does_not_shorten_the_next() -> None:
    timer = FineTimer()
    waiting = asyncio.create_task(timer.sleep(0.005))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    began = time.monotonic()
    await asyncio.wait_for(timer.sleep(0.02), DEADLINE)
    assert time.monotonic() - began >= 0.02
    timer.close()


async def test_closing_wakes_and_frees() -> None:
    before = descriptors()
    timer = FineTimer()
    assert descriptors() == before + 1
    waiting = asyncio.create_task(timer.sleep(3600.0))
    await asyncio.sleep(0)
    timer.close()
    timer.close()
    await asyncio.wait_for(waiting, DEADLINE)
    assert descriptors() == before
    await asyncio.wait_for(timer.sleep(0.001), DEADLINE)


async def test_without_a_timer_of_the_system_asyncio_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fine_timer.sys, "platform", "darwin")
    timer = FineTimer()
    began = time.monotonic()
    await asyncio.wait_for(timer.sleep(0.002), DEADLINE)
    assert time.monotonic() - began >= 0.002
    timer.close()
