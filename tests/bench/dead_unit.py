"""What dead units cost the others on their line.

    .venv/bin/python -m tests.bench.dead_unit [--minutes 10] [--pty 120] [--json]

32 (or 10) Modbus RTU units of four registers each on one line, polled by the daemon's own poller.
After a minute of health some of them fall silent; counted are the scans of the others from that
moment on, as a share of what they were without the failure. ``virtual`` is virtual time with the
true durations of all frames; ``pty`` a real pseudo terminal, a simulated lab paced at the baud
rate, and the machine's own timers (``--pty`` seconds a case, 0 for none).
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from daq.acquire.instrument import PolledGroup, PolledInstrument
from daq.acquire.poller import BusPoller, OpenLink
from daq.acquire.schedule import Ticker, spread
from daq.build.unjournaled import Unjournaled
from daq.config.bus import SerialBus
from daq.journal.entry import Series, SeriesKey
from drivers.model import Quality, Status, Value
from drivers.registry import build_driver, load_profile
from drivers.transport.link import Link
from drivers.transport.serial_line import open_serial
from simulators import parse_scenario, running_lab
from tests.modbus_lab import Say, answer, memory_link
from tests.virtual_time import for_seconds, run_virtual

TURNAROUND = 0.02
WELL = 60.0
"""Seconds all are well, so that the poller knows how long a reply takes."""


class Case(msgspec.Struct, frozen=True):
    """A line and how many of its units fall silent; ``interval`` in seconds.

    ``groups`` scan groups an instrument; ``known`` False: those units are dead from the start.
    """

    baud: int
    interval: float
    units: int = 32
    dead: int = 0
    groups: int = 1
    known: bool = True

    @property
    def name(self) -> str:
        """For people."""
        never = "" if self.known else ", never seen"
        groups = f", {self.groups} groups" if self.groups > 1 else ""
        return f"{self.units} units, {self.baud} Bd, {self.interval:g} s{groups}{never}"


class Result(msgspec.Struct, frozen=True):
    """The others' scans a second, of those possible in per cent; the line's load in per cent."""

    how: str
    case: str
    dead: int
    rate: float
    kept: float
    load: float


LINES = (
    Case(9600, 2.0),
    Case(9600, 5.0),
    Case(38400, 1.0),
    Case(9600, 2.0, units=10),
    Case(9600, 0.5, units=10),
    Case(38400, 2.0, groups=2),
    Case(38400, 1.0, known=False),
)
DEAD = (0, 1, 4, 16, 31)


class Tally(Unjournaled):
    """Counts good scans by instrument."""

    def __init__(self) -> None:
        self.good: Counter[str] = Counter()

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        """Count a scan that has values."""
        self.good[series.key.instrument] += statuses[0].quality is not Quality.BAD
        return 0


class Silencer:
    """The far end of the virtual line: answers at the speed of the line, unless a unit is dead."""

    def __init__(self, case: Case) -> None:
        self.dead: set[int] = set()
        self._character = 10 / case.baud

    def hear(self, request: bytes, say: Say) -> None:
        """Answer a request."""
        reply = answer(request, lambda _function, _address, count: [200] * count)
        if request[0] not in self.dead:
            say(reply, (len(request) + len(reply)) * self._character + TURNAROUND)


def poller_of(case: Case, opener: OpenLink, tally: Tally) -> BusPoller:
    """The poller of the line, as the daemon builds it."""
    start = asyncio.get_running_loop().time()
    profile = load_profile("pta8c04")
    phases = iter(spread([case.interval] * case.units * case.groups))
    instruments: list[PolledInstrument] = []
    for unit in range(1, case.units + 1):
        driver = build_driver(profile, unit=unit, framing="rtu")
        groups: list[PolledGroup] = []
        for number in range(case.groups):
            plan = driver.plan(["t1", "t2", "t3", "t4"])
            key = SeriesKey(
                site="bench",
                instrument=f"unit{unit}",
                group=f"g{number}",
                model="",
                asset="",
                interval=case.interval,
                channels=plan.channels,
            )
            ticker = Ticker(case.interval, start, next(phases))
            groups.append(PolledGroup(Series(len(groups), key), plan, ticker))
        instruments.append(PolledInstrument(f"unit{unit}", driver, groups, tally))
    return BusPoller("bench", opener, instruments, tally)


def bus_of(case: Case, port: str) -> SerialBus:
    """The line as a configuration has it."""
    return SerialBus(port=port, baud=case.baud)


def result(how: str, case: Case, tally: Tally, seconds: float, busy: float) -> Result:
    """What the living ones got in so many seconds."""
    living = [f"unit{unit}" for unit in range(case.dead + 1, case.units + 1)]
    rate = sum(tally.good[name] for name in living) / seconds
    possible = len(living) * case.groups / case.interval
    return Result(how, case.name, case.dead, rate, 100 * rate / possible, 100 * busy / seconds)


async def watch(poller: BusPoller, tally: Tally, seconds: float) -> float:
    """Count anew for so long; how long the line was in use."""
    tally.good.clear()
    before = poller.counters.busy
    await asyncio.sleep(seconds)
    return poller.counters.busy - before


def virtual(case: Case, seconds: float) -> Result:
    """One case on virtual time."""

    async def main() -> Result:
        far, tally = Silencer(case), Tally()
        settings = bus_of(case, "virtual").settings(modbus=True)

        async def opener() -> Link:
            return memory_link(far.hear, settings)[0]

        poller = poller_of(case, opener, tally)
        dead = set(range(1, case.dead + 1))
        if not case.known:
            far.dead = dead
        async with asyncio.TaskGroup() as group:
            task = group.create_task(for_seconds(poller.run(), WELL + seconds + 60))
            await asyncio.sleep(WELL)
            far.dead = dead
            busy = await watch(poller, tally, seconds)
            task.cancel()
        return result("virtual", case, tally, seconds, busy)

    return run_virtual(main())


def scenario(case: Case) -> str:
    """The simulated lab of a case."""
    head = f'[lab]\nseed = 1\n[lab.wire.line]\npty = "line"\nbaud = {case.baud}\n'
    devices = (
        f'[lab.device.unit{unit}]\nmodel = "pta8c04"\nwire = "line"\nunit = {unit}\n'
        for unit in range(1, case.units + 1)
    )
    return head + "".join(devices)


async def on_pty(case: Case, seconds: float, folder: Path) -> Result:
    """One case on a real pseudo terminal."""
    tally = Tally()
    async with running_lab(parse_scenario(scenario(case), folder=folder)) as lab:
        bus = bus_of(case, lab.address("unit1"))

        async def opener() -> Link:
            return await open_serial(bus.port, bus.serial, bus.settings(modbus=True), "bench")

        poller = poller_of(case, opener, tally)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(poller.run())
            await asyncio.sleep(max(10.0, 3 * case.interval))
            for unit in range(1, case.dead + 1):
                lab.inject(f"unit{unit}", "silence")
            busy = await watch(poller, tally, seconds)
            task.cancel()
        return result("pty", case, tally, seconds, busy)


def measure(seconds: float, on_pty_for: float) -> Iterator[Result]:
    """Every case."""
    for line in LINES:
        for dead in DEAD:
            if dead < line.units:
                yield virtual(msgspec.structs.replace(line, dead=dead), seconds)
    for dead in (0, 1, 4) if on_pty_for else ():
        with tempfile.TemporaryDirectory() as folder:
            case = msgspec.structs.replace(LINES[0], dead=dead)
            yield asyncio.run(on_pty(case, on_pty_for, Path(folder)))


def main(arguments: Sequence[str]) -> None:
    """Measure and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--pty", type=float, default=120, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    found: list[Result] = []
    if not options.json:
        sys.stdout.write(f"{'':46}{'dead':>5}{'scans/s':>9}{'kept':>8}{'load':>8}\n")
    for each in measure(options.minutes * 60, options.pty):
        found.append(each)
        if not options.json:
            sys.stdout.write(
                f"{each.how:8}{each.case:38}{each.dead:5}{each.rate:9.2f}"
                f"{each.kept:7.1f}%{each.load:7.1f}%\n"
            )
            sys.stdout.flush()
    if options.json:
        sys.stdout.write(json.dumps([msgspec.to_builtins(r) for r in found], indent=2) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
