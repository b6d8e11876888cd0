"""Puts together what the daemon tells about itself, for `daq status` and metrics alike."""

import asyncio
import math
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from weakref import WeakKeyDictionary

import msgspec

from daq import __version__
from daq.acquire.counters import GroupCounters
from daq.acquire.instrument import PolledInstrument
from daq.acquire.plan import BusPlan, GroupPlan
from daq.acquire.poller import BusPoller
from daq.acquire.schedule import BOUNDS
from daq.build.demand import plan_in_force
from daq.build.journal import journal_status
from daq.calibration.calibration import Calibration
from daq.calibration.dates import end_of_day
from daq.calibration.due import due_list
from daq.control.status import (
    BusStatus,
    CertificateStatus,
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


class Moments(msgspec.Struct, frozen=True):
    """The same moment by two clocks: ``wall`` (ns since 1970 UTC) and ``steady`` (s)."""

    wall: int
    steady: float

    def of(self, steady: float | None) -> int:
        """A moment of the steady clock by the other, when it is yet to come; else 0."""
        if steady is None or steady <= self.steady:
            return 0
        return self.wall + round((steady - self.steady) * 1e9)


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
        now, loop_now = self._clock(), asyncio.get_running_loop().time()
        moments = Moments(now, loop_now)
        return DaemonStatus(
            version=__version__,
            pid=os.getpid(),
            site=self._running.config.site.name,
            started=self._started,
            config_hash=self._running.config_hash,
            journal=journal_status(self._running.config.journal, self._journal),
            buses=[_bus(poller, self._plan(poller), moments) for poller in self._running.buses],
            instruments=[
                self._instrument(poller, item, moments)
                for poller in self._running.buses
                for item in poller.instruments
            ],
            sinks=[self._sink(pump) for pump in self._running.sinks],
            time=now,
            configured=self._running.configured,
        )

    def _plan(self, poller: BusPoller) -> BusPlan:
        """Made once: a poller keeps its plan for life."""
        if poller not in self._plans:
            self._plans[poller] = plan_in_force(self._running.setup, poller)
        return self._plans[poller]

    def _instrument(
        self, poller: BusPoller, item: PolledInstrument, moments: Moments
    ) -> InstrumentStatus:
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
            groups=_groups(item, self._plan(poller)),
            unit=settings.unit,
            address=settings.address or "",
            retry_at=moments.of(item.retry_at),
            certificates=_certificates(self._running.setup.calibrations.get(item.name, ())),
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
            trouble_since=statistics.fault_since or 0,
            retry_at=statistics.retry_time or 0,
        )

    async def _age(self, seq: int) -> float | None:
        """Seconds since this entry; 0 for no entry, None when the journal has lost it."""
        if not seq:
            return 0.0
        for entry in await self._journal.read(seq - 1, 1):
            return max(self._clock() - entry.time, 0) / 1e9
        return None


def _certificates(calibrations: Sequence[Calibration]) -> list[CertificateStatus]:
    return [
        CertificateStatus(
            certificate=due.certificate,
            channels=list(due.channels),
            due=end_of_day(due.due) if due.due else 0,
        )
        for due in due_list({"": calibrations})
    ]


def _groups(item: PolledInstrument, plan: BusPlan) -> list[GroupStatus]:
    return [
        _group(group.series.key.group, group.ticker.interval, group.counters, planned)
        for group, planned in zip(
            item.groups, (one for one in plan.groups if one.instrument == item.name), strict=True
        )
    ]


def _group(name: str, interval: float, counters: GroupCounters, planned: GroupPlan) -> GroupStatus:
    return GroupStatus(
        name=name,
        interval=interval,
        quality="" if counters.status is None else str(counters.status),
        last_good=counters.last_good,
        scans=counters.scans,
        requests=counters.requests,
        seconds=counters.seconds,
        planned_requests=planned.requests,
        planned_seconds=planned.seconds,
    )


def _bus(poller: BusPoller, plan: BusPlan, moments: Moments) -> BusStatus:
    counters, now = poller.counters, moments.steady
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
        planned_load=100.0 * plan.load,
        remarks=list(plan.remarks),
        retry_at=moments.of(counters.retry_at) if counters.state == "lost" else 0,
    )
