"""Puts together what the daemon tells about itself."""

import asyncio
import os

from daq import __version__
from daq.acquire.instrument import PolledInstrument
from daq.acquire.poller import BusPoller
from daq.control.status import (
    BusStatus,
    DaemonStatus,
    InstrumentStatus,
    JournalStatus,
    SinkStatus,
)
from daq.daemon.running import Running
from daq.deliver.pump import Pump
from daq.journal.journal import Journal


class Snapshot:
    """Knows where each part keeps its counts; ``take`` reads them."""

    def __init__(self, running: Running, journal: Journal, started: int) -> None:
        self._running = running
        self._journal = journal
        self._started = started

    def take(self) -> DaemonStatus:
        """The state of this moment."""
        return DaemonStatus(
            version=__version__,
            pid=os.getpid(),
            site=self._running.config.site.name,
            started=self._started,
            config_hash=self._running.config_hash,
            journal=self._journal_status(),
            buses=[_bus(poller) for poller in self._running.buses],
            instruments=[
                self._instrument(poller, item)
                for poller in self._running.buses
                for item in poller.instruments
            ],
            sinks=[self._sink(pump) for pump in self._running.sinks],
        )

    def _journal_status(self) -> JournalStatus:
        path = self._running.config.journal.path
        wal = path.with_name(path.name + "-wal")
        return JournalStatus(
            path=str(path),
            size_bytes=sum(file.stat().st_size for file in (path, wal) if file.exists()),
            committed=self._journal.committed,
            trouble=self._journal.trouble or "",
        )

    def _instrument(self, poller: BusPoller, item: PolledInstrument) -> InstrumentStatus:
        settings, counters = self._running.config.instrument[item.name], item.counters
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
            delivered=statistics.delivered,
            retried=statistics.retried,
            refused=statistics.refused,
        )


def _bus(poller: BusPoller) -> BusStatus:
    counters = poller.counters
    return BusStatus(
        name=poller.name,
        state=counters.state,
        trouble=counters.trouble,
        since=counters.since,
        load=counters.load(asyncio.get_running_loop().time()),
        scans=counters.jitter.count,
        skipped_ticks=counters.skipped_ticks,
        lateness_mean=counters.jitter.mean,
        lateness_99=counters.jitter.quantile(0.99),
        lateness_max=counters.jitter.worst,
    )
