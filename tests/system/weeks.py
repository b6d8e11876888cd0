"""21 days in a chamber, simulated at speed, journalled and followed by the real parts.

``python -m tests.system.weeks FOLDER`` goes on from where FOLDER has the chamber, until the power
fails (it kills itself) or the programme is done. The chamber is outside: it survives, and what it
really did is in ``truth.json`` at the end. The wall clock is that of the simulation, a scan a
minute; the daemon's own loop cannot be driven so, for others of its tasks measure the clock of
the machine.
"""

import asyncio
import os
import pickle
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

import msgspec

from daq.build.programmes import build_programmes
from daq.config.load import load_config
from daq.control.runs import RunPauseRequest, RunResumeRequest, RunStartRequest
from daq.daemon.runs import Runs
from daq.journal import Journal, JournalSettings, Series, SeriesKey, kinds
from daq.programme.follower import Follower
from daq.programme.keep import Keep, folder_beside
from daq.programme.plan import Plan
from daq.runs.desk import Desk
from daq.runs.keeper import Keeper
from daq.runs.rules import Rules
from daq.runs.run import Run
from drivers.model import Channel, Status
from simulators.devices.chamber import Chamber
from simulators.devices.programme import Programme, Ran, Segment

NS = 1_000_000_000
BEGIN = 1_795_435_200 * NS
"""2026-11-23T12:00:00Z."""
HOUR, DAY = 3600.0, 86_400.0
STEP, SCAN = 10.0, 60.0
"""Seconds of the simulation, and between two scans."""

POWER = ((2.16 * DAY, 2 * HOUR + 600), (9.6 * DAY, 2100.0))
"""When the power fails and for how long: in a ramp, and in a dwell."""
DOOR = ((0.35 * DAY, 900.0), (3.5 * DAY, 700.0), (8.0 * DAY, 1500.0), (17.0 * DAY, 600.0))
PAUSE = (12.3 * DAY, 3600.0)
AT_ONCE = 250
"""Scans between two waits for the disk."""


class World:
    """The chamber and where it is in its programme: what no power failure takes away."""

    def __init__(self, segments: list[Segment]) -> None:
        chamber = Chamber(Random(7), [25.0], 1e12, None)
        self.programme = Programme(chamber, segments, 2.0)
        self.run = ""
        self.scans = self.last = 0
        self.losses: list[tuple[float, float]] = []

    @property
    def now(self) -> int:
        return BEGIN + round(self.programme.time * NS)

    def minute(self) -> None:
        """Until the next scan."""
        for _ in range(round(SCAN / STEP)):
            now = self.programme.time
            self.programme.chamber.door_open = within(now, DOOR)
            self.programme.powered = not within(now, POWER)
            self.programme.step(STEP)


def within(now: float, times: tuple[tuple[float, float], ...]) -> bool:
    return any(begin <= now < begin + length for begin, length in times)


class Truth(msgspec.Struct):
    """What really was."""

    run: str
    scans: int
    segments: list[Segment]
    ran: list[Ran]
    losses: list[tuple[float, float]]


def segments(plan: Plan) -> list[Segment]:
    return [
        Segment(
            kind="ramp" if each.kind == "ramp" else "dwell",
            target=each.paths[0].end,
            duration=each.duration / NS,
            soak=each.soak / NS,
        )
        for each in plan.segments
    ]


async def live(folder: Path) -> None:
    """Until the power fails, or all is done."""
    config = load_config(folder / "daq.toml")
    programme = build_programmes(config)["weeks"]
    kept = folder / "world.pickle"
    if kept.exists():
        world: World = pickle.loads(kept.read_bytes())  # noqa: S301 - this program's own
    else:
        world = World(segments(Plan(programme)))

    def clock() -> int:
        return world.now

    journal = await Journal.open(config.journal.path, JournalSettings(commit_interval=0.005), clock)
    rules = Rules(instruments=frozenset({"chamber"}), programmes=frozenset({"weeks"}))
    keeper = Keeper(journal, Desk(lambda: rules), clock)
    keep = Keep(folder_beside(config.journal.path))

    def runs() -> Iterable[Run] | None:
        return keeper.desk.book.runs.values() if keeper.ready else None

    follower = Follower(journal, runs, lambda: {"weeks": programme}, keep, clock)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(each.run()) for each in (journal, keeper, follower)]
        journal.append_event(kinds.START.name, "daq", "daq started")
        await measure(folder, world, journal, keeper)
        while follower.judged < journal.committed:  # noqa: ASYNC110 - nobody tells of that
            await asyncio.sleep(0.01)
        for task in reversed(tasks):
            task.cancel()
    await journal.close()


async def measure(folder: Path, world: World, journal: Journal, keeper: Keeper) -> None:
    """Scan after scan."""
    series = journal.series(key())
    people = Runs(keeper)
    await keeper.changed.wait()  # it knows what the journal knows
    if not world.run:
        request = RunStartRequest(instruments=("chamber",), programme="weeks", by="Li")
        world.run = (await people.start(request)).run.id
    while not world.programme.done:
        world.minute()
        if within(world.programme.time, POWER):
            await power_fails(folder, world, journal)
        await operate(world, people)
        scan(world, journal, series)
        if world.scans % AT_ONCE == 0:
            await journal.wait_beyond(world.last - 1)
    await finish(folder, world, journal)


async def operate(world: World, people: Runs) -> None:
    """Pause and go on, in the run and at the chamber."""
    paused = within(world.programme.time, (PAUSE,))
    if paused and not world.programme.paused:
        await people.pause(RunPauseRequest(run=world.run, by="Li", reason="specimen turned"))
    elif world.programme.paused and not paused:
        await people.resume(RunResumeRequest(run=world.run, by="Li"))
    world.programme.paused = paused


def scan(world: World, journal: Journal, series: Series) -> None:
    chamber = world.programme.chamber
    values = (round(chamber.temperature, 2), round(chamber.temperature_setpoint, 2))
    world.last = journal.append_scan(series, world.now, values, (Status.GOOD, Status.GOOD))
    world.scans += 1


async def power_fails(folder: Path, world: World, journal: Journal) -> None:
    """What is on the disk stays; the chamber is without power, and this program is no more."""
    await journal.wait_beyond(world.last - 1)
    off = world.programme.time
    while within(world.programme.time, POWER):
        world.minute()
    world.losses.append((off, world.programme.time))
    (folder / "world.pickle").write_bytes(pickle.dumps(world))
    os.kill(os.getpid(), signal.SIGKILL)


async def finish(folder: Path, world: World, journal: Journal) -> None:
    for _ in range(5):  # the programme is done; the daemon goes on measuring
        world.minute()
        scan(world, journal, journal.series(key()))
    await journal.wait_beyond(world.last - 1)
    one = world.programme
    truth = Truth(world.run, world.scans, list(one.segments), one.ran[:-1], world.losses)
    (folder / "truth.json").write_bytes(msgspec.json.encode(truth))


def key() -> SeriesKey:
    return SeriesKey(
        site="lab",
        instrument="chamber",
        group="air",
        model="weiss-simserv",
        asset="",
        interval=SCAN,
        channels=(
            Channel(name="temperature", unit="Cel"),
            Channel(name="temperature_setpoint", unit="Cel"),
        ),
    )


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
