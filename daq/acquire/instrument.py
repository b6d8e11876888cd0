"""One polled instrument: what is due, whether it answers, what becomes of its scans."""

import asyncio
import time
from collections.abc import Callable, Sequence

from daq.acquire.certified import Certified
from daq.acquire.counters import BusCounters, GroupCounters, InstrumentCounters
from daq.acquire.patience import Patience
from daq.acquire.recorder import Recorder
from daq.acquire.report import InstrumentReport
from daq.acquire.schedule import Ticker
from daq.backoff import Backoff
from daq.calibration.calibration import Calibration
from daq.journal.entry import Series
from drivers.driver import Driver, ReadPlan
from drivers.errors import DeviceError, DriverError, IdentityError, TransportError
from drivers.model import Identity, Sample, Status
from drivers.transport.link import Link
from drivers.transport.reply import Settings

LINE_TROUBLES = frozenset(
    {Status.TIMEOUT, Status.CHECKSUM, Status.MALFORMED_REPLY, Status.FOREIGN_REPLY}
)
"""What may befall one of several requests of a scan, and says something of the line."""


class PolledGroup:
    """A scan group at run time: what to read, when, and the series its scans belong to.

    ``refused``: the instrument declined the last read. ``halting``: a part of it had no reply,
    so the next read may cost the bus a time-out as well. ``certified``: the certificates of its
    channels, None without any.
    """

    def __init__(
        self,
        series: Series,
        plan: ReadPlan,
        ticker: Ticker,
        certified: Certified | None = None,
    ) -> None:
        self.series = series
        self.plan = plan
        self.ticker = ticker
        self.certified = certified
        self.counters = GroupCounters()
        self.refused = self.halting = False


class PolledInstrument:
    """An instrument is greeted (identified, or probed after a failure) before it is read.

    While it does not answer, each back-off step costs its bus one short exchange, and journals
    one failed scan for each of its groups, so that the gap is visible with its reason.
    ``silent_after`` is how long, in seconds, it may give no reading of use until that is told.
    """

    def __init__(  # noqa: PLR0913 - the settings of one instrument, each with a default
        self,
        name: str,
        driver: Driver,
        groups: Sequence[PolledGroup],
        recorder: Recorder,
        *,
        serial_number: str = "",
        retry_limit: float = 30.0,
        silent_after: float = 60.0,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.name = name
        self.silent_after = silent_after
        self.groups = groups
        self.counters = InstrumentCounters()
        self.served = 0.0
        self._driver = driver
        self._recorder = recorder
        self._clock = clock
        self._report = InstrumentReport(name, self.counters, recorder, clock)
        self._serial_number = serial_number
        self._identified = self._in_step = False
        self._retry_at = 0.0
        self._patience = Patience()
        shortest = min(group.series.key.interval for group in groups)
        self._backoff = Backoff(min(max(shortest, 0.1), 1.0), retry_limit)

    @property
    def due(self) -> float:
        """When the next exchange is due, on the event loop's clock."""
        return self._next_group().ticker.due if self._in_step else self._retry_at

    @property
    def retry_at(self) -> float | None:
        """When it is greeted again, on the event loop's clock; None while it is in step."""
        return None if self._in_step else self._retry_at

    @property
    def doubtful(self) -> bool:
        """Whether the next exchange may well have no reply."""
        return not self._in_step or self._next_group().halting

    @property
    def slack(self) -> float:
        """Until when others may occupy the line without a scan being lost."""
        return min(group.ticker.due + group.ticker.interval / 2 for group in self.groups)

    def cost(self, line: Settings) -> float:
        """Seconds the next exchange takes the line for if there is no reply."""
        hurried = self._patience.hurried() if self._identified and not self._in_step else None
        return min(line.timeout, hurried or line.timeout) + line.quiet

    async def step(self, link: Link, bus: BusCounters, now: float, *, hurry: bool = False) -> bool:
        """Do the one thing that is due: greet the instrument, or read a group.

        With ``hurry`` a read, too, waits no longer for a reply than this instrument is known to
        need. False when the instrument does not answer.

        Raises:
            TransportError: the bus is lost; failures of the instrument alone are recorded here.
        """
        group = self._next_group()
        self.served = now
        link.tally.slowest = 0.0
        try:
            if self._in_step:
                bus.jitter.note(now - group.ticker.due)
                bus.late_ticks += group.ticker.is_late(now)
                bus.skipped_ticks += group.ticker.advance(now)
                link.patience = self._patience.known if hurry else None
                await self._read(link, group, now)
            else:
                await self._greet(link, now)
            self._patience.note(link.tally.slowest)
        except TransportError:
            raise
        except DriverError as error:
            if self._in_step and isinstance(error, DeviceError):
                self._refused(group, error, now)
            else:
                self._failed(error, now)
        finally:
            link.patience = None
        return self._in_step

    def disconnect(self, error: TransportError) -> None:
        """The bus is gone: journal the gap, and identify the instrument anew when it is back."""
        self.forget()
        self._in_step = False
        self._retry_at = 0.0
        self._report.disconnected()
        self._record_failure(error.status)

    def forget(self) -> None:
        """Identify the instrument anew before it is read again, if it is silent now."""
        self._identified = False

    def _next_group(self) -> PolledGroup:
        return min(self.groups, key=_due)

    async def _greet(self, link: Link, now: float) -> None:
        if self._identified:
            link.patience = self._patience.next()
            await self._driver.probe(link)
        else:
            self._check(await self._driver.identify(link))
            self._identified = True
        self._in_step = True
        for group in self.groups:
            group.ticker.resume(now)
            group.refused = group.halting = False

    def _check(self, identity: Identity) -> None:
        self.counters.firmware = identity.firmware
        self.counters.serial_number = identity.serial_number
        if self._serial_number and identity.serial_number != self._serial_number:
            raise IdentityError(
                f"{self.name}: serial number {identity.serial_number!r} answers, "
                f"the configuration names {self._serial_number!r}"
            )
        self._report.found(identity)
        self._hold_against(identity)

    def _hold_against(self, identity: Identity) -> None:
        """A certificate is good for the instrument that was calibrated, and for no other."""
        changed = list[Calibration]()
        for group in self.groups:
            certified = group.certified
            if certified is not None and certified.identified(identity.serial_number):
                group.series = certified.series
                changed += certified.foreign
        if changed:
            self._report.foreign(identity, changed)

    async def _read(self, link: Link, group: PolledGroup, now: float) -> None:
        tally, clock = link.tally, asyncio.get_running_loop().time
        asked, listened = tally.asked, tally.listened
        sample = await self._driver.read(link, group.plan)
        if group.certified is not None:
            statuses = group.certified.judged(sample.time, sample.statuses)
            sample = Sample(sample.time, sample.values, statuses)
        group.counters.took(tally.asked - asked, clock() - now - (tally.listened - listened))
        self._recorder.append_scan(group.series, sample.time, sample.values, sample.statuses)
        for status in LINE_TROUBLES.intersection(sample.statuses):
            self.counters.fail(status.reason)
        for status in filter(None, sample.statuses):
            self.counters.flaw(status)
        self.counters.good_scans += 1
        if group.counters.note(sample.time, sample.statuses):
            self.counters.last_good = sample.time
        self._backoff.reset()
        group.refused, group.halting = False, Status.TIMEOUT in sample.statuses
        if not any(each.refused for each in self.groups):
            self._report.well(now)

    def _refused(self, group: PolledGroup, error: DeviceError, now: float) -> None:
        """It answers, but declines: no reason to poll it less."""
        self.counters.fail(error.status.reason)
        group.refused = True
        self._record_failure(error.status, (group,))
        self._report.fault("refusing", error, now)

    def _failed(self, error: DriverError, now: float) -> None:
        self._in_step = False
        self.counters.fail(error.status.reason)
        if isinstance(error, IdentityError):
            self._identified = False
        self._retry_at = now + self._backoff.next()
        self._record_failure(error.status)
        state = "refusing" if isinstance(error, DeviceError) else "silent"
        self._report.fault(state, error, now)

    def _record_failure(self, status: Status, groups: Sequence[PolledGroup] | None = None) -> None:
        now = self._clock()
        for group in self.groups if groups is None else groups:
            count = len(group.plan.channels)
            self._recorder.append_scan(group.series, now, (None,) * count, (status,) * count)
            group.counters.note(now, (status,))
            self.counters.failed_scans += 1
            self.counters.flaw(status, count)


def _due(group: PolledGroup) -> float:
    return group.ticker.due
