"""How fast a journal is verified: ``python -m tests.bench.verify_speed [SCANS]``.

A day at 1,000 readings/s in scans of 20 channels is 4.32 million scans in 864,000 commits. The
journal measured is shorter, of the same make (20 channels of float32, commits of five scans, a
signed checkpoint), and the day is scaled from it: the cost of verifying grows with the scans
alone.
"""

import asyncio
import struct
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click

from daq.journal import JournalSettings
from daq.journal.chain.keys import SigningKey, new_key
from daq.journal.chain.verify import Known, verify
from daq.journal.intake import Intake
from daq.journal.losses import Counters
from daq.journal.store import Store
from tests.bench.month import readings
from tests.chain_samples import checkpoint
from tests.journal_samples import NOON, NS, good, running, series_key

CHANNELS = 20
TOGETHER = 5
INSTRUMENTS = 50
DAY = 86_400 * 1000 // CHANNELS
TARGET = 10.0
"""Seconds for a day."""


def main(words: Sequence[str]) -> None:
    """Make a journal of so many scans, verify it, print what a day would take."""
    scans = int(words[0]) if words else 100_000
    key = SigningKey(new_key(), "bench")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        _fill(path, scans)
        asyncio.run(_sign(path, key))
        size = path.stat().st_size
        wall, cpu = time.perf_counter(), time.process_time()
        verdict = verify(path, Known([key.public]))
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert verdict.fault is None, verdict.fault
    assert verdict.proven == verdict.entries >= scans
    day = DAY / scans
    click.echo(f"{scans} scans, {verdict.groups} commits, {size / 1e6:.0f} MB")
    click.echo(f"verified in {wall:.2f} s ({cpu:.2f} s of CPU)")
    click.echo(f"a day at 1,000 readings/s: {wall * day:.1f} s ({cpu * day:.1f} s of CPU)")
    click.echo(f"target {TARGET:g} s: {'met' if wall * day <= TARGET else 'missed'}")


def _fill(path: Path, scans: int) -> None:
    """What a daemon commits within a part of a day, without the waits between."""
    packer = struct.Struct(f"<{CHANNELS}f")
    with closing(Store(path, time.time_ns)) as store:
        intake = Intake(JournalSettings(), time.time_ns, store.found, Counters())
        series = [
            intake.series(series_key(f"meter-{number}", width=CHANNELS))
            for number in range(INSTRUMENTS)
        ]
        for number, values in enumerate(readings(CHANNELS, scans)):
            short = packer.unpack(packer.pack(*values))
            of = series[number % INSTRUMENTS]
            intake.scan(of, NOON + number * NS // INSTRUMENTS, short, good(CHANNELS))
            if number % TOGETHER == TOGETHER - 1 or number == scans - 1:
                store.write(intake.take())
                intake.settle(written=True)


async def _sign(path: Path, key: SigningKey) -> None:
    async with running(path) as journal:
        await checkpoint(journal, key)


if __name__ == "__main__":
    main(sys.argv[1:])
