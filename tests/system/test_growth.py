"""What goes wrong again and again leaves nothing behind: real processes, counted, not timed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from tests.servers.process import Server
from tests.system.faults import counted
from tests.system.faults.laboratory import METER, Laboratory, every, fast_laboratory
from tests.system.faults.setting import Setting
from tests.system.faults.world import World

RECENT = 2048
"""Entries the journal keeps in memory: until they are there, objects become more."""

THAT_COME_AND_GO = frozenset(
    # Cursors that SQLite's connection forgets now and then, timers that were cancelled, what is
    # under way, the events among the latest entries, and what all of them are made of.
    {
        *("ReferenceType", "TimerHandle", "Context", "hamt", "hamt_bitmap_node", "coroutine"),
        *("cell", "Event", "tuple", "dict"),
    }
)
"""Types of which there may be some more or less at any moment."""

SCATTER = 2
"""Descriptors or threads that may be there or not."""

LOOKS = 3
"""At the objects: the least counts."""

HALVES = 2
"""Counts after the first: what is left each time grows in every one."""

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
    "reload": (reloaded, 5),
    "broker away": (absent(the_broker), 3),
    "database away": (absent(the_database), 3),
    "bus lost": (disconnected, 5),
}
"""What happens, and how often in each half."""


@pytest.mark.parametrize(
    ("client", "happens"), [("direct", tuple(HAPPENS)), ("aiomqtt", ("broker away",))]
)
def test_nothing_is_left_behind(tmp_path: Path, client: str, happens: tuple[str, ...]) -> None:
    setting = msgspec.structs.replace(
        Setting.usual(tmp_path),
        program=(counted.__file__,),
        sinks={"broker": {"client": client}},
    )
    with World(tmp_path, fast_laboratory(), setting) as world:
        world.daemon.start()
        world.wait_entries(RECENT + 100)
        found = {name: left_behind(world, *HAPPENS[name]) for name in happens}
    if client == "aiomqtt":
        # Its library leaves rings of each attempt, and nobody knows how many there are until a
        # broker is back: they are for the collector.
        found = {name: {**left, "rings": {}} for name, left in found.items()}
    left = {name: what for name, what in found.items() if any(what.values())}
    assert not left


def left_behind(world: World, happen: Callable[[World], None], times: int) -> dict[str, object]:
    """What has become more, with figures."""
    happen(world)  # what the first time makes, stays: threads, series, modules
    counts = [count(world)]
    for _ in range(HALVES):
        for _ in range(times):
            happen(world)
        counts.append(count(world))
    before, *_, after = counts
    rings = sum(sum(each.rings.values()) for each in counts[1:])
    grown = {
        "objects": more_each_half(counts, times),
        "descriptors": after.descriptors - before.descriptors > SCATTER,
        "threads": after.threads - before.threads > SCATTER,
        "rings": after.rings if rings > HALVES * times * RINGS else {},
    }
    return {what: found for what, found in grown.items() if found}


def more_each_half(counts: Sequence[counted.Counted], times: int) -> dict[str, list[int]]:
    """Types of which every half left some.

    The plan of a bus that was stopped may be held for a moment by what still ends, in any count:
    dozens of objects, once.
    """
    types = [name for name in counts[-1].objects if name not in THAT_COME_AND_GO]
    steps = {
        name: [
            after.objects.get(name, 0) - before.objects.get(name, 0)
            for before, after in pairwise(counts)
        ]
        for name in types
    }
    return {name: each for name, each in steps.items() if min(each) >= times}


def count(world: World) -> counted.Counted:
    """The rings that have gathered; of the rest the least of some looks."""
    world.wait_well()
    first = counted.ask(world.daemon.process.pid, world.config)
    least = first.objects
    for _ in range(LOOKS):
        world.wait_entries(20)
        now = counted.ask(world.daemon.process.pid, world.config).objects
        least = {name: min(number, now.get(name, 0)) for name, number in least.items()}
    return msgspec.structs.replace(first, objects=least)
