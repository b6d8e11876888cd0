"""The daemon has days archived by a process of its own, and deletes none before that."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from msgspec.structs import replace

from daq.build.archive import archive_part
from daq.config.load import examine
from daq.daemon.archivist import Archivist
from daq.evidence.verifier import verify
from daq.journal import Journal
from daq.journal.entry import Event
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from tests.journal_samples import NS, QUICK, good, running, series_key, until

DAY = 86_400 * NS
CONFIG = '[site]\nname = "lab"\n[journal]\npath = "journal.db"\n[archive]\npath = "archive"\n'


def told(path: Path) -> list[Event]:
    with JournalReader(path) as reader:
        return [one for one in reader.events(Query()) if one.kind.startswith("archive-")]


@asynccontextmanager
async def working(journal: Journal, file: Path) -> AsyncGenerator[None]:
    config = examine(file).config
    assert config is not None
    part = archive_part(config, file, journal, time.time_ns)["archive"]
    assert isinstance(part, Archivist)
    part.work = replace(part.work, soonest=0.0, retry_first=0.01)
    task = asyncio.create_task(part.run(), name="archive")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def test_days_are_archived_told_and_only_then_deleted(tmp_path: Path) -> None:
    path, file, folder = tmp_path / "journal.db", tmp_path / "daq.toml", tmp_path / "archive"
    file.write_text(CONFIG)
    folder.write_text("no folder")
    begin = time.time_ns() - 3 * DAY
    old = replace(QUICK, max_age=3600.0)
    async with running(path, QUICK) as journal:
        series = journal.series(series_key())
        for number in range(20):
            journal.append_scan(series, begin + number * NS, (1.0, 2.0, 3.0), good(3))
        # What is committed together is deleted together.
        await until(lambda: journal.committed >= 20)
        journal.append_event("start", "daq", "now")
    async with running(path, old) as journal:
        async with working(journal, file):
            await until(lambda: [one.kind for one in told(path)] == ["archive-failed"])
            with JournalReader(path) as reader:
                assert reader.present(1, 20) == 20, "too old, and not archived"
            folder.unlink()
            await until(lambda: any(one.kind == "archive-written" for one in told(path)))
        await until(lambda: journal.counters.expired > 0)
    failed, restored, written, *_ = told(path)
    assert "archive: " in failed.text
    assert restored.kind == "archive-restored"
    assert written.data["first"] == 1
    assert written.data["missing"] == 0
    assert verify(folder, unsigned=True).sound
    async with running(path, old) as journal, working(journal, file):
        await asyncio.sleep(1.0)
    days = [one.data["day"] for one in told(path) if one.kind == "archive-written"]
    assert len(days) == len(set(days)), "a day is told once, also after a restart"


async def test_without_an_archive_there_is_nothing(tmp_path: Path) -> None:
    file = tmp_path / "daq.toml"
    file.write_text(CONFIG.partition("[archive]")[0])
    config = examine(file).config
    assert config is not None
    async with running(tmp_path / "journal.db") as journal:
        assert archive_part(config, file, journal, time.time_ns) == {}
