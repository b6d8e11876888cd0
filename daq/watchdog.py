"""Feeds systemd's watchdog while every loop of the daemon makes progress, and only then.

The event loop itself needs no pulse: the feeding is a task of it, so a loop that is blocked feeds
nothing. Why a disk that hangs is no reason to stop feeding: docs/decisions/0009-service.md.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from daq.journal import kinds
from daq.journal.entry import Severity
from daq.journal.eventcodec import Data
from daq.notify import notify
from daq.pulse import Judge, Pulse

STATUS_PERIOD = 10.0
"""Seconds between two status lines when the service manager runs no watchdog."""


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
        """Append an event."""
        ...


def watchdog_period(environ: Mapping[str, str] = os.environ, pid: int | None = None) -> float:
    """Seconds between two signs of life: half of what systemd allows (sd_watchdog_enabled(3)).

    ``STATUS_PERIOD`` when there is no watchdog, or it is meant for another process.
    """
    allowed = environ.get("WATCHDOG_USEC", "")
    wanted = environ.get("WATCHDOG_PID", "")
    mine = not wanted or wanted == str(os.getpid() if pid is None else pid)
    if not (mine and allowed.isdecimal() and int(allowed)):
        return STATUS_PERIOD
    return int(allowed) / 2e6


class Watchdog:
    """Looks at every loop, tells the service manager, and journals who is stuck."""

    def __init__(
        self,
        pulses: Callable[[], Iterable[Pulse]],
        status: Callable[[], str],
        events: Events,
        *,
        period: float | None = None,
        send: Callable[[str], None] = notify,
    ) -> None:
        self._pulses, self._status, self._events = pulses, status, events
        self._period = watchdog_period() if period is None else period
        self._send = send
        self._judge = Judge()
        self._stuck: dict[str, float] = {}

    def is_stuck(self, name: str) -> bool:
        """Whether the loop of this name was stuck at the last look."""
        return name in self._stuck

    async def run(self) -> None:
        """Feed until cancelled."""
        while True:
            self._look(asyncio.get_running_loop().time())
            await asyncio.sleep(self._period)

    def _look(self, now: float) -> None:
        before, self._stuck = self._stuck, self._stuck_since(now)
        for name in self._stuck.keys() - before.keys():
            self._begins(name, now - self._stuck[name])
        for name in before.keys() - self._stuck.keys():
            self._ends(name, now - before[name])
        if self._stuck:
            self._send(f"STATUS=stuck: {', '.join(self._stuck)}")
        else:
            self._send(f"STATUS={self._status()}\nWATCHDOG=1")

    def _stuck_since(self, now: float) -> dict[str, float]:
        return {pulse.name: pulse.due for pulse in self._judge.look(now, self._pulses())}

    def _begins(self, name: str, seconds: float) -> None:
        text = f"{name} is stuck: it should have been seen {seconds:.0f} s ago; the watchdog waits"
        data: Data = {"seconds": seconds}
        self._events.append_event(kinds.LOOP_STUCK.name, name, text, severity="error", data=data)

    def _ends(self, name: str, seconds: float) -> None:
        text = f"{name} goes on after {seconds:.0f} s"
        data: Data = {"seconds": seconds}
        self._events.append_event(
            kinds.LOOP_RESTORED.name, name, text, severity="warning", data=data
        )
