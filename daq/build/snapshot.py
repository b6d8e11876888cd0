"""Puts together what the daemon tells about itself, for `daq status` and metrics alike."""

import asyncio
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress

from daq import __version__
from daq.acquire.instrument import PolledInstrument
from daq.acquire.poller import BusPoller
from daq.acquire.schedule import BOUNDS
from daq.build.journal import journal_status
from daq.control.status import (
    BusStatus,
    DaemonStatus,
    GroupStatus,
    InstrumentStatus,
    Lateness,
    SinkStatus,
)
from daq.daemon.running import Running
from daq.deliver.pump import Pump
from daq.journal.errors import JournalError
from daq.journal.journal import Journal

JOURNAL_LIMIT = 1.0
"""Seconds the journal's file may take to be asked: a sick disk must not hide the rest."""


class Snapshot:
    """Knows where each part keeps its counts; ``take`` reads them.

    Made when the daemon starts. ``silent`` tells for how long an instrument has been silent.
    """

    def __init__(
        self,
        running: Running,
        journal: Journal,
        silent: Callable[[str], float],
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self._running = running
        self._journal = journal
        self._silent = silent
        self._clock = clock
        self._started = clock()

    async def take_in_full(self) -> DaemonStatus:
        """The state of this moment, and what only the journal's file knows of the sinks."""
        status = self.take()
        with suppress(TimeoutError, JournalError):
            async with asyncio.timeout(JOURNAL_LIMIT):
                await self._ask_journal(status)
        return status

    async def _ask_journal(self, status: DaemonStatus) -> None:
        oldest = {pump.name: pump.statistics.oldest for pump in self._running.sinks}
        counts = await self._journal.quarantine_counts()
        for sink in status.sinks:
            sink.quarantined = counts.get(sink.name, 0)
            sink.lag_seconds = await self._age(oldest[sink.name])

    def take(self) -> DaemonStatus:
        """The state of this moment, as far as it is known without asking the disk."""
        return DaemonStatus(
            version=__version__,
            pid=os.getpid(),
            site=self._running.config.site.name,
            started=self._started,
            config_hash=self._running.config_hash,
            journal=journal_status(self._running.config.journal, self._journal),
            buses=[_bus(poller) for poller in self._running.buses],
            instruments=[
                self._instrument(poller, item)
                for poller in self._running.buses
                for item in poller.instruments
            ],
            sinks=[self._sink(pump) for pump in self._running.sinks],
            time=self._clock(),
            configured=self._running.configured,
        )

    def _instrument(self, poller: BusPoller, item: PolledInstrument) -> InstrumentStatus:
        settings, counters = self._running.config.instrument[item.name], item.counters
        statuses = [g.counters.status for g in item.groups if g.counters.status is not None]
        return InstrumentStatus(
            name=item.name,
            bus=poller.name,
            profile=settings.profile,
            asset=settings.asset,
            state=counters.state,
            trouble=counters.trouble,
            since=counters.since,
            last_good=counters.last_good,
            good_scans=counters.good_scans,
            failed_scans=counters.failed_scans,
            bad_readings=counters.bad_readings,
            serial_number=counters.serial_number,
            quality=str(max(statuses)) if statuses else "",
            silent=self._silent(item.name),
            faults=counters.faults,
            failures=dict(counters.failures),
            flawed={str(status): count for status, count in counters.flawed.items()},
            groups=_groups(item),
        )

    def _sink(self, pump: Pump) -> SinkStatus:
        statistics = pump.statistics
        return SinkStatus(
            name=pump.name,
            kind=self._running.config.sink[pump.name].type,
            state="connected" if statistics.connected_since else "away",
            trouble=statistics.fault,
            since=statistics.connected_since or 0,
            lag_entries=statistics.lag,
            backlog_entries=statistics.backlog,
            address=statistics.address,
            delivered=statistics.delivered,
            retried=statistics.retried,
            refused=statistics.refused,
            expired=statistics.expired,
            failures=statistics.failures,
            last_delivery=statistics.last_delivery_time or 0,
            last_error=statistics.last_error,
            last_error_time=statistics.last_error_time or 0,
        )

    async def _age(self, seq: int) -> float | None:
        """Seconds since this entry; 0 for no entry, None when the journal has lost it."""
        if not seq:
            return 0.0
        for entry in await self._journal.read(seq - 1, 1):
            return max(self._clock() - entry.time, 0) / 1e9
        return None


def _groups(item: PolledInstrument) -> list[GroupStatus]:
    return [
        GroupStatus(
            name=group.series.key.group,
            interval=group.ticker.interval,
            quality="" if group.counters.status is None else str(group.counters.status),
            last_good=group.counters.last_good,
        )
        for group in item.groups
    ]


def _bus(poller: BusPoller) -> BusStatus:
    counters, now = poller.counters, asyncio.get_running_loop().time()
    jitter = counters.jitter
    return BusStatus(
        name=poller.name,
        state=counters.state,
        trouble=counters.trouble,
        since=counters.since,
        load=counters.load(now),
        scans=jitter.count,
        skipped_ticks=counters.skipped_ticks,
        late_ticks=counters.late_ticks,
        lateness_mean=jitter.mean,
        lateness_99=jitter.quantile(0.99),
        lateness_max=jitter.worst,
        lateness=Lateness(
            bounds=[bound for bound in BOUNDS if bound < math.inf],
            counts=list(jitter.classes),
            total=jitter.total,
        ),
        busy=counters.busy,
        connects=counters.connects,
        open_failures=counters.open_failures,
        losses=counters.losses,
        discarded_bytes=counters.discarded,
        stuck=poller.pulse.due < now,
    )
