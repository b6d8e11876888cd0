"""Series, scans and journals for tests."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from daq.journal import Journal, JournalSettings, Series, SeriesKey
from drivers.model import Channel, Status, Value

NS = 1_000_000_000
NOON = 1_795_435_200 * NS
"""2026-11-23T12:00:00Z."""

QUICK = JournalSettings(commit_interval=0.001, retention_interval=0.01)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for what another thread brings about; fails after 20 s."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - a journal has no event for most of its state
            await asyncio.sleep(0.002)


class Clock:
    """A wall clock that a test sets."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def series_key(instrument: str = "meter", group: str = "power", width: int = 3) -> SeriesKey:
    return SeriesKey(
        site="lab",
        instrument=instrument,
        group=group,
        model="some-model",
        asset="EM-0012",
        interval=1.0,
        channels=tuple(Channel(name=f"c{n}", unit="V") for n in range(1, width + 1)),
    )


def good(width: int) -> tuple[Status, ...]:
    return (Status.GOOD,) * width


def append(journal: Journal, series: Series, number: int) -> int:
    """The scan that belongs to a number, so that a reader can tell what it must find."""
    width = len(series.key.channels)
    return journal.append_scan(series, time_of(number), values_of(number, width), good(width))


def time_of(number: int) -> int:
    return NOON + number * NS


def values_of(number: int, width: int) -> tuple[Value, ...]:
    return tuple(number + channel / 10 for channel in range(width))


@asynccontextmanager
async def running(
    path: Path,
    settings: JournalSettings = QUICK,
    clock: Callable[[], int] | None = None,
) -> AsyncGenerator[Journal]:
    """A journal that commits; in the end everything is committed and the file closed."""
    journal = await Journal.open(path, settings, **({"clock": clock} if clock else {}))
    task = asyncio.create_task(journal.run(), name="journal")
    try:
        yield journal
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await journal.close()
