"""SIGKILL at random moments: what was reported committed is there, and no number comes twice."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from daq.journal import Entry, Event, JournalReader, Scan
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


OPENING = """
import asyncio, sys
from pathlib import Path
from daq.journal import Journal
async def main():
    print("opening", flush=True)
    journal = await Journal.open(Path(sys.argv[1]))
    print("opened", journal.committed, flush=True)
    await journal.close()
    print("closed", flush=True)
asyncio.run(main())
"""


def open_and_kill(path: Path, after: float) -> str:
    """Let a child open the journal and kill it so many seconds later; what it said."""
    with subprocess.Popen(
        [sys.executable, "-c", OPENING, str(path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "opening\n"
        time.sleep(after)
        child.kill()
        return child.stdout.read()


def open_and_wait(path: Path) -> None:
    subprocess.run(
        [sys.executable, "-c", OPENING, str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        check=True,
        timeout=DEADLINE,
    )


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


def test_a_recovery_survives_sigkill(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    _, last = run_and_kill(path, random.Random(4))
    kept = len(content_of(path))
    while kept < 4_000:
        _, last = run_and_kill(path, random.Random(kept))
        kept = len(content_of(path))
    open_and_wait(path)  # else the log has another copy of the first page
    with path.open("r+b") as file:
        file.write(bytes(4096))
    said = ""
    for number in range(1, 100):
        said = open_and_kill(path, 0.02 * number)
        if "opened" in said:
            break
    assert int(said.split()[1]) >= last
    open_and_wait(path)
    entries = content_of(path)
    events = [entry for entry in entries if isinstance(entry, Event)]
    check_content([entry for entry in entries if isinstance(entry, Scan)])
    assert [entry.seq for entry in entries[: len(entries) - 1]] == list(range(1, len(entries)))
    assert len(entries) - 1 >= last
    assert [event.kind for event in events] == ["journal-damaged"]
    assert len(list(tmp_path.glob("journal.db.damaged-*Z"))) == 1
    assert not list(tmp_path.glob("journal.db.recover*"))


def content_of(path: Path) -> list[Entry]:
    with JournalReader(path) as reader:
        return reader.entries(0, 10**7)


def check(path: Path, reported: int) -> None:
    with JournalReader(path) as reader:
        entries = reader.entries(0, 10**7)
        cursors = reader.cursors()
        statistics = reader.statistics()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len(entries) == statistics.entries >= reported
    assert cursors["sink"].live <= len(entries)
    check_content(entries)


def check_content(entries: Sequence[Entry]) -> None:
    for entry in entries:
        assert isinstance(entry, Scan)
        assert entry.values == values_of(entry.seq, WIDTH)
        assert entry.time == time_of(entry.seq)
        assert entry.series.key.instrument == ("fast", "slow")[entry.seq % 10 == 0]
