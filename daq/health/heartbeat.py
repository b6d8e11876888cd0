"""The daemon's sign of life for whoever listens: sent only while acquisition makes progress.

A broker's will tells of a daemon that died. It says nothing of one that is alive and stuck: the
MQTT client would go on answering pings for ever.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Protocol

from daq.control.status import DaemonStatus
from daq.deliver.newest import Topic
from daq.deliver.sink import Beat
from daq.pulse import Judge, Pulse

FIRST = 2.0
"""Seconds to the first beat: the first instruments have answered by then."""

PERIOD = 30.0
"""Seconds from beat to beat. Who has heard none for three of them knows."""

MOST_NAMES = 20
"""Names of silent instruments in a beat, at most."""


class Hearer(Protocol):
    """A sink's pump, as far as it is told of the daemon's state."""

    @property
    def name(self) -> str:
        """The sink's name."""
        ...

    def beat(self, beat: Beat) -> None:
        """Pass it on, if the destination has a place for it."""
        ...


class Heartbeat:
    """Tells the sinks how the daemon does, unless what acquires and journals is stuck.

    ``pulses`` are those of the pollers and the journal, ``hearers`` the sinks of this moment.
    ``absent`` are topics nothing is read for any more; after ``changed`` a beat does not wait.
    """

    def __init__(
        self,
        pulses: Callable[[], Iterable[Pulse]],
        status: Callable[[], DaemonStatus],
        hearers: Callable[[], Iterable[Hearer]],
        *,
        absent: Callable[[], frozenset[Topic]] = frozenset,
        changed: asyncio.Event | None = None,
    ) -> None:
        self._pulses, self._status, self._hearers = pulses, status, hearers
        self._absent, self._changed = absent, changed or asyncio.Event()
        self._judge = Judge()

    async def run(self) -> None:
        """Beat until cancelled."""
        loop = asyncio.get_running_loop()
        await asyncio.sleep(FIRST)
        while True:
            if not self._judge.look(loop.time(), self._pulses()):
                self._beat(self._status(), self._absent())
            with suppress(TimeoutError):
                async with asyncio.timeout(PERIOD):
                    await self._changed.wait()
            self._changed.clear()

    def _beat(self, status: DaemonStatus, absent: frozenset[Topic]) -> None:
        for hearer in self._hearers():
            hearer.beat(beat_of(status, hearer.name, absent))


def beat_of(status: DaemonStatus, sink: str, absent: frozenset[Topic] = frozenset()) -> Beat:
    """What a beat says. Pure."""
    silent = [item.name for item in status.instruments if item.silent]
    waiting = sum(each.lag_entries for each in status.sinks if each.name == sink)
    state: dict[str, str | int | float | list[str]] = {
        "every": PERIOD,
        "uptime": round((status.time - status.started) / 1e9, 1),
        "instruments": len(status.instruments),
        "answering": sum(item.state == "answering" for item in status.instruments),
        "silent": silent[:MOST_NAMES],
        "entry": status.journal.committed,
        "waiting": waiting,
        "journal": status.journal.trouble or "ok",
    }
    return Beat(status.time, state, absent)
