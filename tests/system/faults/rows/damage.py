"""The files of the journal damaged while no daemon runs."""

import random

from daq.journal.reader import JournalReader
from tests.system.faults.row import Row
from tests.system.faults.world import World

PAGE = 4096
ENTRIES = 250
"""In the journal before it is damaged, so that there is something to lose and to keep."""

PAGES = 3
BITS = 3


def _pages(world: World, dice: random.Random) -> None:
    """Pages of the file as garbage, the first one with the tables' names among them."""
    world.wait_entries(ENTRIES)
    world.daemon.stop()
    content = bytearray(world.journal.read_bytes())
    pages = range(1, len(content) // PAGE)
    for page in (0, *dice.sample(pages, PAGES)):
        content[page * PAGE : (page + 1) * PAGE] = dice.randbytes(PAGE)
    world.journal.write_bytes(content)
    _recovered(world)


def _log(world: World, dice: random.Random) -> None:
    """Single bits of the write-ahead log, which holds all that came last."""
    world.wait_entries(ENTRIES)
    world.daemon.kill()
    log = world.journal.with_name(world.journal.name + "-wal")
    content = bytearray(log.read_bytes())
    for _ in range(BITS):
        content[dice.randrange(PAGE, len(content))] ^= 1 << dice.randrange(8)
    log.write_bytes(content)
    _recovered(world)


def _cut(world: World, dice: random.Random) -> None:
    """The file ends too early."""
    world.wait_entries(ENTRIES)
    world.daemon.stop()
    content = world.journal.read_bytes()
    world.journal.write_bytes(content[: dice.randrange(len(content) // 2, len(content))])
    _recovered(world)


def _recovered(world: World) -> None:
    world.daemon.start()
    world.wait_entries(20)
    with JournalReader(world.journal) as reader:
        world.noted["entries_kept"] = reader.statistics().entries


ROWS = (
    Row(
        name="damaged-file",
        what=f"the first and {PAGES} other pages of the journal overwritten with garbage",
        happen=_pages,
        expect=("journal-damaged",),
    ),
    Row(
        name="damaged-log",
        what=f"{BITS} bits of the write-ahead log turned over after a SIGKILL",
        happen=_log,
        expect=("journal-damaged",),
    ),
    Row(
        name="truncated-file",
        what="the journal cut off in its second half",
        happen=_cut,
        expect=("journal-damaged",),
    ),
)
