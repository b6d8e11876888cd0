"""Puts together what the daemon tells about itself, for `daq status` and metrics alike."""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from weakref import WeakKeyDictionary

from daq import __version__
from daq.acquire.instrument import PolledInstrument
from daq.acquire.plan import BusPlan
from daq.acquire.poller import BusPoller
from daq.build.alarm_status import AlarmView
from daq.build.bus_status import bus_status
from daq.build.demand import plan_in_force
from daq.build.instrument_status import instrument_status
from daq.build.journal import journal_status
from daq.build.moments import Moments
from daq.build.sink_status import sink_status
from daq.control.status import BusStatus, DaemonStatus, InstrumentStatus, RecipientStatus
from daq.daemon.running import Running
from daq.journal.errors import JournalError
from daq.journal.journal import Journal

JOURNAL_LIMIT = 1.0
"""Seconds the journal's file may take to be asked: a sick disk must not hide the rest."""


class Snapshot:
    """Knows where each part keeps its counts; ``take`` reads them.

    Made when the daemon starts. ``silent`` tells for how long an instrument has been silent,
    ``stuck`` whether the loop of that name makes no progress, ``recipients`` how it is with those
    who are told.
    """

    def __init__(
        self,
        running: Running,
        journal: Journal,
        silent: Callable[[str], float],
        stuck: Callable[[str], bool],
        clock: Callable[[], int] = time.time_ns,
        alarms: AlarmView | None = None,
        recipients: Callable[[], list[RecipientStatus]] = list,
    ) -> None:
        self._running = running
        self._journal = journal
        self._silent = silent
        self._stuck = stuck
        self._clock = clock
        self._recipients = recipients
        self._alarms = alarms
        self._started = clock()
        self._plans: WeakKeyDictionary[BusPoller, BusPlan] = WeakKeyDictionary()

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
        config = self._running.config
        moments = Moments(self._clock(), asyncio.get_running_loop().time())
        return DaemonStatus(
            version=__version__,
            pid=os.getpid(),
            site=config.site.name,
            started=self._started,
            config_hash=self._running.config_hash,
            journal=journal_status(config.journal, self._journal),
            buses=[self._bus(poller, moments) for poller in self._running.buses],
            instruments=[
                self._instrument(poller, item, moments)
                for poller in self._running.buses
                for item in poller.instruments
            ],
            sinks=[sink_status(pump, config.sink[pump.name].type) for pump in self._running.sinks],
            recipients=self._recipients(),
            time=moments.wall,
            configured=self._running.configured,
            alarms=self._alarms.counts() if self._alarms else [],
            annunciators=self._alarms.shown() if self._alarms else [],
        )

    def _bus(self, poller: BusPoller, moments: Moments) -> BusStatus:
        stuck = self._stuck(poller.pulse.name)
        return bus_status(poller, self._plan(poller), moments, stuck=stuck)

    def _instrument(
        self, poller: BusPoller, item: PolledInstrument, moments: Moments
    ) -> InstrumentStatus:
        settings = self._running.config.instrument[item.name]
        silent = self._silent(item.name)
        return instrument_status(
            item,
            settings,
            self._plan(poller),
            moments,
            silent=silent,
            calibrations=self._running.setup.calibrations.get(item.name, ()),
        )

    def _plan(self, poller: BusPoller) -> BusPlan:
        """Made once: a poller keeps its plan for life."""
        if poller not in self._plans:
            self._plans[poller] = plan_in_force(self._running.setup, poller)
        return self._plans[poller]

    async def _age(self, seq: int) -> float | None:
        """Seconds since this entry; 0 for no entry, None when the journal has lost it."""
        if not seq:
            return 0.0
        for entry in await self._journal.read(seq - 1, 1):
            return max(self._clock() - entry.time, 0) / 1e9
        return None
