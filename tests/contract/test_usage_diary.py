"""The daemon's part that journals what instruments are used for, over a real journal."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from daq.config.config import Config
from daq.config.load import load_config
from daq.daemon.usage import UsageDiary
from daq.journal.entry import Scan
from daq.journal.journal import Journal
from drivers.model import Status
from tests.journal_samples import running, until
from tests.usage_samples import CASES, NS, key

INTERVAL = 0.05


def config_of(folder: Path, **changes: str) -> Config:
    text = (CASES / "march" / "daq.toml").read_text("utf-8")
    for before, after in changes.items():
        text = text.replace(before, after)
    path = folder / "daq.toml"
    path.write_text(text)
    return load_config(path, environ={})


async def scans(journal: Journal, group: str) -> list[Scan]:
    entries = await journal.read(0, 10_000)
    return [one for one in entries if isinstance(one, Scan) and one.series.key.group == group]


def _numbers(scan: Scan) -> list[float]:
    return [value for value in scan.values if isinstance(value, float)]


async def test_states_and_energy_are_scans_that_add_up(tmp_path: Path) -> None:
    config = config_of(tmp_path)
    async with running(tmp_path / "journal.db") as journal:
        journal.append_event("start", "daq", "started")
        diary = UsageDiary(lambda: config, journal, time.time_ns, INTERVAL)
        task = asyncio.create_task(diary.run(), name="usage")
        meter = journal.series(key("meter", "power", "W", 0.02))
        told: list[Scan] = []
        async with asyncio.timeout(20):
            while len(told) < 4 or told[-1].values[0] != "running":
                journal.append_scan(meter, time.time_ns(), (2000.0,), (Status.GOOD,))
                await asyncio.sleep(0.01)
                told = await scans(journal, "usage-oven")
            config = config_of(tmp_path, oven="kiln")
            await until(lambda: any(one.group == "usage-kiln" for one in journal.known))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        names = [channel.name for channel in told[0].series.key.channels]
        assert names == ["state", "running", "idle", "off", "fault", "unknown", "energy"]
        assert told[0].series.key.instrument == "daq"
        span = told[-1].time - told[0].time
        whole = sum(sum(_numbers(one)[:5]) for one in told[1:])
        assert abs(whole * NS - span) < span / 2
        chamber = await scans(journal, "usage-chamber")
        assert {one.values[0] for one in chamber} == {"idle"}
