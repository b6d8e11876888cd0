"""The daemon's own process: killed, stopped, and everything without power at once."""

import random
import signal
import time

from tests.system.faults.row import Row
from tests.system.faults.world import World

KILLS = 50
STOPS = 5
POWER_CUTS = 3
FREEZES = 5


def _kills(world: World, dice: random.Random) -> None:
    """In turn at work and at any moment since the first instruction, by this machine's pace."""
    until_at_work = _restart(world)
    for number in range(KILLS - 1):
        if number % 2:
            time.sleep(dice.uniform(0.0, until_at_work))
        else:
            world.wait_entries(1)
            time.sleep(dice.uniform(0.0, 0.5))
        world.daemon.kill()
        world.daemon.start()
    world.noted["until_at_work_s"] = round(until_at_work, 2)


def _restart(world: World) -> float:
    """Kill and start; the seconds until something new is at the broker."""
    world.daemon.kill()
    begun = time.monotonic()
    world.daemon.start()
    world.wait_entries(10)
    return time.monotonic() - begun


def _stops(world: World, dice: random.Random) -> None:
    for _ in range(STOPS):
        world.wait_entries(10)
        time.sleep(dice.uniform(0.0, 0.3))
        world.daemon.stop()
        world.daemon.start()


def _power_cuts(world: World, dice: random.Random) -> None:
    for _ in range(POWER_CUTS):
        world.wait_entries(20)
        time.sleep(dice.uniform(0.0, 0.5))
        world.servers.witnesses[0].lose_sight()
        world.daemon.kill()
        world.broker.kill()
        world.database.kill()
        world.broker.start()
        world.database.start()
        world.servers.witnesses[0].wait_in_sight()
        world.daemon.start()


def _frozen(world: World, dice: random.Random) -> None:
    for _ in range(FREEZES):
        world.wait_entries(10)
        world.daemon.process.send(signal.SIGSTOP)
        time.sleep(dice.uniform(0.2, 2.0))
        world.daemon.process.send(signal.SIGCONT)


ROWS = (
    Row(
        name="kill",
        what=f"{KILLS} times SIGKILL at a random moment, start-up included",
        happen=_kills,
        require=lambda audit: audit.journal.events.get("start", 0) > KILLS / 4,
    ),
    Row(
        name="stop",
        what=f"{STOPS} times SIGTERM in the middle of the work",
        happen=_stops,
        expect=("stop",),
    ),
    Row(
        name="frozen",
        what=f"{FREEZES} times no processor for up to 2 s (SIGSTOP), in mid-transaction",
        happen=_frozen,
    ),
    Row(
        name="power",
        what=f"{POWER_CUTS} times SIGKILL of daemon, broker and database at once",
        happen=_power_cuts,
    ),
)
