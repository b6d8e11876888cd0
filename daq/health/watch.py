"""Tells of instruments that have gone silent, whatever the cause. A task beside the pollers."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeAlias

from daq.acquire.instrument import PolledInstrument
from daq.acquire.poller import BusPoller
from daq.acquire.recorder import Recorder
from daq.health.silence import GroupSight, Sight, Silences, Verdict
from daq.journal import kinds
from daq.pulse import Pulse
from drivers.model import Quality

LOOK = 1.0
"""Seconds between two looks."""

AT_A_TIME = 20
"""Instruments looked at before whatever else is due has its turn."""

Pollers: TypeAlias = Callable[[], Sequence[BusPoller]]
"""The pollers of this moment; a reload may replace them."""


class SilenceWatch:
    """Judges by counts that only a scan of use moves, so that no cause of silence escapes it.

    Nothing asked, nothing answered, nothing of use answered, a lost bus, a poller that is stuck.
    """

    def __init__(self, pollers: Pollers, recorder: Recorder) -> None:
        self._pollers = pollers
        self._recorder = recorder
        self._silences = Silences()
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
        members = {item.name: (p, item) for p in self._pollers() for item in p.instruments}
        self._silences.keep(members)
        for number, (poller, item) in enumerate(members.values(), 1):
            for verdict in self._silences.look(passed, (_sight(item),)):
                if verdict.turn == "begins":
                    self._silent(verdict, poller, item)
                else:
                    self._speaks(verdict)
            if number % AT_A_TIME == 0:
                await asyncio.sleep(0)

    def _silent(self, verdict: Verdict, poller: BusPoller, item: PolledInstrument) -> None:
        groups = ", ".join(verdict.groups)
        cause = _cause(verdict, poller, item)
        self._recorder.append_event(
            kinds.INSTRUMENT_SILENT.name,
            item.name,
            f"{item.name}: no reading of use for {verdict.seconds:.0f} s ({groups}): {cause}",
            severity="error",
            data={
                "seconds": round(verdict.seconds, 1),
                "bus": poller.name,
                "groups": groups,
                "cause": cause,
            },
        )

    def _speaks(self, verdict: Verdict) -> None:
        name, groups = verdict.instrument, ", ".join(verdict.groups)
        self._recorder.append_event(
            kinds.INSTRUMENT_SPEAKS.name,
            name,
            f"{name}: readings of use again after {verdict.seconds:.0f} s ({groups})",
            data={"seconds": round(verdict.seconds, 1), "groups": groups},
        )


def _sight(item: PolledInstrument) -> Sight:
    groups = tuple(
        GroupSight(g.series.key.group, g.ticker.interval, g.counters.usable) for g in item.groups
    )
    return Sight(item.name, item.silent_after, groups)


def _cause(verdict: Verdict, poller: BusPoller, item: PolledInstrument) -> str:
    """Why, as far as is known; the first that holds explains the others."""
    now, pulse = asyncio.get_running_loop().time(), poller.pulse
    if poller.counters.state == "lost":
        return f"bus {poller.name} is lost: {poller.counters.trouble}"
    if item.counters.trouble and now < pulse.due:
        return item.counters.trouble
    if now - pulse.seen > verdict.seconds / 2:
        return f"the poller of bus {poller.name} makes no progress"
    statuses = [g.counters.status for g in item.groups if g.series.key.group in verdict.groups]
    worst = max((status for status in statuses if status is not None), default=None)
    if worst is not None and worst.quality is Quality.BAD:
        return f"it answers, but with nothing of use ({worst})"
    return f"its turn does not come on bus {poller.name}"
