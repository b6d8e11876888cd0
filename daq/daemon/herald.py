"""The daemon's task that tells how alarms are at this moment: to sinks, and to lamps and horns.

It tells states and no events, each as soon as it is durable. What is told late is told as it is
then, so that nobody is ever told an older state after a newer one.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Protocol

from daq.alarms.board import Sort
from daq.alarms.lifecycle import Life
from daq.alarms.roll import Keeper, Roll, read_roll, write_roll
from daq.alarms.watcher import Watcher
from daq.build.present import Picture, names_on_roll
from daq.deliver.present import Present, together
from daq.journal.errors import JournalError
from daq.pulse import Pulse

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds after which it is told again, for who has come meanwhile."""

PAUSE = 0.05
"""Seconds between two tellings: a flood is told of as it is, not step by step."""

DURABLE_LIMIT = 2.0
"""Seconds to wait for the disk. A horn must fall silent though a disk hangs."""


class Teller(Protocol):
    """A sink's pump, as far as it is told of what is so."""

    def show(self, present: Present) -> None:
        """Show it, if the destination has a place for it."""
        ...


class Listener(Protocol):
    """A lamp or horn."""

    def hear(self, alarms: Iterable[tuple[Sort, Life]]) -> None:
        """How all alarms are now."""
        ...


class Committing(Keeper, Protocol):
    """The journal, as far as it says what is durable."""

    async def wait_beyond(self, seq: int) -> int:
        """Wait until ``committed`` is greater than ``seq``; returns it."""
        ...


class Herald:
    """Tells the sinks and annunciators of this moment how the watcher's alarms are.

    ``runs`` gives the sinks what is so of runs; None while that is not durable yet.
    """

    def __init__(
        self,
        watcher: Watcher,
        journal: Committing,
        tellers: Callable[[], Iterable[Teller]],
        listeners: Callable[[], Iterable[Listener]],
        rooms: Callable[[], Mapping[str, frozenset[str]]],
        runs: Callable[[], Present | None] = lambda: None,
    ) -> None:
        self.pulse = Pulse("herald")
        self._watcher, self._journal = watcher, journal
        self._tellers, self._listeners, self._rooms = tellers, listeners, rooms
        self._roll: Roll | None = None
        self._told: tuple[object, ...] = ()
        self._present = self._runs = Present()
        self._runs_now = runs
        self._picture = Picture()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            self.pulse.within(LOOK + PAUSE + 2 * DURABLE_LIMIT)
            if self._watcher.ready:
                await self._tell()
            await asyncio.sleep(PAUSE)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._watcher.changed.wait()

    async def _tell(self) -> None:
        self._watcher.changed.clear()
        alarms = list(self._watcher.board)
        if self._renewed(alarms):
            await self._call_roll(alarms)
            await self._durable(max((e.seq for e in self._watcher.last.values()), default=0))
            gone = self._roll.gone if self._roll else ()
            self._present = self._picture.present(alarms, self._watcher.last, self._rooms(), gone)
        for listener in self._listeners():
            listener.hear(alarms)
        self._runs = self._runs_now() or self._runs
        present = together(self._present, self._runs)
        for teller in self._tellers():
            teller.show(present)

    def _renewed(self, alarms: Iterable[tuple[Sort, Life]]) -> bool:
        """Whether something is not as it was told."""
        told = (*alarms, self._rooms(), *self._numbers())
        self._told, before = told, self._told
        return told != before

    def _numbers(self) -> Iterator[int]:
        return (event.seq for event in self._watcher.last.values())

    async def _call_roll(self, alarms: Iterable[tuple[Sort, Life]]) -> None:
        """Find out which names have come or gone."""
        try:
            async with asyncio.timeout(DURABLE_LIMIT):
                known = self._roll or await read_roll(self._journal)
        except (JournalError, TimeoutError) as error:
            log.warning("which alarms were watched before is not known: %s", error)
            return
        self._roll = known.renewed(names_on_roll(alarms, self._rooms()))
        if self._roll != known:
            write_roll(self._journal, known, self._roll)

    async def _durable(self, seq: int) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(DURABLE_LIMIT):
                await self._journal.wait_beyond(seq - 1)
