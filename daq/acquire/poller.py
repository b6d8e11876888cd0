"""The loop that polls one bus: open it, serve what is due, reopen it when it is lost."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from daq.acquire.allowance import Allowance
from daq.acquire.counters import BusCounters
from daq.acquire.instrument import PolledInstrument
from daq.acquire.output import Output
from daq.acquire.recorder import Recorder
from daq.acquire.report import BusReport
from daq.acquire.turn import next_turn
from daq.backoff import Backoff
from daq.pulse import Pulse
from drivers.errors import TransportError
from drivers.recording.ring import Ring
from drivers.transport.link import Link

OpenLink: TypeAlias = Callable[[], Awaitable[Link]]

OPEN_LIMIT = 60.0
"""Seconds after which an attempt to open a line counts as stuck; its own deadline is shorter."""

STEP_LIMIT = 300.0
"""Seconds after which an instrument's step counts as stuck, beyond 20 times the line's time-out."""

REOPEN_AFTER = 30.0
"""Seconds after opening a line before it is opened anew because nobody answers on it."""

SILENT_EXCHANGES = 3
"""Exchanges without a single byte, and at least one with each instrument, before that."""

IDLE = 60.0
"""Seconds a bus rests at most before it is looked at again."""

CHANCE = 0.2
"""Seconds after which an output that may not be written now is looked at again."""

EARLY = 1e-6
"""Seconds; a timer may fire so much before its time."""


class BusPoller:
    """One bus and its instruments; one transaction at a time, each at its absolute deadline.

    ``ring`` holds the latest traffic, across reconnections, for whoever looks into an incident.
    """

    def __init__(  # noqa: PLR0913 - what a bus is made of
        self,
        name: str,
        open_link: OpenLink,
        instruments: Sequence[PolledInstrument],
        recorder: Recorder,
        *,
        retry_limit: float = 30.0,
        clock: Callable[[], int] = time.time_ns,
        ring: Ring | None = None,
        outputs: Sequence[Output] = (),
    ) -> None:
        self.name = name
        self.instruments = instruments
        self.outputs = outputs
        self.counters = BusCounters()
        self.ring = ring or Ring()
        self.pulse = Pulse(f"poll {name}")
        self._open_link = open_link
        self._report = BusReport(name, self.counters, recorder, clock)
        self._allowance = Allowance()
        self._discarded_before = 0
        self._backoff = Backoff(0.5, retry_limit)

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            try:
                await self._use(await self._opened())
            except TransportError as error:
                self._lost(error)
            else:
                self._backoff.reset()
            wait = self._backoff.next()
            self.counters.retry_at = asyncio.get_running_loop().time() + wait
            self.pulse.within(wait)
            await asyncio.sleep(wait)

    async def _opened(self) -> Link:
        self.pulse.within(OPEN_LIMIT)
        try:
            return await self._open_link()
        except TransportError:
            self.counters.open_failures += 1
            raise

    async def _use(self, link: Link) -> None:
        """Poll over an open line until it is lost, or silent for so long that it is opened anew."""
        self.ring.attach(link)
        self.counters.connects += 1
        for output in self.outputs:
            output.attach(link)
        try:
            await self._serve(link)
        except TransportError as error:
            self.counters.losses += 1
            self.ring.detach("lost", str(error))
            raise
        finally:
            self.ring.detach("closed")
            for output in self.outputs:
                output.attach(None)
            await link.close()

    async def _serve(self, link: Link) -> None:
        loop = asyncio.get_running_loop()
        opened = self.counters.polling_since = loop.time()
        self.counters.busy_before = self.counters.busy
        self._discarded_before = self.counters.discarded
        while not self._dumb(link, loop.time() - opened):
            now = loop.time()
            if output := self._due_output(link, now):
                await self._write(link, output, now)
                continue
            instrument = self._next_turn(link, now)
            due = instrument.due if instrument else math.inf
            if instrument is None or due > now + EARLY:
                wait = min(due, self._outputs_due(now), now + IDLE) - now
                self.pulse.within(wait)
                await link.rest(wait)
            else:
                await self._step(link, instrument, now)

    def _next_turn(self, link: Link, now: float) -> PolledInstrument | None:
        if not self.instruments:
            return None
        return next_turn(self.instruments, self._allowance, link.settings, now)

    def _due_output(self, link: Link, now: float) -> Output | None:
        """Lamps and horns go first; one that failed waits while it would cost a scan."""
        for output in self.outputs:
            if output.due <= now + EARLY and self._may(output, link, now):
                return output
        return None

    def _outputs_due(self, now: float) -> float:
        """When to look at them again; one that is due by now has to wait for its chance."""
        dues = (each.due for each in self.outputs)
        return min((due if due > now else now + CHANCE for due in dues), default=math.inf)

    def _may(self, output: Output, link: Link, now: float) -> bool:
        if not output.doubtful or self._allowance.left(now):
            return True
        end = now + output.cost(link.settings)
        return all(end <= each.slack for each in self.instruments if not each.doubtful)

    async def _write(self, link: Link, output: Output, now: float) -> None:
        line = link.settings
        self.pulse.within(STEP_LIMIT + 20 * line.timeout)
        done = await output.step(link)
        end = asyncio.get_running_loop().time()
        self.counters.busy += end - now
        if not done:
            self._allowance.lose(end - now, end, line.timeout + line.quiet)
        elif self.counters.state != "connected":
            self._backoff.reset()
        self._report.connected(end)

    async def _step(self, link: Link, instrument: PolledInstrument, now: float) -> None:
        clock, line, tally = asyncio.get_running_loop().time, link.settings, link.tally
        self.pulse.within(STEP_LIMIT + 20 * line.timeout)
        lost, listened = tally.lost, tally.listened
        hurry = not self._allowance.left(now)
        answers = False
        try:
            answers = await instrument.step(link, self.counters, now, hurry=hurry)
        finally:
            end = clock()
            self.counters.busy += end - now - (tally.listened - listened)
            self.counters.discarded = self._discarded_before + tally.discarded
            if not all(each.doubtful for each in self.instruments):
                wasted = tally.lost - lost if answers else end - now
                self._allowance.lose(wasted, end, line.timeout + line.quiet)
        # Only a finished exchange shows that a line works: many ports open and say nothing.
        if self.counters.state != "connected":
            self._backoff.reset()
        self._report.connected(end)

    def _dumb(self, link: Link, opened_for: float) -> bool:
        """Nobody has said anything for long: the line itself may be to blame, so it is reopened.

        A terminal server may keep a connection that leads nowhere any more, an adapter may hang.
        """
        silent = link.tally.in_vain >= max(SILENT_EXCHANGES, len(self.instruments))
        if not silent or opened_for < REOPEN_AFTER:
            return False
        if not all(instrument.doubtful for instrument in self.instruments):
            return False
        for instrument in self.instruments:
            instrument.forget()
        return True

    def _lost(self, error: TransportError) -> None:
        for part in (*self.instruments, *self.outputs):
            part.disconnect(error)
        self._report.lost(error, asyncio.get_running_loop().time())
