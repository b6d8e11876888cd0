"""A pump with any sink, and scans for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from daq.deliver.pump import Pump
from daq.deliver.settings import PumpSettings
from daq.deliver.sink import Sink
from daq.journal import Journal
from tests.journal_samples import append, series_key


@asynccontextmanager
async def pumping(journal: Journal, sink: Sink, settings: PumpSettings) -> AsyncGenerator[Pump]:
    """A running pump, stopped in order at the end."""
    pump = Pump(journal, sink, settings)
    task = asyncio.create_task(pump.run(), name=f"pump {sink.name}")
    try:
        yield pump
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def fill(journal: Journal, count: int) -> int:
    """Append scans of one series; returns the last number once it is committed."""
    series = journal.series(series_key())
    last, base = 0, journal.committed
    for number in range(count):
        last = append(journal, series, base + number)
        if number % 50 == 0:
            await asyncio.sleep(0)
    await journal.wait_beyond(last - 1)
    return last


async def delivered(pump: Pump, upto: int) -> None:
    """Wait until the pump is through; fails after 30 s."""
    async with asyncio.timeout(30):
        await pump.wait_delivered(upto)
