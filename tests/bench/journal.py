"""What the journal costs: bytes on disk and microseconds for a reading.

    .venv/bin/python -m tests.bench.journal [--scans 40000] [--json]

A scan has 20 channels of float64 values (nothing shorter holds them), 20 of float32 (as most
Modbus meters send), 1 channel, or 50 float32 registers. ``bytes`` is the closed file's size;
``append`` is CPU time from the append to the durable commit, of both threads, in commits of
``--batch`` scans; ``wall`` the same by the clock, waiting for the disk included. ``read`` is
CPU time from the file to decoded scans.
"""

import argparse
import asyncio
import json
import random
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from daq.journal import Journal, JournalReader, JournalSettings
from drivers.model import Value
from tests.journal_samples import NOON, NS, good, series_key

PAGE = 1000
INSTRUMENTS = 10


class Case(msgspec.Struct, frozen=True):
    """One kind of scan."""

    name: str
    width: int
    float32: bool


class Result(msgspec.Struct, frozen=True):
    """Per reading: bytes on disk, microseconds."""

    case: str
    bytes: float
    append: float
    wall: float
    read: float


CASES = (
    Case("20 channels, float64", 20, float32=False),
    Case("20 channels, float32", 20, float32=True),
    Case("1 channel, float64", 1, float32=False),
    Case("50 registers, float32", 50, float32=True),
)


def scans_of(case: Case, count: int) -> list[tuple[Value, ...]]:
    """Readings around 230 with noise; the same ones in every run."""
    rng = random.Random(1)
    rows = [tuple(rng.gauss(230, 2) for _ in range(case.width)) for _ in range(min(count, 1000))]
    if case.float32:
        packer = struct.Struct(f"<{case.width}f")
        rows = [packer.unpack(packer.pack(*row)) for row in rows]
    return [rows[number % len(rows)] for number in range(count)]


async def write(path: Path, case: Case, count: int, batch: int) -> tuple[float, float]:
    """Append and commit all scans; CPU and clock seconds."""
    scans = scans_of(case, count)
    journal = await Journal.open(path, JournalSettings(commit_interval=0.0))
    names = [f"instrument-{number}" for number in range(INSTRUMENTS)]
    series = [journal.series(series_key(name, width=case.width)) for name in names]
    statuses = good(case.width)
    task = asyncio.create_task(journal.run())
    cpu, clock = time.process_time(), time.perf_counter()
    for start in range(0, count, batch):
        seq = 0
        for number in range(start, min(start + batch, count)):
            one = series[number % INSTRUMENTS]
            seq = journal.append_scan(one, NOON + number * NS, scans[number], statuses)
        await journal.wait_beyond(seq - 1)
    spent = time.process_time() - cpu, time.perf_counter() - clock
    task.cancel()
    await asyncio.wait([task])
    await journal.close()
    return spent


def read(path: Path) -> float:
    """Read and decode every scan; CPU seconds."""
    with JournalReader(path) as reader:
        cpu, after = time.process_time(), 0
        while page := reader.entries(after, PAGE):
            after = page[-1].seq
        return time.process_time() - cpu


def measure(case: Case, count: int, batch: int) -> Result:
    """One case on a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        cpu, clock = asyncio.run(write(path, case, count, batch))
        size, reading = path.stat().st_size, read(path)
    readings = count * case.width
    return Result(
        case.name,
        size / readings,
        cpu / readings * 1e6,
        clock / readings * 1e6,
        reading / readings * 1e6,
    )


def main(arguments: Sequence[str]) -> None:
    """Measure every case and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scans", type=int, default=40_000)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    results = [measure(case, options.scans, options.batch) for case in CASES]
    if options.json:
        sys.stdout.write(json.dumps([msgspec.to_builtins(r) for r in results], indent=2) + "\n")
        return
    sys.stdout.write(
        f"{'per reading':24}{'bytes':>8}{'append us':>11}{'wall us':>9}{'read us':>9}\n"
    )
    for r in results:
        sys.stdout.write(f"{r.case:24}{r.bytes:8.2f}{r.append:11.3f}{r.wall:9.3f}{r.read:9.3f}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
