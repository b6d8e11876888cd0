"""Tells when the wall clock was set, and when the machine slept.

Linux slews CLOCK_REALTIME, CLOCK_MONOTONIC and CLOCK_BOOTTIME alike (adjtime(3), NTP), so the
difference of two of them changes only when somebody sets the wall clock, or across a suspension:
CLOCK_MONOTONIC stands still while the machine sleeps, CLOCK_BOOTTIME goes on (clock_gettime(2)).
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol, TypeAlias

from daq.journal import kinds
from daq.journal.entry import Severity
from daq.journal.eventcodec import Data
from daq.pulse import Pulse
from daq.timefmt import rfc3339

Clock: TypeAlias = Callable[[], int]
"""Nanoseconds since some moment."""

STEP = 0.5
"""Seconds by which the wall clock must have been set to be told. A leap second is told."""

SLEEP = 2.0
"""Seconds the machine must have slept to be told."""

PERIOD = 1.0
"""Seconds between two looks: a step is told so much later at most."""

_NS = 1_000_000_000
_READ_ATTEMPTS = 3


def boottime() -> int:
    """Nanoseconds since the machine started, sleep included."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


class Events(Protocol):
    """Where events go: the journal."""

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Data | None = None,
    ) -> int:
        """Journal an event; returns its number."""
        ...


class ClockWatch:
    """Compares the wall ``clock`` with one that nobody sets; each step is one event.

    ``steady`` counts the time the machine sleeps as well, ``awake`` does not.
    """

    def __init__(
        self,
        events: Events,
        clock: Clock = time.time_ns,
        *,
        steady: Clock = boottime,
        awake: Clock = time.monotonic_ns,
    ) -> None:
        self.pulse = Pulse("clock")
        self.steps = 0
        self._events = events
        self._clock, self._steady, self._awake = clock, steady, awake
        self._offset, self._slept = self._read()

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            self.pulse.within(PERIOD)
            await asyncio.sleep(PERIOD)
            self.look()

    def look(self) -> None:
        """Tell what has happened since the last look."""
        before, slept_before = self._offset, self._slept
        self._offset, self._slept = self._read()
        slept = (self._slept - slept_before) / _NS
        if slept >= SLEEP:
            self._tell_sleep(slept)
        seconds = (self._offset - before) / _NS
        if abs(seconds) >= STEP:
            self._tell_step(seconds)

    def _read(self) -> tuple[int, int]:
        """The wall clock's lead over the steady one, and how long the machine has slept."""
        readings = (self._once() for _ in range(_READ_ATTEMPTS))
        # The quickest, for this process may have stood still between two clocks.
        return min(readings)[1:]

    def _once(self) -> tuple[int, int, int]:
        start = self._awake()
        wall, steady = self._clock(), self._steady()
        return self._awake() - start, wall - steady, steady - start

    def _tell_step(self, seconds: float) -> None:
        self.steps += 1
        now = self._clock()
        way = "forward" if seconds > 0 else "back"
        self._events.append_event(
            kinds.CLOCK_STEPPED.name,
            "daq",
            f"the wall clock was set {way} by {abs(seconds):.3f} s, to {rfc3339(now)}",
            severity="warning",
            data={"seconds": seconds},
        )

    def _tell_sleep(self, seconds: float) -> None:
        self._events.append_event(
            kinds.SUSPENDED.name,
            "daq",
            f"the machine slept for {seconds:.0f} s; nothing was acquired meanwhile",
            severity="warning",
            data={"seconds": seconds},
        )
