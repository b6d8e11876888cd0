"""How fast this process gets scans rid of, and what that costs it."""

import os
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager

import msgspec

from daq.journal.entry import Scan
from tests.bench.plant.process import DAEMON_CORE, MANY

BATCH = 1000
ROUNDS = 3


class Speed(msgspec.Struct, frozen=True):
    """Scans a second, and CPU seconds of this process a scan: the best of the rounds."""

    rate: float
    cpu: float


@contextmanager
def on_core() -> Generator[None]:
    """Run this process where the daemon would run."""
    before = os.sched_getaffinity(0)
    if MANY:
        os.sched_setaffinity(0, {DAEMON_CORE})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


async def in_batches(
    scans: Sequence[Scan], write: Callable[[list[Scan]], Awaitable[None]]
) -> Speed:
    """Write all scans some times over, in batches, after a batch that warms up."""
    await write(list(scans[:BATCH]))
    rates: list[float] = []
    costs: list[float] = []
    for _ in range(ROUNDS):
        clock, cpu = time.perf_counter(), time.process_time()
        for start in range(0, len(scans), BATCH):
            await write(list(scans[start : start + BATCH]))
        costs.append((time.process_time() - cpu) / len(scans))
        rates.append(len(scans) / (time.perf_counter() - clock))
    return Speed(max(rates), min(costs))
