"""Runs a soak: a world, its episodes, a look every few seconds, the audit."""

import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from msgspec.structs import replace

from daq.control.client import NotRunningError
from tests.soak.episodes import ON_INSTRUMENTS, RELOAD, Episode, schedule
from tests.soak.laboratory import METERS_MS, soak_laboratory
from tests.soak.samples import Lateness, Sample, look_at, sample
from tests.system.faults.audit.audit import Audit
from tests.system.faults.auditing import finish
from tests.system.faults.laboratory import METER, Laboratory, every
from tests.system.faults.world import World

LOOK = 2.0
"""Seconds between two samples."""

STEP = 0.05
STRUCK = 0.05
"""How often a fault of single replies strikes."""

DELAY = 0.6
"""Seconds a stalled reply is late: longer than the time-out of any line."""


class Soak(msgspec.Struct):
    """Everything a soak found out."""

    seed: str
    seconds: float
    samples: list[Sample]
    episodes: list[Episode]
    audit: Audit
    caught_up: float
    """Seconds from the end of the last fault until no sink lagged and every instrument answered."""


class Runner:
    """One soak in a folder."""

    def __init__(
        self, folder: Path, seconds: float, seed: str, tell: Callable[[str], None]
    ) -> None:
        self._laboratory = soak_laboratory()
        self._folder, self._seconds, self._seed, self._tell = folder, seconds, seed, tell
        self._dice = random.Random(f"{seed}:run")
        self._lateness = Lateness()
        self._samples: list[Sample] = []
        self._later: list[tuple[float, Callable[[], None]]] = []
        self._begin = 0.0

    def run(self) -> Soak:
        """Run it to its end."""
        names = [name for name, item in self._laboratory.instruments.items() if not item.absent]
        checked = [name for name in names if name.startswith(("mains", "furnace", "probes"))]
        episodes = schedule(self._seconds, names, checked, self._seed)
        with World(self._folder, self._laboratory) as world:
            world.daemon.start()
            world.wait_well()
            self._begin = time.monotonic()
            self._live_through(world, episodes)
            caught_up = self._catch_up(world)
            self._tell(f"auditing {world.servers.newest} entries")
            audit = finish(
                world, "soak", f"{len(episodes)} faults in {self._seconds / 60:g} minutes"
            )
        return Soak(self._seed, self._seconds, self._samples, episodes, audit, caught_up)

    @property
    def _now(self) -> float:
        return time.monotonic() - self._begin

    def _live_through(self, world: World, episodes: list[Episode]) -> None:
        waiting = list(episodes)
        looks = self._looks(world)
        while self._now < self._seconds:
            if waiting and waiting[0].at <= self._now:
                self._befall(world, waiting.pop(0))
            self._end_what_is_due()
            next(looks)
            time.sleep(STEP)
        self._end_what_is_due(all_of_it=True)

    def _end_what_is_due(self, *, all_of_it: bool = False) -> None:
        due = [each for each in self._later if all_of_it or each[0] <= self._now]
        self._later = [each for each in self._later if each not in due]
        for _, end in due:
            end()

    def _catch_up(self, world: World) -> float:
        begun = time.monotonic()
        world.end_faults()
        world.wait_well()
        return round(time.monotonic() - begun, 2)

    # Looking.

    def _looks(self, world: World) -> Iterator[None]:
        due = self._now
        while True:
            if self._now >= due:
                self._look(world)
                due += LOOK
            yield

    def _look(self, world: World) -> None:
        process = look_at(world.daemon.process.pid)
        status = world.daemon.status() if process else None
        if process is None or status is None:
            return
        lateness = self._lateness.since_last(status)
        self._samples.append(sample(self._now, process, status, lateness))
        if len(self._samples) % 15 == 0:
            lag = max(status.sinks, key=lambda sink: sink.lag_entries).lag_entries
            self._tell(
                f"{self._now:6.0f} s  {status.journal.committed} entries, lag {lag}, "
                f"{process.memory:.0f} MB, {process.descriptors} descriptors"
            )

    # What befalls.

    def _befall(self, world: World, episode: Episode) -> None:
        if episode.kind in ON_INSTRUMENTS:
            self._on_instrument(world, episode)
        elif episode.kind == RELOAD:
            self._reload(world)
        elif episode.kind == "freeze":
            self._freeze(world, episode)
        elif episode.kind == "kill":
            world.daemon.kill()
            world.daemon.start()
        elif episode.kind == "stop":
            world.daemon.stop()
            world.daemon.start()
        else:
            self._away(world, episode)

    def _on_instrument(self, world: World, episode: Episode) -> None:
        settings: dict[str, object] = {"for": episode.lasts}
        if episode.kind not in ("disconnect", "silence"):
            settings |= {"probability": STRUCK, "delay": DELAY}
        world.fault(episode.target, episode.kind, **settings)

    def _away(self, world: World, episode: Episode) -> None:
        server = world.broker if episode.kind.startswith("broker") else world.database
        server.stop()

        def back() -> None:
            server.stop()  # another absence may have ended meanwhile
            server.start()

        self._later.append((self._now + episode.lasts, back))

    def _freeze(self, world: World, episode: Episode) -> None:
        """Nothing else meanwhile: who waits for an answer of it would keep it frozen."""
        world.daemon.process.send(signal.SIGSTOP)
        time.sleep(episode.lasts)
        world.daemon.process.send(signal.SIGCONT)

    def _reload(self, world: World) -> None:
        try:
            world.reload(self._changed())
        except NotRunningError:  # a daemon that is just starting reads the file anyway
            return

    def _changed(self) -> Laboratory:
        """One meter is asked at another interval."""
        instruments = dict(self._laboratory.instruments)
        name = self._dice.choice([name for name in instruments if name.startswith("meter")])
        interval = self._dice.choice((METERS_MS, 25, 30))
        instruments[name] = replace(instruments[name], groups=every(interval, METER))
        return replace(self._laboratory, instruments=instruments)
