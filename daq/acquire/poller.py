"""The loop that polls one bus: open it, serve what is due, reopen it when it is lost."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from daq.acquire.counters import BusCounters
from daq.acquire.instrument import PolledInstrument
from daq.acquire.recorder import Recorder
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


class BusPoller:
    """One bus and its instruments; one transaction at a time, each at its absolute deadline.

    ``ring`` holds the latest traffic, across reconnections, for whoever looks into an incident.
    """

    def __init__(
        self,
        name: str,
        open_link: OpenLink,
        instruments: Sequence[PolledInstrument],
        recorder: Recorder,
        *,
        retry_limit: float = 30.0,
        clock: Callable[[], int] = time.time_ns,
    ) -> None:
        self.name = name
        self.instruments = instruments
        self.counters = BusCounters()
        self.ring = Ring()
        self.pulse = Pulse(f"poll {name}")
        self._open_link = open_link
        self._recorder = recorder
        self._clock = clock
        self._backoff = Backoff(0.5, retry_limit)

    async def run(self) -> None:
        """Poll until cancelled."""
        while True:
            try:
                await self._use(await self._opened())
            except TransportError as error:
                self._lost(error)
            await self._rest(self._backoff.next())

    async def _rest(self, seconds: float) -> None:
        if seconds > 0:
            self.pulse.within(seconds)
            await asyncio.sleep(seconds)

    async def _opened(self) -> Link:
        self.pulse.within(OPEN_LIMIT)
        try:
            return await self._open_link()
        except TransportError:
            self.counters.open_failures += 1
            raise

    async def _use(self, link: Link) -> None:
        self.ring.attach(link)
        self.counters.connects += 1
        try:
            await self._serve(link)
        except TransportError as error:
            self.counters.losses += 1
            self.ring.detach("lost", str(error))
            raise
        finally:
            self.ring.detach("closed")
            await link.close()

    async def _serve(self, link: Link) -> None:
        loop = asyncio.get_running_loop()
        self.counters.polling_since = loop.time()
        self.counters.busy_before = self.counters.busy
        discarded = self.counters.discarded
        while True:
            instrument = min(self.instruments, key=_turn)
            await self._rest(instrument.due - loop.time())
            self.pulse.within(STEP_LIMIT + 20 * link.settings.timeout)
            started = loop.time()
            try:
                await instrument.step(link, self.counters, started)
            finally:
                self.counters.busy += loop.time() - started
                self.counters.discarded = discarded + link.discarded
            if self.counters.state != "connected":
                self._connected()

    def _connected(self) -> None:
        """Only a finished exchange shows that a line works: many ports open and say nothing."""
        before, self.counters.state = self.counters.state, "connected"
        self.counters.trouble, self.counters.since = "", self._clock()
        self._backoff.reset()
        if before == "lost":
            self._recorder.append_event("bus-restored", self.name, f"{self.name}: back in use")

    def _lost(self, error: TransportError) -> None:
        for instrument in self.instruments:
            instrument.disconnect(error)
        if self.counters.state == "lost":
            return
        self.counters.state, self.counters.trouble = "lost", str(error)
        self.counters.since = self._clock()
        self._recorder.append_event(
            "bus-lost",
            self.name,
            f"{self.name}: {error}",
            severity="error",
            data={"reason": error.status.reason, "error": type(error).__name__},
        )


def _turn(instrument: PolledInstrument) -> tuple[float, float]:
    """Earliest deadline first; of those due together, whoever has waited longest."""
    return instrument.due, instrument.served
