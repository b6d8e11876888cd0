"""What the daemon tells of itself: real parts, line and sink away, a journal that hangs."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from daq.build import snapshot as module
from daq.build.demand import plan_of
from daq.build.setup import Setup
from daq.build.snapshot import Snapshot
from daq.build.target import Target, build_sinks
from daq.build.watchdog import build_watchdog
from daq.config.load import load_config
from daq.daemon.running import Running
from daq.journal import Journal
from tests.journal_samples import NS, QUICK, Clock, append, series_key, until
from tests.servers.process import free_port

CONFIG = """
[site]
name = "x"
[bus.line]
address = "127.0.0.1:{port}"
[instrument.mains]
profile = "eastron-sdm630"
bus = "line"
unit = 1
group.power = {{ interval = "1s", channels = ["voltage_l1"] }}
group.energy = {{ interval = "1min", channels = ["energy_total"] }}
[sink.broker]
type = "mqtt"
host = "127.0.0.1"
port = {port}
"""


@asynccontextmanager
async def told(folder: Path, clock: Clock) -> AsyncGenerator[tuple[Snapshot, Running, Journal]]:
    """Everything runs; nothing listens where it would go to."""
    path = folder / "daq.toml"
    path.write_text(CONFIG.format(port=free_port()))
    target = Target.of(Setup.of(load_config(path, environ={})))
    journal = await Journal.open(folder / "journal.db", QUICK, clock)
    try:
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(journal.run())
            running = Running(group, journal, target, clock)
            running.start(build_sinks(target, target.sinks))
            silent = {"mains": 90.0}
            stuck = build_watchdog(running, journal).is_stuck
            yield Snapshot(running, journal, silent.__getitem__, stuck, clock), running, journal
            await running.buses.stop(within=20.0)
            await running.sinks.stop(within=20.0)
            writing.cancel()
    finally:
        await journal.close()


async def test_it_tells_of_every_part(tmp_path: Path) -> None:
    clock = Clock()
    async with told(tmp_path, clock) as (snapshot, running, journal):
        (poller,), (pump,) = running.buses, running.sinks
        await until(lambda: poller.counters.state == "lost")
        seq = append(journal, journal.series(series_key()), 1)
        journal.quarantine("broker", {seq: "too large"})
        await until(lambda: journal.committed >= seq)
        clock.now += 45 * NS
        await until(lambda: pump.statistics.retry_time is not None)
        status = await snapshot.take_in_full()
        (item,), (sink,) = status.instruments, status.sinks
        assert status.buses[0].state == "lost"
        assert (item.quality, item.silent) == ("bad: disconnected", 90.0)
        assert [group.name for group in item.groups] == ["power", "energy"]
        assert (sink.state, sink.quarantined) == ("away", 1)
        assert 0 < sink.trouble_since < sink.retry_at
        assert (item.unit, item.address) == (1, "")
        assert sink.lag_seconds is not None
        assert sink.lag_seconds >= 45.0
        assert status.journal.committed >= seq


async def test_the_plan_stands_beside_what_is_measured(tmp_path: Path) -> None:
    clock = Clock()
    async with told(tmp_path, clock) as (snapshot, running, _):
        (poller,) = running.buses
        await until(lambda: poller.counters.state == "lost")
        (planned,) = plan_of(running.setup).buses
        status = snapshot.take()
        assert status.buses[0].planned_load == pytest.approx(100 * planned.load)
        groups = status.instruments[0].groups
        assert [(g.planned_requests, g.planned_seconds) for g in groups] == [
            (g.requests, g.seconds) for g in planned.groups
        ]
        assert [(g.scans, g.requests, g.seconds) for g in groups] == [(0, 0, 0.0)] * 2
        assert status.buses[0].retry_at == 0 or status.buses[0].retry_at > status.time


async def test_a_poller_that_is_late_makes_progress(tmp_path: Path) -> None:
    """It promises to be back when the next scan is due, and nobody is that exact."""
    async with told(tmp_path, Clock()) as (snapshot, running, _):
        (poller,) = running.buses
        poller.pulse.within(-0.1)
        assert not snapshot.take().buses[0].stuck


async def test_a_journal_that_does_not_answer_hides_only_what_it_alone_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "JOURNAL_LIMIT", 0.05)

    async def hanging() -> dict[str, int]:
        await asyncio.Event().wait()
        return {}

    async with told(tmp_path, Clock()) as (snapshot, _, journal):
        monkeypatch.setattr(journal, "quarantine_counts", hanging)
        status = await snapshot.take_in_full()
        assert (status.sinks[0].quarantined, status.sinks[0].lag_seconds) == (None, None)
        assert status.instruments[0].name == "mains"
