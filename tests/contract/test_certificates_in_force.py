"""What the daemon journals of certificates: real parts, a real journal, a clock that is set."""

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from daq.build.setup import Setup
from daq.build.snapshot import Snapshot
from daq.build.target import Target
from daq.calibration.dates import begin_of
from daq.config.load import load_config
from daq.daemon.calibrations import DueWatch
from daq.daemon.prospect import look
from daq.daemon.running import Running
from daq.journal import Event, Journal, JournalReader
from daq.metrics.tables.instrument import INSTRUMENTS
from tests.calibration_samples import balance
from tests.journal_samples import NS, QUICK, Clock

CONFIG = """
[site]
name = "x"
[calibration]
path = "certificates"
[bus.line]
address = "127.0.0.1:9"
[instrument.balance]
profile = "mettler-sics"
bus = "line"
asset = "A-0042"
group.all = { interval = "1h", channels = ["weight"] }
"""


def at(day: str) -> int:
    return begin_of(date.fromisoformat(day)) + NS


@asynccontextmanager
async def daemon(
    folder: Path, day: str
) -> AsyncGenerator[tuple[DueWatch, Running, Clock, Journal]]:
    """What tells of certificates; a first look has been taken."""
    path, clock = folder / "daq.toml", Clock(at(day))
    path.write_text(CONFIG)
    target = Target.of(Setup.of(load_config(path, environ={}), clock()))
    journal = await Journal.open(folder / "journal.db", QUICK, clock)
    try:
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(journal.run())
            running = Running(group, journal, target, clock)
            watch = DueWatch(running, journal, clock)
            running.start({})
            looking = group.create_task(watch.run())
            async with asyncio.timeout(20):
                while not watch.pulse.beats:  # noqa: ASYNC110 - a pulse has no event
                    await asyncio.sleep(0.01)
            yield watch, running, clock, journal
            looking.cancel()
            await running.buses.stop(within=20.0)
            writing.cancel()
    finally:
        await journal.close()


def told(folder: Path) -> list[Event]:
    with JournalReader(folder / "journal.db") as reader:
        events = reader.events_between(0, reader.last)
    return [event for event in events if event.kind.startswith(("certificate-", "calibration-"))]


def kinds(folder: Path) -> list[str]:
    return [f"{one.kind} {one.data.get('days', one.data.get('number'))}" for one in told(folder)]


async def test_a_certificate_is_journalled_whole_and_once(tmp_path: Path) -> None:
    balance(tmp_path / "certificates", "1", due="2027-01-01")
    for _ in range(2):
        async with daemon(tmp_path, "2026-06-01"):
            pass
    (event,) = told(tmp_path)
    assert event.subject == "balance"
    whole = str(event.data["certificate"])
    assert hashlib.sha256(whole.encode()).hexdigest() == event.data["hash"]
    assert json.loads(whole)["channels"][0]["points"][0]["reference"] == 0.5
    with JournalReader(tmp_path / "journal.db") as reader:
        (series,) = reader.series()
    assert [one.hash for one in series.key.calibrations] == [event.data["hash"]]


async def test_a_reload_brings_the_next_certificate_into_force(tmp_path: Path) -> None:
    balance(tmp_path / "certificates", "1", due="")
    async with daemon(tmp_path, "2026-06-01") as (_, running, _, _):
        balance(tmp_path / "certificates", "2", calibrated="2026-05-01", offset=0.7, due="")
        step = look(tmp_path / "daq.toml", running.target).step
        assert step is not None
        assert step.changes.buses.restarted == ("line",)
        await running.change(await running.prepare(step), lambda: None)
    assert kinds(tmp_path) == ["certificate-in-force 1", "certificate-in-force 2"]
    assert told(tmp_path)[1].data["previous"] == "1"


async def test_the_days_before_it_is_due_are_told_once_each(tmp_path: Path) -> None:
    balance(tmp_path / "certificates", "1", due="2027-01-01")
    async with daemon(tmp_path, "2026-11-01") as (watch, _, clock, _):
        for day in ("2026-12-02", "2026-12-02", "2026-12-20", "2026-12-25"):
            clock.now = at(day)
            watch.look()
    # While it was off the day of the due date went by.
    async with daemon(tmp_path, "2027-01-03") as (watch, _, clock, _):
        clock.now = at("2026-12-01")  # somebody sets the clock back
        watch.look()
        clock.now = at("2027-01-04")
        watch.look()
    assert kinds(tmp_path)[1:] == ["calibration-due 30", "calibration-due 7", "calibration-due -2"]
    assert [event.severity for event in told(tmp_path)[1:]] == ["warning", "warning", "error"]
    assert "is past due since 2027-01-01" in told(tmp_path)[-1].text


async def test_a_new_certificate_that_is_nearly_due_is_told_at_once(tmp_path: Path) -> None:
    balance(tmp_path / "certificates", "1", due="2026-06-05")
    async with daemon(tmp_path, "2026-06-01"):
        pass
    assert kinds(tmp_path) == ["certificate-in-force 1", "calibration-due 4"]


async def test_status_and_metrics_tell_when_it_is_due(tmp_path: Path) -> None:
    balance(tmp_path / "certificates", "1", due="2026-06-05")
    async with daemon(tmp_path, "2026-06-01") as (_, running, clock, journal):
        snapshot = Snapshot(running, journal, lambda _: 0.0, lambda _: False, clock)
        (instrument,) = snapshot.take().instruments
    (one,) = instrument.certificates
    assert (one.certificate, one.channels, one.due) == ("1", ["weight"], at("2026-06-06") - NS)
    due = next(m for m in INSTRUMENTS.metrics if "calibration_due" in m.name).find(instrument)
    assert due == {("1",): (at("2026-06-06") - NS) / 1e9}
