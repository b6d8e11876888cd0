"""Journals what instruments are used for, like readings, so that every sink has it. A task.

A scan group for each: its state, the seconds of each state since the scan before, and the kWh. The
sum over any time is what happened in it (docs/decisions/0043-use-and-cost-from-the-journal.md).
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from daq import __version__
from daq.alarms.watcher import PAGE, RETRY
from daq.build.usage import build_usage
from daq.config.config import Config
from daq.journal.entry import OWN, SeriesKey, usage_group
from daq.journal.errors import JournalError
from daq.journal.journal import Journal
from daq.journal.reader import JournalReader
from daq.pulse import Pulse
from daq.usage.calendar import NS
from daq.usage.errors import UsageError
from daq.usage.live import Live, Told
from daq.usage.plan import STATES, Plan
from daq.usage.read import standing
from daq.usage.runs import runs_near
from drivers.model import Channel, Status

log = logging.getLogger(__name__)

MODEL = f"lab-daq {__version__}"

STATE = Channel(name="state", kind="text", description="running, idle, off, fault or unknown")
TIMES = tuple(
    Channel(name=state, unit="s", description=f"time {state}, since the scan before")
    for state in STATES
)
ENERGY = Channel(
    name="energy", unit="kW.h", display_unit="kWh", description="used, since the scan before"
)


class UsageDiary:
    """A scan of each item every ``interval`` seconds."""

    def __init__(
        self,
        config: Callable[[], Config],
        journal: Journal,
        clock: Callable[[], int],
        interval: float,
    ) -> None:
        """``config`` gives the one in force."""
        self.pulse = Pulse("usage")
        self._config, self._journal, self._clock = config, journal, clock
        self._interval = interval

    async def run(self) -> None:
        """Follow the journal until cancelled."""
        while True:
            try:
                await self._follow()
            except (JournalError, UsageError) as error:
                log.warning("usage waits: %s", error)
                self.pulse.within(RETRY)
                await asyncio.sleep(RETRY)

    async def _follow(self) -> None:
        """With the plan of one configuration, until there is another."""
        config, after = self._config(), self._journal.committed
        plan = build_usage(config)
        live = await self._begin(plan)
        loop = asyncio.get_running_loop()
        due = loop.time() + self._interval
        while config is self._config():
            self.pulse.within(self._interval)
            after = await self._take(live, after, due)
            if loop.time() >= due:
                due = max(due + self._interval, loop.time())
                for told in live.tell(self._clock()):
                    self._write(told)

    async def _begin(self, plan: Plan) -> Live:
        """What holds and goes on already is in the journal."""
        path, now = self._config().journal.path, self._clock()

        def read() -> Live:
            with JournalReader(path) as reader:
                return Live(plan, now, standing(reader, plan, now), runs_near(reader, now))

        return await asyncio.to_thread(read)

    async def _take(self, live: Live, after: int, due: float) -> int:
        """What has been committed, for as long as there is time; up to which number."""
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await self._journal.wait_beyond(after)
        entries = await self._journal.read(after, PAGE)
        for entry in entries:
            live.take(entry)
        await asyncio.sleep(0)
        return entries[-1].seq if entries else max(after, self._journal.committed)

    def _write(self, told: Told) -> None:
        metered = told.item.energy is not None
        key = SeriesKey(
            site=self._config().site.name,
            instrument=OWN,
            group=usage_group(told.item.name),
            model=MODEL,
            asset=told.item.asset,
            interval=self._interval,
            channels=(STATE, *TIMES, *((ENERGY,) if metered else ())),
        )
        times = (told.times[state] / NS for state in STATES)
        values = (told.state, *times, *((told.energy,) if metered else ()))
        statuses = tuple(Status.TIMEOUT if value is None else Status.GOOD for value in values)
        series = self._journal.series(key)
        self._journal.append_scan(series, self._clock(), values, statuses)
