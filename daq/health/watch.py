"""Tells of instruments that have gone silent, whatever the cause. A task beside the pollers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from daq.acquire.instrument import PolledInstrument
from daq.acquire.poller import BusPoller
from daq.acquire.recorder import Recorder
from daq.health.hush import Hushes
from daq.health.silence import INTERVALS, GroupSight, Sight, Silences, Verdict
from daq.health.words import Words
from daq.pulse import Pulse
from drivers.model import Quality

LOOK = 1.0
"""Seconds between two looks."""

AT_A_TIME = 20
"""Instruments looked at before whatever else is due has its turn."""

Pollers: TypeAlias = Callable[[], Sequence[BusPoller]]
"""The pollers of this moment; a reload may replace them."""

Members: TypeAlias = Mapping[str, tuple[BusPoller, PolledInstrument]]


class SilenceWatch:
    """Judges by counts that only a scan of use moves, so that no cause of silence escapes it.

    Nothing asked, nothing answered, nothing of use answered, a lost bus, a poller that is stuck.
    Where the bus is lost its instruments' silence is told once.
    """

    def __init__(self, pollers: Pollers, recorder: Recorder) -> None:
        self._pollers = pollers
        self._words = Words(recorder)
        self._silences = Silences()
        self._hushes = Hushes()
        self.pulse = Pulse("silence watch")

    def seconds(self, instrument: str) -> float:
        """For how long an instrument has been silent; 0 when it is not."""
        return self._silences.seconds(instrument)

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            self.pulse.within(LOOK)
            await asyncio.sleep(LOOK)
            # While this whole process stood still nobody was asked: that is no one's silence.
            passed, last = min(loop.time() - last, 2 * LOOK), loop.time()
            await self.look(passed)

    async def look(self, passed: float) -> None:
        """Look once, ``passed`` seconds after the look before; scans that are due come between."""
        pollers = self._pollers()
        members = {item.name: (p, item) for p in pollers for item in p.instruments}
        self._silences.keep(members)
        for number, (poller, item) in enumerate(members.values(), 1):
            for verdict in self._silences.look(passed, (_sight(item),)):
                self._judged(verdict, poller, item)
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)
        self._look_at_buses(passed, pollers, members)

    def _judged(self, verdict: Verdict, poller: BusPoller, item: PolledInstrument) -> None:
        if verdict.turn == "ends":
            if not self._hushes.ends(item.name):
                self._words.instrument_speaks(verdict)
        elif not _is_lost(poller):
            self._words.instrument_silent(verdict, poller.name, _cause(verdict, poller, item))
        elif self._hushes.begins(poller.name, item.name, verdict.seconds):
            self._words.bus_silent(poller, verdict.seconds)

    def _look_at_buses(self, passed: float, pollers: Sequence[BusPoller], members: Members) -> None:
        """Which silences are no longer those of a bus."""
        lost = {poller.name: _is_lost(poller) for poller in pollers}
        patience = {name: _patience(item) for name, (_, item) in members.items()}
        own, over = self._hushes.look(passed, lost, patience)
        for name in own:
            verdict = self._silences.verdict(name)
            if verdict is not None:
                self._judged(verdict, *members[name])
        for each in over:
            self._words.bus_speaks(each)


def _is_lost(poller: BusPoller) -> bool:
    return poller.counters.state == "lost"


def _sight(item: PolledInstrument) -> Sight:
    groups = tuple(
        GroupSight(g.series.key.group, g.ticker.interval, g.counters.usable) for g in item.groups
    )
    return Sight(item.name, item.silent_after, groups)


def _patience(item: PolledInstrument) -> float:
    longest = max(group.ticker.interval for group in item.groups)
    return max(item.silent_after, INTERVALS * longest)


def _cause(verdict: Verdict, poller: BusPoller, item: PolledInstrument) -> str:
    """Why, as far as is known; the first that holds explains the others. The bus is there."""
    now, pulse = asyncio.get_running_loop().time(), poller.pulse
    if item.counters.trouble and now < pulse.due:
        return item.counters.trouble
    if now - pulse.seen > verdict.seconds / 2:
        return f"the poller of bus {poller.name} makes no progress"
    statuses = [g.counters.status for g in item.groups if g.series.key.group in verdict.groups]
    worst = max((status for status in statuses if status is not None), default=None)
    if worst is not None and worst.quality is Quality.BAD:
        return f"it answers, but with nothing of use ({worst})"
    return f"its turn does not come on bus {poller.name}"
