"""What an instrument says while the process is stopped: real lines, a real SIGSTOP."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.contract.late_reader import WAIT
from tests.far_end import PATIENCE, far_end

READER = Path(__file__).parent / "late_reader.py"
ROOT = Path(__file__).parents[2]
STOP = 1.5
"""Seconds: three times what is told."""
WAITING = range(100, 160)
NS = 10**9
LOOPS = pytest.mark.parametrize("loop", ["asyncio", "uvloop"])


async def heard(reader: asyncio.subprocess.Process) -> Any:  # noqa: ANN401 - JSON
    """The next thing it tells."""
    assert reader.stdout is not None
    async with asyncio.timeout(PATIENCE):
        return json.loads(await reader.stdout.readline())


@asynccontextmanager
async def reading(loop: str, way: str, address: str) -> AsyncGenerator[asyncio.subprocess.Process]:
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, str(READER), loop, way, address),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        yield reader
    finally:
        with suppress(ProcessLookupError):
            reader.kill()
        await reader.wait()


@asynccontextmanager
async def stopped(reader: asyncio.subprocess.Process, seconds: float) -> AsyncGenerator[None]:
    """Stopped while the block runs, so long before, and a little after."""
    reader.send_signal(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    yield
    await asyncio.sleep(0.3)  # a pseudo terminal hands over what is written in its own time
    reader.send_signal(signal.SIGCONT)


@LOOPS
async def test_all_that_waited_while_the_process_was_stopped_is_uncertain(loop: str) -> None:
    async with far_end("pty") as end, reading(loop, "listen", end.address) as reader:
        assert await heard(reader) == "listening"
        end.say(b"W 0 g\r\nW 1 g\r\n")  # of the first the beginning may have gone by
        assert (await heard(reader))[0] == 1
        begin = time.time_ns()
        async with stopped(reader, STOP):
            for number in WAITING:
                end.say(b"W %d g\r\n" % number)
        told = [await heard(reader) for _ in WAITING]
        gone_on = time.time_ns()
    assert [value for value, _, _ in told] == list(WAITING)
    assert {status for _, status, _ in told} == {"uncertain: read late"}
    # In the middle of the stretch, which began at the last look before the stop.
    assert all(begin < date < gone_on - STOP * NS / 4 for _, _, date in told)


@LOOPS
async def test_a_reply_that_came_while_the_process_was_stopped_is_found(loop: str) -> None:
    """The deadline is over when it goes on, but the reply is there, and came soon."""
    async with far_end("tcp") as end, reading(loop, "ask", end.address) as reader:
        assert await heard(reader) == "asked"
        async with stopped(reader, WAIT):
            end.say(b"here\n")
        reply, dated = await heard(reader)
        assert (reply, await reader.wait()) == ("here\n", 0)
    assert 0 < dated < WAIT
