"""The configuration changed while everything runs."""

import random
from collections.abc import Mapping

from msgspec.structs import replace

from daq.control.reload import ask_reload
from tests.system.faults.laboratory import METER, Instrument, every
from tests.system.faults.row import Row
from tests.system.faults.world import World

TIMES = 4


def _reloads(world: World, dice: random.Random) -> None:
    for _ in range(TIMES):
        _take(world, _faster(world, dice.choice((10, 40, 50))))
        world.wait_entries(25)
        _refuse(world)
        _take(world, _without(world, dice.choice(("balance", "multimeter", "probes"))))
        world.wait_entries(25)
    _take(world, world.laboratory.instruments)


def _take(world: World, instruments: Mapping[str, Instrument]) -> None:
    answer = world.reload(replace(world.laboratory, instruments=instruments))
    assert answer.changed, answer
    assert not answer.errors, answer


def _refuse(world: World) -> None:
    before = world.config.read_text("utf-8")
    world.config.write_text(before.replace("interval =", "intervall ="), "utf-8")
    answer = ask_reload(world.daemon.socket, world.config)
    assert answer.errors, answer
    world.config.write_text(before, "utf-8")


def _faster(world: World, interval: int) -> Mapping[str, Instrument]:
    feeder = world.laboratory.instruments["feeder"]
    return {
        **world.laboratory.instruments,
        "feeder": replace(feeder, groups=every(interval, METER)),
    }


def _without(world: World, name: str) -> Mapping[str, Instrument]:
    return {key: item for key, item in world.laboratory.instruments.items() if key != name}


ROWS = (
    Row(
        name="reload",
        what=f"{TIMES} times an interval changed, a bad file refused, an instrument taken away",
        happen=_reloads,
        expect=("configuration-changed", "configuration-refused"),
    ),
)
