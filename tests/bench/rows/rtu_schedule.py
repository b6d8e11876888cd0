"""How much of a Modbus RTU line the daemon's own schedule uses, on virtual time.

What the row ``rtu_line`` measures on a real clock, without what this machine adds: a rest, a drain
or a question too many shows here, and is the same everywhere. A silence too short voids the row.
"""

import asyncio
from itertools import pairwise
from statistics import fmean

import msgspec

from drivers.transport.link import Link
from simulators.wire.pace import Pace
from tests.bench.dead_unit import Case, Tally, bus_of, poller_of
from tests.bench.figure import Figure, RowError
from tests.modbus_lab import Say, answer, memory_link
from tests.virtual_time import for_seconds, run_virtual

TURNAROUND = 0.005
SECONDS = 60.0
WARM_UP = 50
BAUDS = (9600, 19200, 115200)
UNITS = 4
SAME = 1e-6


class Line:
    """The far end: answers at the speed of the line, and notes when it was asked."""

    def __init__(self, baud: int) -> None:
        self.asked: list[float] = []
        self.gaps: list[float] = []
        self.least: list[float] = []
        self._pace = Pace.of(baud)
        self._ended = 0.0

    def hear(self, request: bytes, say: Say) -> None:
        """Answer a request."""
        now = asyncio.get_running_loop().time()
        reply = answer(request, lambda _function, _address, count: [200] * count)
        takes = self._pace.sent(len(request) + len(reply)) + TURNAROUND
        self.asked.append(now)
        self.gaps.append(now - self._ended)
        self.least.append(takes + self._pace.silence)
        self._ended = now + takes
        say(reply, takes)


def measure(*, quick: bool) -> list[Figure]:
    """The worst share of the three baud rates; the ratio is the share itself."""
    del quick  # it takes a second
    shares = {f"{baud} baud": _share(baud) for baud in BAUDS}
    worst = min(shares.values())
    return [
        Figure(
            row="rtu_schedule",
            what="Modbus RTU on virtual time: share of the line used, the worst of three rates",
            value=worst,
            unit="of the possible",
            target=0.97,
            ratio=worst,
            detail=shares,
        )
    ]


def _share(baud: int) -> float:
    line = run_virtual(_observed(baud))
    if early := sum(gap < Pace.of(baud).silence - SAME for gap in line.gaps[WARM_UP:]):
        raise RowError(f"{baud} baud: {early} of {len(line.gaps)} silences were too short")
    cycles = [after - before for before, after in pairwise(line.asked[WARM_UP:])]
    if len(cycles) < WARM_UP:
        raise RowError(f"{baud} baud: only {len(cycles)} requests in {SECONDS:g} s")
    return fmean(line.least[WARM_UP:-1]) / fmean(cycles)


async def _observed(baud: int) -> Line:
    """Several units on a line, each asked more often than it can carry."""
    line = Line(baud)
    case = Case(baud, 0.01, units=UNITS)
    settings = msgspec.structs.replace(
        bus_of(case, "virtual").settings(modbus=True), character=Pace.of(baud).character
    )

    async def opener() -> Link:
        return memory_link(line.hear, settings)[0]

    await for_seconds(poller_of(case, opener, Tally()).run(), SECONDS)
    return line
