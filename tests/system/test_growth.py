"""What goes wrong again and again leaves nothing behind: real processes, counted, not timed."""

from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from tests.servers.process import Server
from tests.system.faults import counted
from tests.system.faults.laboratory import METER, Laboratory, every, fast_laboratory
from tests.system.faults.setting import Setting
from tests.system.faults.world import World

RECENT = 2048
"""Entries the journal keeps in memory: until they are there, objects become more."""

SCATTER = 150
"""Objects that may be there or not: exchanges under way, writes, timers."""

LOOKS = 3
"""At the objects: the least counts."""

RINGS = 8
"""Objects that a fault may leave to the collector of garbage."""


def reloaded(world: World) -> None:
    """Another interval, and the first again: two reloads."""
    instruments = dict(world.laboratory.instruments)
    feeder = instruments["feeder"]
    instruments["feeder"] = msgspec.structs.replace(feeder, groups=every(20, METER))
    changed: Laboratory = msgspec.structs.replace(world.laboratory, instruments=instruments)
    for laboratory in (changed, world.laboratory):
        assert world.reload(laboratory).changed


def restarted(server: Server) -> None:
    server.stop()
    server.start()


def absent(server: Callable[[World], Server]) -> Callable[[World], None]:
    def happen(world: World) -> None:
        restarted(server(world))
        world.wait_well()

    return happen


def disconnected(world: World) -> None:
    """A port, a connection, and a unit that says nothing."""
    world.fault("multimeter", "disconnect", **{"for": 0.1})
    world.fault("feeder", "disconnect", **{"for": 0.1})
    world.fault("probes", "silence", **{"for": 0.1})
    world.wait_entries(50)
    world.wait_well()


def the_broker(world: World) -> Server:
    return world.broker


def the_database(world: World) -> Server:
    return world.database


HAPPENS: Mapping[str, tuple[Callable[[World], None], int]] = {
    "reload": (reloaded, 10),
    "broker away": (absent(the_broker), 6),
    "database away": (absent(the_database), 6),
    "bus lost": (disconnected, 10),
}
"""What happens, and how often."""


def test_nothing_is_left_behind(tmp_path: Path) -> None:
    setting = msgspec.structs.replace(Setting.usual(tmp_path), program=(counted.__file__,))
    with World(tmp_path, fast_laboratory(), setting) as world:
        world.daemon.start()
        world.wait_entries(RECENT + 100)
        found = {name: left_behind(world, *each) for name, each in HAPPENS.items()}
    assert not any(found.values()), found


def left_behind(world: World, happen: Callable[[World], None], times: int) -> dict[str, object]:
    """What has become more, with figures."""
    happen(world)  # what the first time makes, stays: threads, series, modules
    before = count(world)
    for _ in range(times):
        happen(world)
    after = count(world)
    rings = sum(after.rings.values())
    grown = {
        "objects": (after.objects - before.objects, SCATTER),
        "descriptors": (after.descriptors - before.descriptors, 2),
        "threads": (after.threads - before.threads, 1),
        "rings": (rings, times * RINGS),
    }
    return {what: (more, after) for what, (more, most) in grown.items() if more > most}


def count(world: World) -> counted.Counted:
    """The rings that have gathered; of the rest the least of some looks."""
    world.wait_well()
    first = counted.ask(world.daemon.process.pid, world.config)
    least = first.objects
    for _ in range(LOOKS):
        world.wait_entries(20)
        least = min(least, counted.ask(world.daemon.process.pid, world.config).objects)
    return msgspec.structs.replace(first, objects=least)
