"""Lines and instruments: unplugged, dead, noisy, late."""

import random
import time

from tests.system.faults.laboratory import small_laboratory
from tests.system.faults.row import Row
from tests.system.faults.world import World

FLAPS = 15
ON_EACH_BUS = {
    "line": "mains",
    "feeder": "feeder",
    "bench": "multimeter",
    "scale": "balance",
    "roof": "roof",
}
"""One instrument of each bus; a disconnection takes the whole bus."""

CHECKED = ("mains", "probes", "furnace", "roof")
"""Instruments whose frames end in a checksum."""

NUMBERED = ("feeder",)
"""Instruments whose replies carry the number of their request, and may come in any order."""

ALL = (*CHECKED, *NUMBERED, "multimeter", "balance")


def _flapping(world: World, dice: random.Random) -> None:
    for _ in range(FLAPS):
        device = dice.choice(tuple(ON_EACH_BUS.values()))
        lasts = dice.choice((0.0, 0.05, 0.4, 1.2))
        world.fault(device, "disconnect", **{"for": lasts})
        time.sleep(dice.uniform(0.05, 0.5))


def _pulled(world: World, _: random.Random) -> None:
    for device in ON_EACH_BUS.values():
        world.fault(device, "disconnect", **{"for": 3.0})
    time.sleep(3.0)


def _dead(world: World, _: random.Random) -> None:
    for device in ("probes", "balance"):
        world.fault(device, "silence")
    world.wait_entries(200)


def _noise(world: World, _: random.Random) -> None:
    for device in ALL:
        world.fault(device, "garble", probability=0.03)
    for device in CHECKED:
        world.fault(device, "checksum", probability=0.03)
    for device in ("mains", "probes", "furnace", "multimeter", "balance"):
        world.fault(device, "noise", probability=0.03)
    for device in ("mains", "roof", "multimeter"):
        world.fault(device, "split", probability=0.1, delay=0.05)
    world.wait_entries(250)


def _late(world: World, _: random.Random) -> None:
    for device in ALL:
        kind = "late" if device in NUMBERED else "stall"
        world.fault(device, kind, probability=0.05, delay=0.7)
    world.wait_entries(250)


def _foreign(world: World, _: random.Random) -> None:
    for device in (*CHECKED, *NUMBERED):
        world.fault(device, "foreign", probability=0.05)
    world.wait_entries(250)


ROWS = (
    Row(
        name="flapping-bus",
        what=f"{FLAPS} disconnections, 0 to 1.2 s long, of ptys and TCP connections",
        happen=_flapping,
        expect=("bus-lost",),
    ),
    Row(
        name="unplugged",
        what="all ptys and TCP connections away for 3 s at once",
        happen=_pulled,
        expect=("bus-lost", "bus-restored"),
    ),
    Row(
        name="dead-unit",
        what="a unit of the shared line and a balance silent; another was never there",
        happen=_dead,
        laboratory=small_laboratory(absent=True),
        expect=("instrument-fault",),
    ),
    Row(
        name="noise",
        what="replies garbled, with a wrong checksum, before stray bytes (3 % each), in pieces",
        happen=_noise,
        expect=("instrument-fault",),
    ),
    Row(
        name="late",
        what="a twentieth of all replies 0.7 s late, with a time-out of 0.3 s",
        happen=_late,
        expect=("instrument-fault",),
    ),
    Row(
        name="wrong-unit",
        what="a twentieth of all Modbus replies with the address of another unit",
        happen=_foreign,
        expect=("instrument-fault",),
    ),
)
