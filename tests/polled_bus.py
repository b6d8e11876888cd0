"""A bus polled as the daemon does it, over a real line, and what is journalled of it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.poller import BusPoller, OpenLink
from daq.acquire.schedule import Ticker
from daq.build.unjournaled import Unjournaled
from daq.journal.entry import Series, SeriesKey, Severity
from drivers.driver import Driver
from drivers.model import Quality, Status, Value
from drivers.transport.link import Link
from drivers.transport.reply import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp

PATIENCE = 60.0
"""Seconds anything may take on a busy machine."""

SETTINGS = Settings(timeout=0.3, quiet=0.05, drain_limit=1.0)


class Notes(Unjournaled):
    """Keeps what the journal would get."""

    def __init__(self) -> None:
        self.good: list[tuple[str, tuple[Value, ...]]] = []
        self.bad: list[tuple[str, Status]] = []
        self.events: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._news = asyncio.Event()

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        name = series.key.instrument
        for value, status in zip(values, statuses, strict=True):
            assert (value is None) == (status.quality is Quality.BAD)
        if statuses[0].quality is Quality.BAD:
            self.bad.append((name, statuses[0]))
        else:
            self.good.append((name, values))
        self._news.set()
        return 0

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: dict[str, str | int | float | bool | None] | None = None,
    ) -> int:
        self.events.append((kind, subject))
        self.texts.append(text)
        self._news.set()
        return 0

    @property
    def kinds(self) -> list[str]:
        """The events so far."""
        return [kind for kind, _ in self.events]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what is journalled to make this true."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def more(self, count: int = 3) -> None:
        """Wait for so many more good scans."""
        wanted = len(self.good) + count
        await self.until(lambda: len(self.good) >= wanted)

    async def event(self, kind: str) -> None:
        """Wait for one more event of a kind."""
        wanted = self.kinds.count(kind) + 1
        await self.until(lambda: self.kinds.count(kind) >= wanted)


def line_to(address: str, settings: Settings = SETTINGS, *, open_timeout: float = 1.0) -> OpenLink:
    """What opens a port or connects to an address."""

    async def open_link() -> Link:
        if ":" not in address or address.startswith("hwgrep"):
            return await open_serial(address, SerialSettings(baud=115200), settings, "bus")
        host, _, port = address.rpartition(":")
        return await open_tcp(host, int(port), settings, "bus", open_timeout=open_timeout)

    return open_link


@contextlib.asynccontextmanager
async def polled_bus(
    opener: OpenLink, drivers: Mapping[str, tuple[Driver, Sequence[str]]], interval: float = 0.05
) -> AsyncGenerator[tuple[BusPoller, Notes]]:
    """Poll these instruments, each with its channels, during the block."""
    notes = Notes()
    instruments: list[PolledInstrument] = []
    start = asyncio.get_running_loop().time()
    for name, (driver, channels) in drivers.items():
        plan = driver.plan(channels)
        key = SeriesKey(
            site="lab",
            instrument=name,
            group="all",
            model="",
            asset="",
            interval=interval,
            channels=plan.channels,
        )
        group = PolledGroup(Series(1, key), plan, Ticker(interval, start))
        instruments.append(PolledInstrument(name, driver, [group], notes, retry_limit=0.5))
    poller = BusPoller("bus", opener, instruments, notes, retry_limit=0.5)
    task = asyncio.create_task(poller.run(), name="poll")
    try:
        yield poller, notes
    finally:
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled(), "a poller ends only when it is told to"
