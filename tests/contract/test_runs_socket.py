"""Runs through the daemon's socket, as the page and the commands ask for them."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from daq.control.client import DeclinedError
from daq.control.runs import (
    RunMarkRequest,
    RunPauseRequest,
    RunResumeRequest,
    RunStartRequest,
    RunStopRequest,
    ask_run_change,
    ask_runs,
)
from daq.control.server import control_socket
from daq.daemon import runs as answers
from daq.daemon.runs import Runs
from daq.runs.desk import Desk
from daq.runs.keeper import Keeper
from tests.journal_samples import Clock, running, until
from tests.run_samples import RULES


def _as_people_do(path: Path) -> None:
    start = RunStartRequest(
        instruments=("oven", "balance"), by="李 明", sample="样品 7", order="4711", key="a-1"
    )
    done = ask_run_change(path, start)
    one = done.run
    assert (done.durable, done.repeated, one.state, one.sample) == (
        True,
        False,
        "running",
        "样品 7",
    )
    assert (one.operator, one.instruments) == ("李 明", ("oven", "balance"))
    again = ask_run_change(path, start)
    assert (again.repeated, again.run) == (True, one)
    ask_run_change(path, RunMarkRequest(run=one.id, by="Li", text="第" * 990 + "\nb"))
    assert ask_run_change(path, RunPauseRequest(by="Li")).run.state == "paused"
    with pytest.raises(DeclinedError, match="is paused already"):
        ask_run_change(path, RunPauseRequest(by="Li"))
    assert ask_run_change(path, RunResumeRequest(by="Li")).run.state == "running"
    with pytest.raises(DeclinedError, match="not understood"):
        ask_run_change(path, RunMarkRequest(by="Li", text="a\tb"))
    with pytest.raises(DeclinedError, match="not understood"):
        ask_run_change(path, RunStartRequest(by="Li", instruments=("x",) * 33))
    others = [
        ask_run_change(path, RunStartRequest(by="Li", instruments=("meter",))).run.id,
        ask_run_change(path, RunStopRequest(run=one.id, by="Li")).run.id,
    ]
    assert [found.id for found in ask_runs(path)] == others
    with pytest.raises(DeclinedError, match="no run '20200101-1'"):
        ask_run_change(path, RunStopRequest(run="20200101-1", by="Li"))


async def test_what_people_ask_arrives_whole_in_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "AT_ONCE", 1)
    path = tmp_path / "daq.sock"
    async with running(tmp_path / "journal.db") as journal:
        keeper = Keeper(journal, Desk(lambda: RULES), Clock())
        task = asyncio.create_task(keeper.run(), name="runs")
        await until(lambda: keeper.ready)
        async with control_socket(path, Runs(keeper).commands):
            await asyncio.to_thread(_as_people_do, path)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
