"""Named parts: started and stopped one by one, each a task of the group."""

import asyncio

import pytest

from daq.daemon.parts import Parts
from tests.virtual_time import run_virtual


class Worker:
    """Works until cancelled, and takes its time to stop."""

    def __init__(self, stopping: float = 0.0) -> None:
        self.state = "new"
        self._stopping = stopping

    async def run(self) -> None:
        self.state = "runs"
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(self._stopping)
            self.state = "over"


def test_parts_are_stopped_by_name_and_the_others_go_on() -> None:
    async def scenario() -> None:
        async with asyncio.TaskGroup() as group:
            parts = Parts[Worker](group, "work")
            one, two = Worker(), Worker()
            parts.start("one", one)
            parts.start("two", two)
            await asyncio.sleep(1)
            assert "work one" in {task.get_name() for task in asyncio.all_tasks()}
            await parts.ended(parts.dismiss(["one"]), within=1.0)
            assert (one.state, two.state) == ("over", "runs")
            assert (parts.names, list(parts), len(parts)) == (("two",), [two], 1)
            assert parts.get("one") is None
            assert parts.get("two") is two
            parts.start("one", Worker())
            await parts.stop(within=1.0)
            assert not parts.names

    run_virtual(scenario())


def test_a_part_that_does_not_stop_is_left_behind_and_said_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def scenario() -> float:
        begun = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as group:
            parts = Parts[Worker](group, "work")
            parts.start("slow", Worker(stopping=60.0))
            await asyncio.sleep(1)
            await parts.stop(within=2.0)
            return asyncio.get_running_loop().time() - begun

    assert run_virtual(scenario()) == pytest.approx(3.0)
    assert caplog.messages == ["work slow has not stopped within 2 s"]
