"""The wall clock of a running daemon is set back and forth: the journal keeps order and says so."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from daq.journal import Entry, Event, JournalError, JournalReader, Scan
from tests.stepped import set_ahead

WAIT = 60.0
HOUR = 3600.0

CONFIG = """
[site]
name = "lab"
[bus.line]
port = "no-such-port"
baud = 9600
[instrument.meter]
profile = "keithley-2000"
bus = "line"
asset = "EM-1"
[instrument.meter.group.all]
interval = "1s"
"""


@contextmanager
def daemon(folder: Path, ahead: Path) -> Generator[subprocess.Popen[bytes]]:
    (folder / "daq.toml").write_text(CONFIG)
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.stepped", str(ahead), "daq", "run", "daq.toml"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=output,
            stderr=output,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(WAIT)


def entries_when(path: Path, steps: int, scans: int) -> list[Entry]:
    """What the journal holds when so many steps and so many scans after the last are there."""
    limit = time.monotonic() + WAIT
    while True:
        assert time.monotonic() < limit, (path.parent / "output").read_text()
        with suppress(JournalError), JournalReader(path) as reader:
            entries = reader.entries(0, 10**6)
            where = [n for n, entry in enumerate(entries) if is_step(entry)]
            later = entries[where[-1] if where else 0 :]
            if len(where) == steps and sum(isinstance(e, Scan) for e in later) >= scans:
                return entries
        time.sleep(0.05)


def is_step(entry: Entry) -> bool:
    return isinstance(entry, Event) and entry.kind == "clock-stepped"


def test_a_clock_that_is_set_back_and_forth(tmp_path: Path) -> None:
    ahead, path = tmp_path / "ahead", tmp_path / "journal.db"
    set_ahead(ahead, 0)
    entries: list[Entry] = []
    with daemon(tmp_path, ahead) as process:
        for number, offset in enumerate((0, -HOUR, HOUR, 0)):
            set_ahead(ahead, offset)
            entries = entries_when(path, steps=number, scans=1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT) == 0
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    steps = [entry for entry in entries if is_step(entry) and isinstance(entry, Event)]
    told = [round(float(step.data["seconds"] or 0)) for step in steps]
    assert told == [-HOUR, 2 * HOUR, -HOUR]
    times = [entry.time for entry in entries if isinstance(entry, Scan)]
    assert len(set(times)) == len(times)
    now = time.time_ns()
    leads = {round((entry.time - now) / HOUR / 1e9) for entry in entries}
    assert leads == {-1, 0, 1}
