"""One polled instrument: what is due, whether it answers, what becomes of its scans."""

import time
from collections.abc import Callable, Sequence

from daq.acquire.counters import BusCounters, GroupCounters, InstrumentCounters
from daq.acquire.recorder import Recorder
from daq.acquire.schedule import Ticker
from daq.backoff import Backoff
from daq.journal.entry import Series
from drivers.driver import Driver, ReadPlan
from drivers.errors import DeviceError, DriverError, IdentityError, TransportError
from drivers.model import Identity, Quality, Status
from drivers.transport.link import Link

FAULTS = ("silent", "refusing")
"""States that began with an event and end with one; a lost bus has events of its own."""

LINE_TROUBLES = frozenset(
    {Status.TIMEOUT, Status.CHECKSUM, Status.MALFORMED_REPLY, Status.FOREIGN_REPLY}
)
"""What may befall one of several requests of a scan, and says something of the line."""


class PolledGroup:
    """A scan group at run time: what to read, when, and the series its scans belong to."""

    def __init__(self, series: Series, plan: ReadPlan, ticker: Ticker) -> None:
        self.series = series
        self.plan = plan
        self.ticker = ticker
        self.counters = GroupCounters()


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
        self._serial_number = serial_number
        self._found = self._identified = self._in_step = False
        self._retry_at = 0.0
        shortest = min(group.series.key.interval for group in groups)
        self._backoff = Backoff(min(max(shortest, 0.1), 1.0), retry_limit)

    @property
    def due(self) -> float:
        """When the next exchange is due, on the event loop's clock."""
        return self._next_group().ticker.due if self._in_step else self._retry_at

    async def step(self, link: Link, bus: BusCounters, now: float) -> None:
        """Do the one thing that is due: greet the instrument, or read a group.

        Raises:
            TransportError: the bus is lost; failures of the instrument alone are recorded here.
        """
        group = self._next_group()
        self.served = now
        try:
            if self._in_step:
                bus.jitter.note(now - group.ticker.due)
                bus.late_ticks += group.ticker.is_late(now)
                bus.skipped_ticks += group.ticker.advance(now)
                await self._read(link, group)
            else:
                await self._greet(link, now)
        except TransportError:
            raise
        except DeviceError as error:
            self._refused(group, error)
        except DriverError as error:
            self._failed(error, now)

    def disconnect(self, error: TransportError) -> None:
        """The bus is gone: journal the gap, and identify the instrument anew when it is back."""
        self._in_step = self._identified = False
        self._retry_at = 0.0
        self.counters.state = "disconnected"
        self._record_failure(error.status)

    def _next_group(self) -> PolledGroup:
        return min(self.groups, key=_due)

    async def _greet(self, link: Link, now: float) -> None:
        if self._identified:
            await self._driver.probe(link)
        else:
            self._check(await self._driver.identify(link))
            self._identified = True
        self._in_step = True
        self._backoff.reset()
        for group in self.groups:
            group.ticker.resume(now)
        self._recovered()

    def _check(self, identity: Identity) -> None:
        self.counters.firmware = identity.firmware
        self.counters.serial_number = identity.serial_number
        if self._serial_number and identity.serial_number != self._serial_number:
            raise IdentityError(
                f"{self.name}: serial number {identity.serial_number!r} answers, "
                f"the configuration names {self._serial_number!r}"
            )

    async def _read(self, link: Link, group: PolledGroup) -> None:
        sample = await self._driver.read(link, group.plan)
        self._recorder.append_scan(group.series, sample.time, sample.values, sample.statuses)
        for status in LINE_TROUBLES.intersection(sample.statuses):
            self.counters.fail(status.reason)
        bad = sum(status.quality is Quality.BAD for status in sample.statuses if status)
        self.counters.bad_readings += bad
        self.counters.good_scans += 1
        group.counters.note(sample.time, sample.statuses)
        if bad < len(sample.statuses):
            self.counters.last_good = sample.time
        if self.counters.state != "answering":
            self._recovered()

    def _refused(self, group: PolledGroup, error: DeviceError) -> None:
        """It answers, but declines: no reason to poll it less."""
        self.counters.fail(error.status.reason)
        self._record_failure(error.status, (group,))
        self._begin_fault("refusing", error)

    def _failed(self, error: DriverError, now: float) -> None:
        self._in_step = False
        self.counters.fail(error.status.reason)
        if isinstance(error, IdentityError):
            self._identified = False
        self._retry_at = now + self._backoff.next()
        self._record_failure(error.status)
        self._begin_fault("silent", error)

    def _record_failure(self, status: Status, groups: Sequence[PolledGroup] | None = None) -> None:
        now = self._clock()
        for group in self.groups if groups is None else groups:
            count = len(group.plan.channels)
            self._recorder.append_scan(group.series, now, (None,) * count, (status,) * count)
            group.counters.note(now, (status,))
            self.counters.failed_scans += 1
            self.counters.bad_readings += count

    def _begin_fault(self, state: str, error: DriverError) -> None:
        if self.counters.state == state:
            return
        self.counters.faults += 1
        self.counters.state, self.counters.trouble = state, str(error)
        self.counters.since = self._clock()
        self._recorder.append_event(
            "instrument-fault",
            self.name,
            f"{self.name}: {error}",
            severity="error" if isinstance(error, IdentityError) else "warning",
            data={"reason": error.status.reason, "error": type(error).__name__},
        )

    def _recovered(self) -> None:
        before, self.counters.state = self.counters.state, "answering"
        since, self.counters.since = self.counters.since, self._clock()
        self.counters.trouble = ""
        if not self._found:
            self._found = True
            self._recorder.append_event(
                "instrument-found",
                self.name,
                f"{self.name}: answers",
                data={
                    "serial_number": self.counters.serial_number,
                    "firmware": self.counters.firmware,
                },
            )
        elif before in FAULTS:
            lasted = (self.counters.since - since) / 1e9
            self._recorder.append_event(
                "instrument-restored",
                self.name,
                f"{self.name}: answers again after {lasted:.1f} s",
                data={"seconds": lasted},
            )


def _due(group: PolledGroup) -> float:
    return group.ticker.due
