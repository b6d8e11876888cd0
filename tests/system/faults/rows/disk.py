"""The disk of the journal is full."""

import random
import time

from tests.system.faults.disk import clear, fill
from tests.system.faults.row import Row
from tests.system.faults.world import World

TIMES = 3


def _full(world: World, dice: random.Random) -> None:
    disk = world.journal.parent
    for _ in range(TIMES):
        world.wait_entries(20)
        fill(disk)
        world.daemon.wait_status(lambda status: bool(status.journal.trouble), "the disk is full")
        time.sleep(dice.uniform(0.5, 2.0))
        clear(disk)
        world.daemon.wait_status(lambda status: not status.journal.trouble, "it is written again")


ROWS = (
    Row(
        name="disk-full",
        what=f"the file system of the journal (tmpfs) full {TIMES} times, up to 2 s long",
        happen=_full,
        disk="4m",
        expect=("journal-trouble", "journal-trouble-end"),
    ),
)
