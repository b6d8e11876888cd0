"""The pump: moves entries from the journal to one sink and advances its cursor."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Iterable
from typing import TypeVar

import msgspec

from daq.backoff import Backoff
from daq.deliver.fault import Fault
from daq.deliver.guard import guarded
from daq.deliver.lanes import Batch, Lanes
from daq.deliver.present import Present
from daq.deliver.settings import PumpSettings
from daq.deliver.sink import (
    Beat,
    Outcome,
    Sink,
    SinkError,
    SinkMisconfiguredError,
    SinkSwitchError,
    SinkUnavailableError,
)
from daq.deliver.source import EntrySource
from daq.deliver.statistics import Statistics
from daq.journal.errors import JournalError
from daq.pulse import Pulse

log = logging.getLogger(__name__)
T = TypeVar("T")

IDLE = 1.0
"""Seconds between two looks at an idle connection."""

STABLE = 10.0
"""Seconds a connection must last before the waits between attempts start again from the first:
two daemons with one client id throw each other out as often as they connect."""

CLOSE_LIMIT = 5.0
"""Seconds a sink may take to close."""

LONGEST_REQUEST = 600.0
"""Seconds a destination may ask us to stay away; more is a mistake of its own."""


class Pump:
    """One sink's delivery, for ever: ``run`` is one task of the daemon.

    Each entry is written at least once and in order; the cursor is saved after every answer,
    so that a restart repeats at most what was in flight or not yet committed. After an outage
    the newest entries go first, the rest follows beside them as backlog at a bounded rate. An
    entry that is refused, or fails again and again while others get through, goes to
    quarantine and blocks nothing.
    """

    def __init__(self, source: EntrySource, sink: Sink, settings: PumpSettings) -> None:
        self.pulse = Pulse(f"pump {sink.name}")
        self._source = source
        self._sink = sink
        self._settings = settings
        self._statistics = Statistics(sink=sink.name)
        self._lanes = Lanes(source, sink.name, settings, self._statistics)
        self._fault = Fault(source, sink.name)
        self._backoff = Backoff(settings.retry_first, settings.retry_longest)
        self._advanced = asyncio.Event()
        self._connected_at = 0.0
        self._beat: Beat | None = None
        self._present = self._shown = Present()

    @property
    def name(self) -> str:
        """The sink's name."""
        return self._sink.name

    @property
    def statistics(self) -> Statistics:
        """A snapshot of the counts, with the lag of this moment."""
        lag, backlog = self._lanes.lag()
        return msgspec.structs.replace(
            self._statistics,
            lag=lag,
            backlog=backlog,
            oldest=self._lanes.oldest(),
            fault=self._fault.text,
            fault_since=self._fault.since,
            address=self._sink.address,
        )

    def beat(self, beat: Beat) -> None:
        """Pass a sign of life on between two writes; the newest takes the place of another.

        It goes the way of the entries, so that it shows this way to be open.
        """
        self._beat = beat

    def show(self, present: Present) -> None:
        """Show what is so now, and again after each connect; the newest takes another's place."""
        self._present = present

    async def wait_delivered(self, upto: int) -> None:
        """Wait until every entry up to this one is delivered or refused."""
        while not self._lanes.has_all(upto):
            self._advanced.clear()
            await self._advanced.wait()

    def requeue(self, seqs: Iterable[int]) -> list[int]:
        """Deliver entries again that are in quarantine; returns those there is room for now."""
        return self._lanes.requeue(seqs)

    async def run(self) -> None:
        """Deliver until cancelled; then save the cursor and close the sink."""
        try:
            while True:
                try:
                    await self._connect()
                    await self._deliver()
                except SinkSwitchError as better:
                    log.debug("sink %s: %s", self.name, better)
                except SinkUnavailableError as error:
                    await self._stand_off(error)
                except JournalError as error:
                    await self._stand_off(SinkUnavailableError(f"nothing to deliver: {error}"))
        finally:
            self._lanes.save()
            await self._close()

    async def _connect(self) -> None:
        await self._guarded(self._sink.connect(), self._settings.connect_timeout)
        self._statistics.connected_since = time.time_ns()
        self._beat = None  # what it said is out of date
        self._shown = Present()
        self._connected_at = asyncio.get_running_loop().time()
        await self._show_present()

    async def _show_present(self) -> None:
        """Bring retained values up to date; whatever waits in the lanes goes on waiting there."""
        present = await self._lanes.present()
        if present and self._sink.retains:
            seqs = {scan.seq for scan in present}
            await self._guarded(
                self._sink.write(present, historical=False, newest=seqs),
                self._settings.write_timeout,
            )

    async def _deliver(self) -> None:
        while True:
            self._sink.check()
            await self._pass_on_beat()
            await self._show()
            progressed = False
            for historical in self._lanes.turns():
                self.pulse.rest()  # a disk that hangs is not cured by a restart
                batch = await self._lanes.next(historical=historical)
                if batch is not None:
                    await self._write(batch)
                    progressed = True
            if not progressed:
                await self._idle()

    async def _pass_on_beat(self) -> None:
        beat, self._beat = self._beat, None
        if beat is not None:
            await self._guarded(self._sink.beat(beat), self._settings.write_timeout)

    async def _show(self) -> None:
        present = self._present
        if present is self._shown:
            return
        if await self._guarded(self._sink.show(present), self._settings.write_timeout):
            self._shown = present

    async def _idle(self) -> None:
        if not self._lanes.lag()[0]:
            self._healthy()
        self.pulse.within(IDLE)
        await self._lanes.wait(IDLE)

    async def _write(self, batch: Batch) -> None:
        name = f"write {self.name}"
        answer = self._guarded(
            self._sink.write(batch.entries, historical=batch.historical, newest=batch.newest),
            self._settings.write_timeout,
        )
        task = asyncio.create_task(answer, name=name)
        try:
            outcome = await asyncio.shield(task)
        except SinkUnavailableError:
            self._lanes.failed(batch)
            raise
        except asyncio.CancelledError:
            await self._last_chance(task, batch)
            raise
        finally:
            del task  # its error knows this frame: a ring only the collector frees
        self._settle(batch, outcome)

    async def _last_chance(self, task: "asyncio.Task[Outcome]", batch: Batch) -> None:
        """Stopping: let the write in flight end within its grace, or abandon it."""
        try:
            await asyncio.wait({task}, timeout=self._settings.stop_timeout)
        finally:
            task.cancel()
        await asyncio.wait({task}, timeout=self._settings.stop_timeout)
        if task.done() and not task.cancelled() and task.exception() is None:
            self._settle(batch, task.result())

    def _settle(self, batch: Batch, outcome: Outcome) -> None:
        if self._lanes.settle(batch, outcome):
            self._healthy()
        elif not batch.historical:
            reason = next(iter(outcome.retry.values()))
            self._note(SinkUnavailableError(f"takes nothing at the moment: {reason}"))
        self._advanced.set()

    def _healthy(self) -> None:
        if asyncio.get_running_loop().time() - self._connected_at > STABLE:
            self._backoff.reset()
        self._fault.end(waiting=self._lanes.lag()[0])

    def _note(self, error: SinkUnavailableError) -> None:
        self._statistics.failures += 1
        self._statistics.last_error = str(error)
        self._statistics.last_error_time = time.time_ns()
        self._fault.begin(error)

    async def _stand_off(self, error: SinkUnavailableError) -> None:
        """After a failure: take leave, say so once, wait."""
        self._statistics.connected_since = None
        self._note(error)
        await self._close()
        if isinstance(error, SinkMisconfiguredError):
            wait = self._backoff.longest()
        else:
            wait = self._backoff.next(error.retry_after)
        wait = min(wait, max(LONGEST_REQUEST, self._settings.retry_longest))
        self.pulse.within(wait)
        self._statistics.retry_time = time.time_ns() + round(wait * 1e9)
        await asyncio.sleep(wait)
        self._statistics.retry_time = None

    async def _close(self) -> None:
        try:
            await self._guarded(self._sink.close(), CLOSE_LIMIT)
        except SinkError as error:
            log.debug("sink %s: while closing: %s", self.name, error)

    async def _guarded(self, answer: Awaitable[T], limit: float) -> T:
        """Await a sink within a deadline; whatever it raises becomes a SinkError."""
        self.pulse.within(limit)
        return await guarded(self.name, answer, limit)
