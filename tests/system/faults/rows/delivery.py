"""Where entries go: broker and database restarted, away, refusing."""

import random
import time

from tests.system.faults.row import Row
from tests.system.faults.world import World

BROKER_RESTARTS = 20
DATABASE_RESTARTS = 5


def _broker_restarts(world: World, dice: random.Random) -> None:
    for _ in range(BROKER_RESTARTS):
        world.wait_entries(1)
        time.sleep(dice.uniform(0.0, 0.3))
        world.broker.stop()
        world.broker.start()


def _database_restarts(world: World, dice: random.Random) -> None:
    for number in range(DATABASE_RESTARTS):
        world.wait_entries(10)
        time.sleep(dice.uniform(0.0, 0.3))
        if number % 2:
            world.database.kill()
        else:
            world.database.stop()
        world.database.start()


def _both_away(world: World, _: random.Random) -> None:
    """Away long enough that more waits than one live batch may carry would be too slow here;
    what waits is delivered by two lives, the second begun while they are away."""
    world.broker.stop()
    world.database.stop()
    time.sleep(2.0)
    world.kill()
    world.start()
    time.sleep(3.0)
    world.broker.start()
    world.database.start()


ROWS = (
    Row(
        name="broker-restart",
        what=f"Mosquitto restarted {BROKER_RESTARTS} times under load",
        happen=_broker_restarts,
        expect=("sink-lost", "sink-restored"),
    ),
    Row(
        name="database-restart",
        what=f"InfluxDB restarted {DATABASE_RESTARTS} times under load, by SIGTERM or SIGKILL",
        happen=_database_restarts,
        expect=("sink-lost", "sink-restored"),
    ),
    Row(
        name="both-away",
        what="broker and database away for 5 s, the daemon killed meanwhile",
        happen=_both_away,
        expect=("sink-lost", "sink-restored"),
    ),
)
