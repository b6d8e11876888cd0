"""A month of one instrument in a journal: 1 Hz, 20 channels, with its summaries."""

import asyncio
import random
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from daq.journal import JournalSettings
from daq.journal.files import Files
from daq.journal.intake import Intake
from daq.journal.losses import Counters
from daq.journal.store import Store
from daq.journal.trend.keeper import SpanKeeper
from drivers.model import Value
from tests.journal_samples import NS, good, series_key

CHANNELS = 20
MONTH = 2_600_000
"""Seconds of 30 days, and some."""


def readings(width: int, count: int) -> Iterator[tuple[Value, ...]]:
    """Readings around 230 with noise, float64 that nothing shorter holds; the same in every run."""
    rng = random.Random(1)
    rows = [tuple(rng.gauss(230, 2) for _ in range(width)) for _ in range(min(count, 1000))]
    return (rows[number % len(rows)] for number in range(count))


def fill(path: Path, scans: int, start: int) -> None:
    """A long journal of instrument ``meter``, as fast as the disk takes it."""
    settings = JournalSettings(max_pending=2**31)
    with _store(path) as store:
        intake = Intake(settings, time.time_ns, store.found, Counters())
        series = intake.series(series_key("meter", width=CHANNELS))
        for number, values in enumerate(readings(CHANNELS, scans)):
            intake.scan(series, start + number * NS, values, good(CHANNELS))
            if number % 50_000 == 0 or number == scans - 1:
                store.write(intake.take())
                intake.settle(written=True)


def summarise(path: Path) -> float:
    """Let the summaries be made that the daemon would have made by now; CPU seconds."""

    async def catch_up() -> float:
        files = await Files.open(path, time.time_ns)
        try:
            cpu = time.process_time()
            await SpanKeeper(files, 1.0).catch_up()
            return time.process_time() - cpu
        finally:
            await files.close()

    return asyncio.run(catch_up())


@contextmanager
def _store(path: Path) -> Generator[Store]:
    with closing(Store(path, time.time_ns)) as store:
        yield store
