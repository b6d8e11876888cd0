"""Journals how the daemon does, like the readings of an instrument, so that every sink has it."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeAlias

from daq import __version__
from daq.control.status import DaemonStatus
from daq.health.vitals import Look, Process, Vitals, vitals
from daq.journal.entry import OWN, Series, SeriesKey
from drivers.model import Status, Value

MODEL = f"lab-daq {__version__}"

_PAGE = os.sysconf("SC_PAGE_SIZE")

Take: TypeAlias = Callable[[], Awaitable[DaemonStatus]]


class Keeper(Protocol):
    """The journal, as far as it is needed here."""

    def series(self, key: SeriesKey) -> Series:
        """The series of a scan group."""
        ...

    def append_scan(
        self, series: Series, time: int, values: tuple[Value, ...], statuses: tuple[Status, ...]
    ) -> int:
        """Record one scan; its sequence number."""
        ...


class Diary:
    """A scan of each part every ``interval`` seconds; ``take`` tells how they do."""

    def __init__(self, keeper: Keeper, take: Take, interval: float) -> None:
        self._keeper, self._take, self._interval = keeper, take, interval

    async def run(self) -> None:
        """Write until cancelled; the first scan is of the first interval."""
        loop = asyncio.get_running_loop()
        due, before = loop.time(), await self._look()
        while True:
            # After a stop of the process one scan tells of all of it: nothing is caught up.
            due = max(due + self._interval, loop.time())
            await asyncio.sleep(due - loop.time())
            now = await self._look()
            for scan in vitals(before, now):
                self._write(scan, now.status)
            before = now

    async def _look(self) -> Look:
        clock = asyncio.get_running_loop().time()
        return Look(await self._take(), _process(), clock)

    def _write(self, scan: Vitals, status: DaemonStatus) -> None:
        key = SeriesKey(
            site=status.site,
            instrument=OWN,
            group=scan.group,
            model=MODEL,
            asset="",
            interval=self._interval,
            channels=scan.channels,
        )
        series = self._keeper.series(key)
        self._keeper.append_scan(series, status.time, scan.values, scan.statuses)


def _process() -> Process:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return Process(memory=pages * _PAGE, processor=time.process_time())
