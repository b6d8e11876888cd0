"""The wall clock set forward and back while the daemon is at work."""

import random
import time

from tests.system.faults import stepped
from tests.system.faults.row import Row
from tests.system.faults.world import World

HOUR = 3600 * 1_000_000_000
STEPS = (HOUR, 0, -HOUR, 0, 30_000_000_000)


def _steps(world: World, dice: random.Random) -> None:
    for offset in STEPS:
        world.offsets.append(offset)
        stepped.set_offset(world.config, offset)
        world.wait_entries(30)
        time.sleep(1.0 + dice.uniform(0.0, 0.5))  # steps are looked for once a second
    world.daemon.kill()
    world.daemon.start()


ROWS = (
    Row(
        name="clock",
        what="wall clock +1 h, back, -1 h, back, +30 s (injected); killed and started in the end",
        happen=_steps,
        program=(stepped.__file__,),
        expect=("clock-stepped",),
    ),
)
