"""SIGKILL at random moments: what was reported committed is there, and no number comes twice."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from daq.journal import JournalReader, Scan
from tests.journal_samples import time_of, values_of

ROOT = Path(__file__).parents[2]
KILLS = 12
WIDTH = 20
DEADLINE = 60.0

CHILD = """
import asyncio, sys
from pathlib import Path
from daq.journal import Cursor, Journal, JournalSettings
from tests.journal_samples import append, series_key

async def main():
    journal = await Journal.open(Path(sys.argv[1]), JournalSettings(commit_interval=0.01))
    fast, slow = (journal.series(series_key(name, width=20)) for name in ("fast", "slow"))
    async with asyncio.TaskGroup() as group:
        group.create_task(journal.run())
        group.create_task(report(journal))
        while True:
            # The content follows from the number, which is the next after what is committed.
            for _ in range(150):
                number = journal._intake._next
                assert append(journal, slow if number % 10 == 0 else fast, number) == number
            await asyncio.sleep(0.002)

async def report(journal):
    committed = journal.committed
    print("open", committed, flush=True)
    while True:
        committed = await journal.wait_beyond(committed)
        journal.save_cursor("sink", Cursor(committed))
        print("committed", committed, flush=True)

asyncio.run(main())
"""


def run_and_kill(path: Path, rng: random.Random) -> tuple[int, int]:
    """Let a child write, kill it; the number it began after and the last it reported."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        limit = time.monotonic() + DEADLINE
        word, began = child.stdout.readline().split()
        assert word == "open"
        last = int(began)
        wanted = rng.randint(1, 12)  # reports to see before the kill, so that every run commits
        for _ in range(wanted):
            last = int(child.stdout.readline().split()[1])
            assert time.monotonic() < limit
        time.sleep(rng.uniform(0, 0.03))  # anywhere between two commits, or within one
        os.kill(child.pid, signal.SIGKILL)
        for line in child.stdout:
            with contextlib.suppress(ValueError, IndexError):  # the last line may be cut
                last = max(last, int(line.split()[1])) if line.endswith("\\n") else last
    return int(began), last


def test_what_was_committed_survives_sigkill(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    rng = random.Random(20261123)
    reported = 0
    for _ in range(KILLS):
        began, last = run_and_kill(path, rng)
        assert began >= reported, "a published number would be given out again"
        assert last > began
        reported = last
        check(path, reported)


def check(path: Path, reported: int) -> None:
    with JournalReader(path) as reader:
        entries = reader.entries(0, 10**7)
        cursors = reader.cursors()
        statistics = reader.statistics()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) == statistics.entries >= reported
    assert cursors["sink"].live <= len(entries)
    for entry in entries:
        assert isinstance(entry, Scan)
        assert entry.values == values_of(entry.seq, WIDTH)
        assert entry.time == time_of(entry.seq)
        assert entry.series.key.instrument == ("fast", "slow")[entry.seq % 10 == 0]
