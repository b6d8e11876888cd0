"""What a reader in another process finds, whatever the state of the files and its rights."""

import asyncio
import json
import os
import resource
import shutil
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from daq.journal import Journal, JournalReader, JournalSettings, Query
from tests.journal_samples import append, running, series_key, until

NOBODY = 65534
READ = """
import json, os, sys
from pathlib import Path
from daq.journal import JournalError, JournalReader
if os.getuid() == 0:
    os.setgid(65534), os.setuid(65534)
try:
    with JournalReader(Path(sys.argv[1])) as reader:
        entries = reader.entries(0, 10**6)
        print(json.dumps([[e.seq, e.time, e.values, e.series.key.instrument] for e in entries]))
except JournalError as error:
    print(json.dumps(str(error)))
"""


WRITE = """
import asyncio, sys
from pathlib import Path
from daq.journal import Journal, JournalLockedError
try:
    asyncio.run(Journal.open(Path(sys.argv[1])))
except JournalLockedError as error:
    print(error)
"""


@pytest.fixture
def folder() -> Generator[Path]:
    """A folder a process without rights can reach, other than pytest's own.

    What is made in it belongs to that process's group: to others a journal is closed.
    """
    path = Path(tempfile.mkdtemp(prefix="lab-daq-"))
    if os.getuid() == 0:
        os.chown(path, -1, NOBODY)
    path.chmod(0o2755)
    yield path
    path.chmod(0o755)
    shutil.rmtree(path)


async def read_elsewhere(path: Path) -> object:
    """What another process without special rights reads: the entries, or the error."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", READ, str(path), stdout=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(30):
        output, _ = await process.communicate()
    return json.loads(output)


def as_read(path: Path) -> list[list[object]]:
    with JournalReader(path) as reader:
        return [
            [e.seq, e.time, list(e.values), e.series.key.instrument]  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
            for e in reader.entries(0, 10**6)
        ]


async def fill(journal: Journal, count: int) -> None:
    series = journal.series(series_key())
    last = [append(journal, series, number) for number in range(count)][-1]
    await journal.wait_beyond(last - 1)


def without_rights(folder: Path) -> None:
    folder.chmod(0o555)


async def test_while_the_daemon_writes(folder: Path) -> None:
    path = folder / "journal.db"
    async with running(path) as journal:
        await fill(journal, 100)
        without_rights(folder)
        elsewhere = await read_elsewhere(path)
        assert isinstance(elsewhere, list)
        assert elsewhere == as_read(path)
        assert len(elsewhere) == 100  # pyright: ignore[reportUnknownArgumentType]


@pytest.mark.parametrize("writable", [False, True])
async def test_when_the_daemon_has_closed_it(folder: Path, *, writable: bool) -> None:
    path = folder / "journal.db"
    async with running(path) as journal:
        await fill(journal, 100)
    folder.chmod(0o777 if writable else 0o555)
    before = sorted(folder.iterdir())
    elsewhere = await read_elsewhere(path)
    assert isinstance(elsewhere, list)
    assert elsewhere == as_read(path)
    assert sorted(folder.iterdir()) == before, "a reader left files the daemon may not open"


async def test_after_the_daemon_was_killed(folder: Path, tmp_path: Path) -> None:
    path = folder / "journal.db"
    async with running(tmp_path / "journal.db") as journal:
        await fill(journal, 100)
        for suffix in ("", "-wal", "-shm"):  # what a SIGKILL at this moment leaves behind
            shutil.copy(tmp_path / f"journal.db{suffix}", f"{path}{suffix}")
    without_rights(folder)
    elsewhere = await read_elsewhere(path)
    assert isinstance(elsewhere, list)
    assert len(elsewhere) == 100  # pyright: ignore[reportUnknownArgumentType]


async def test_a_log_that_cannot_be_replayed_is_an_error_not_an_old_state(
    folder: Path, tmp_path: Path
) -> None:
    path = folder / "journal.db"
    async with running(tmp_path / "journal.db") as journal:
        await fill(journal, 100)
        for suffix in ("", "-wal"):
            shutil.copy(tmp_path / f"journal.db{suffix}", f"{path}{suffix}")
    without_rights(folder)
    assert "cannot open the journal" in str(await read_elsewhere(path))


async def test_one_reader_follows_a_daemon_that_comes_and_goes(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path) as journal:
        await fill(journal, 10)
    with JournalReader(path) as reader:
        assert reader.last == 10
        for count in (20, 30):
            async with running(path) as journal:
                await fill(journal, 10)
                assert reader.last == count
                assert len(reader.entries(0, 1000)) == count
            assert reader.last == count


async def test_a_reader_in_mid_query_does_not_hold_back_the_log(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    settings = JournalSettings(commit_interval=0.001)
    async with running(path, settings) as journal:
        await fill(journal, 10_000)
        with JournalReader(path) as reader:
            scans = reader.scans(Query())
            next(scans)
            for _ in range(100):
                await fill(journal, 500)
            assert len(list(scans)) == 9_999
        wal = path.with_name("journal.db-wal").stat().st_size
        assert wal < 17 * 1024 * 1024


async def test_a_disk_without_room_for_the_log_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    async with running(path) as journal:
        await fill(journal, 10)
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (path.with_name("journal.db-wal").stat().st_size, hard)
        )
        try:
            series = journal.series(series_key())
            numbers = [append(journal, series, number) for number in range(10, 1000)]
            await until(lambda: journal.trouble is not None)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await journal.wait_beyond(numbers[-1] - 1)
        await until(lambda: journal.trouble is None)
    with JournalReader(path) as reader:
        assert [entry.seq for entry in reader.entries(0, 10**6)] == list(range(1, reader.last + 1))
        assert reader.last >= numbers[-1]


async def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    async with running(path):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITE, str(path), stdout=asyncio.subprocess.PIPE
        )
        async with asyncio.timeout(30):
            output, _ = await process.communicate()
    assert f"another process (pid {os.getpid()}) writes this journal" in output.decode()
